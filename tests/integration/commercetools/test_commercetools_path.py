"""A whole project through the whole path into Dotdigital: balanced, quiet the second time, and moved one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dotbridge.commerce import clock
from support import commercetools_documents as documents
from support.commercetools_documents import uid
from support.commercetools_server import CommercetoolsServer
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.moves import Moves, last_request, moves

EXACT = {"id", "name", "price", "specialPrice", "url", "sku", "stock", "status", "image_path", "Currency"}
YES = {"custom": {"type": {"typeId": "type", "id": uid("type")}, "fields": {"NEWSLETTER_SUBSCRIBE": True}}}
Members = dict[str, Any]


def now() -> str:
    """This instant as the platform writes it."""
    return clock.now().removesuffix("Z") + ".000Z"


def fill(server: CommercetoolsServer) -> None:
    """Customers, guests, orders in every state, carts, products good and bad, a review and a wishlist."""
    server.seed("customer", documents.customer(1, **YES), documents.customer(2), documents.customer(3))
    server.seed("payment", documents.refund(2, 900))
    server.seed(
        "order",
        documents.order(1, customerId=uid("customer", 1)),
        documents.order(2, customerId=uid("customer", 2), orderState="Complete", **documents.paid_by(2)),
        documents.order(3, customerId=uid("customer", 3), orderState="Cancelled", customerEmail=None),
        documents.order(8, orderState="Confirmed", orderNumber=None),
        documents.order(9, customerEmail=None),
    )
    server.seed(
        "cart",
        documents.cart(1, customerId=uid("customer", 1), customerEmail=None),
        documents.cart(8),
        documents.cart(7, customerEmail=None),
        documents.cart(2, customerId=uid("customer", 2), cartState="Ordered"),
    )
    server.seed(
        "product",
        documents.product(1, documents.variant(1), documents.variant(1, 2, images=[])),
        documents.product(2, documents.variant(2, cents=None)),
        documents.product(3, published=False),
        documents.product(4, slug={}),
    )
    server.seed("inventory-entry", documents.stock(1, "SKU-1-1", 5))
    server.seed("review", documents.review(1, by=1))
    server.seed("shopping-list", documents.shopping_list(1, 1, 1))


@pytest.fixture
def synced(dotbridge: Installation, commercetools: CommercetoolsServer) -> Installation:
    fill(commercetools)
    dotbridge.configure()
    dotbridge.sync()
    return dotbridge


def moved(installation: Installation, sandbox: Sandbox) -> Moves:
    """What one more sync sends."""
    since = last_request(sandbox)
    installation.sync()
    return moves(sandbox.requests(since, bodies=True))


def test_a_whole_project_arrives_and_everything_is_accounted_for(synced: Installation, sandbox: Sandbox) -> None:
    balances = {collection: row for (_, collection), row in synced.audit().items()}
    assert set(balances) == {"contacts", "carts", "orders", "wishlists", "reviews", "catalog"}
    for row in balances.values():
        assert (row.unexplained, row.unexplained_ids, row.in_flight) == (0, [], 0), row
    orders, catalog, carts = balances["orders"], balances["catalog"], balances["carts"]
    assert (orders.shop, orders.accepted, orders.excluded, orders.dotdigital) == (5, 4, 1, 4)
    assert (catalog.shop, catalog.accepted, catalog.rejected, catalog.excluded) == (5, 2, 2, 1)
    assert (carts.shop, carts.accepted, carts.excluded) == (3, 2, 1)

    state = sandbox.state()
    people = {f"shopper{number}@northwind.example" for number in (1, 2, 3, 8)}
    assert set(state["contacts"]) == people
    statuses = {document["id"]: document["orderStatus"] for document in state["insight"]["Orders"].values()}
    assert statuses == {"N-1": "Pending", "N-2": "Completed", "N-3": "Cancelled", uid("order", 8): "Paid"}
    assert state["insight"]["Orders"][uid("order", 2)]["orderTotal"] == 15.0
    for document in state["insight"]["Catalog_Default"].values():
        assert set(document) <= EXACT
    assert state["insight"]["Catalog_Default"][f"{uid('product', 1)}-1"] == {
        "id": f"{uid('product', 1)}-1",
        "name": "Boots 1",
        "price": 12.0,
        "url": "https://shop.northwind.example/en/boots-1?sku=SKU-1-1",
        "sku": "SKU-1-1",
        "status": "Enabled",
        "Currency": "GBP",
        "stock": 5,
        "image_path": "https://img.example/1.jpg",
    }


def test_a_contact_has_the_vendors_fields_and_nobody_becomes_mailable(synced: Installation, sandbox: Sandbox) -> None:
    sent = {one["identifiers"]["email"]: one for one in moves(sandbox.requests(bodies=True)).contacts}
    fields = sent["shopper1@northwind.example"]["dataFields"]
    assert fields["FULLNAME"] == "Ada Number 1"
    assert fields["CUSTOMER_ID"] == uid("customer", 1)
    assert fields["DOB"].startswith("1980-02-29")
    assert not {"BILLING_CITY", "STORE_NAME", "TITLE"} & set(fields)
    status = {email: one["channelProperties"]["email"].get("status") for email, one in sent.items()}
    assert status.pop("shopper1@northwind.example") is None
    assert set(status.values()) == {"unsubscribed"}


def test_a_second_run_sends_nothing(synced: Installation, sandbox: Sandbox) -> None:
    assert not moved(synced, sandbox)


CHANGES: dict[str, tuple[Callable[[CommercetoolsServer], None], Callable[[Moves], bool]]] = {
    "a customer": (
        lambda server: server.seed("customer", documents.customer(2, firstName="Grace", lastModifiedAt=now())),
        lambda seen: list(seen.people) == ["shopper2@northwind.example"] and not seen.records,
    ),
    "an order": (
        lambda server: server.seed(
            "order",
            documents.order(1, customerId=uid("customer", 1), lastModifiedAt=now(), orderState="Complete"),
        ),
        lambda seen: list(seen.records) == [("Orders", uid("order", 1))],
    ),
    "a refund on the payment alone": (
        lambda server: server.seed("payment", documents.refund(2, 1200, now())),
        lambda seen: list(seen.records) == [("Orders", uid("order", 2))],
    ),
    "a cart that is ordered": (
        lambda server: server.seed("cart", documents.cart(8, cartState="Ordered", lastModifiedAt=now())),
        lambda seen: list(seen.records) == [("CartInsight", uid("cart", 8))] and not seen.people,
    ),
    "a stock entry": (
        lambda server: server.seed("inventory-entry", {**documents.stock(1, "SKU-1-1", 4), "lastModifiedAt": now()}),
        lambda seen: list(seen.records) == [("Catalog_Default", f"{uid('product', 1)}-1")],
    ),
    "an unpublished product": (
        lambda server: server.seed(
            "product",
            {
                **documents.product(1, documents.variant(1), documents.variant(1, 2, images=[]), published=False),
                "lastModifiedAt": now(),
            },
        ),
        lambda seen: set(seen.records) == {("Catalog_Default", f"{uid('product', 1)}-{number}") for number in (1, 2)},
    ),
    "a review": (
        lambda server: server.seed("review", documents.review(1, by=1, rating=4, lastModifiedAt=now())),
        lambda seen: list(seen.records) == [("Reviews", uid("review", 1))],
    ),
    "a wishlist": (
        lambda server: server.seed("shopping-list", {**documents.shopping_list(1, 1, 1, 4), "lastModifiedAt": now()}),
        lambda seen: list(seen.records) == [("Wishlist", uid("shopping-list", 1))],
    ),
}


def test_a_change_of_each_kind_moves_only_itself(
    synced: Installation, sandbox: Sandbox, commercetools: CommercetoolsServer
) -> None:
    for kind, (change, only) in CHANGES.items():
        change(commercetools)
        seen = moved(synced, sandbox)
        assert only(seen), (kind, seen.people, seen.records, seen.removed, seen.other)
        assert not seen.removed, kind
    assert sandbox.state()["insight"]["Catalog_Default"][f"{uid('product', 1)}-1"]["status"] == "Disabled"
    assert not [row for row in synced.audit().values() if row.unexplained or row.in_flight]


def test_deletions_are_taken_out_by_messages_and_by_comparing_ids(
    synced: Installation, sandbox: Sandbox, commercetools: CommercetoolsServer
) -> None:
    commercetools.remove("order", uid("order", 1))
    commercetools.control("messages", [documents.message(1, "OrderDeleted", f"order/{uid('order', 1)}", now())])
    assert list(moved(synced, sandbox).removed) == [("Orders", uid("order", 1))]

    commercetools.remove("review", uid("review", 1))
    commercetools.remove("product", uid("product", 1))
    since = last_request(sandbox)
    synced.sync(full=True)
    taken = moves(sandbox.requests(since, bodies=True)).removed
    variants = {("Catalog_Default", f"{uid('product', 1)}-{number}") for number in (1, 2)}
    # Nothing is left on the wishlist without the product.
    assert set(taken) == {("Reviews", uid("review", 1)), ("Wishlist", uid("shopping-list", 1)), *variants}
    assert not [row for row in synced.audit().values() if row.unexplained or row.in_flight]
