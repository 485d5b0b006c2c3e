"""Changes that move a change column or an id: one sync, and exactly what they concern is sent or taken out."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from dotbridge.mapping.contacts.fields import SALES
from support.moves import Moves
from support.premises import Premises, Seen, Synced
from support.real_store import RealStore
from support.sales_by_hand import sales_by_hand

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

NOW = "updated_at = UTC_TIMESTAMP()"
#: Customers of one website alone who are written to at one address, and those of them without cart, wish or review.
_ALONE = "(SELECT COUNT(*) FROM customer_entity d WHERE d.email = c.email) = 1"
_QUIET = (
    f"{_ALONE} AND NOT EXISTS (SELECT 1 FROM sales_flat_quote q WHERE q.customer_id = c.entity_id AND q.is_active = 1)"
    " AND NOT EXISTS (SELECT 1 FROM wishlist w WHERE w.customer_id = c.entity_id)"
    " AND NOT EXISTS (SELECT 1 FROM review_detail r WHERE r.customer_id = c.entity_id)"
)
_BUSY = (
    f"{_ALONE} AND EXISTS (SELECT 1 FROM wishlist w JOIN wishlist_item USING (wishlist_id)"
    " WHERE w.customer_id = c.entity_id)"
    " AND EXISTS (SELECT 1 FROM review_detail d JOIN review r USING (review_id)"
    " WHERE d.customer_id = c.entity_id AND r.status_id = 1)"
    " AND NOT EXISTS (SELECT 1 FROM newsletter_subscriber n WHERE n.subscriber_email = c.email)"
)
_LONELY_PRODUCT = (
    "SELECT p.entity_id FROM catalog_product_entity p WHERE p.type_id = 'simple'"
    + "".join(
        f" AND p.entity_id NOT IN (SELECT {column} FROM {table} WHERE {column} IS NOT NULL)"
        for table, column in (
            ("sales_flat_order_item", "product_id"),
            ("wishlist_item", "product_id"),
            ("sales_flat_quote_item", "product_id"),
            ("catalog_product_super_link", "product_id"),
            ("catalog_product_link", "linked_product_id"),
            ("catalog_product_bundle_selection", "product_id"),
        )
    )
    + " LIMIT 1"
)


class Bought(NamedTuple):
    """An order of a customer."""

    id: int
    number: str
    customer: int
    email: str


class Cast(NamedTuple):
    """Who and what is changed; nobody stands in two parts."""

    refunded: Bought
    shipped: Bought
    cancelled: Bought
    deleted: Bought
    leaver: Bought
    mover: Bought
    product: int


class Scene(NamedTuple):
    """The changed shop after one sync, its sales by hand, and what a full compare of everything then still sent."""

    cast: Cast
    before: Synced
    seen: Seen
    by_hand: dict[str, dict[str, Any]]
    again: Moves
    carried: set[tuple[str, str]]


def choose(store: RealStore) -> Cast:
    """A cast of different people of the UK website."""
    taken: list[int] = [0]

    def order(state: str, condition: str) -> Bought:
        found = Bought(
            *store.rows(
                "SELECT o.entity_id, o.increment_id, c.entity_id, c.email FROM sales_flat_order o"
                " JOIN customer_entity c ON c.entity_id = o.customer_id"
                f" WHERE c.website_id = 1 AND o.state = '{state}' AND IFNULL(o.total_refunded, 0) = 0"
                f" AND c.entity_id NOT IN ({', '.join(map(str, taken))}) AND {condition} ORDER BY o.entity_id LIMIT 1"
            )[0]
        )
        taken.append(found.customer)
        return found

    return Cast(
        order("complete", _QUIET),
        order("processing", _QUIET),
        order("new", _QUIET),
        order("complete", _QUIET),
        order("complete", _QUIET),
        order("complete", _BUSY),
        store.one(_LONELY_PRODUCT),
    )


def happen(store: RealStore, cast: Cast) -> None:
    """The changes."""
    refunded, guest = cast.refunded.id, "(SELECT MIN(entity_id) FROM sales_flat_order WHERE customer_id IS NULL)"
    store.change(
        f"UPDATE sales_flat_order SET total_refunded = 5, base_total_refunded = 5, {NOW} WHERE entity_id = {refunded}",
        "INSERT INTO sales_flat_creditmemo (order_id, increment_id, state, created_at, grand_total, base_grand_total)"
        f" VALUES ({refunded}, 'CM-NEW', 2, '2026-11-22 01:00:00', 5, 5)",
        f"UPDATE sales_flat_order SET state = 'complete', status = 'complete', {NOW} WHERE entity_id = {cast.shipped.id}",
        f"UPDATE sales_flat_order SET state = 'canceled', status = 'canceled', {NOW}"
        f" WHERE entity_id = {cast.cancelled.id}",
        f"DELETE FROM sales_flat_order WHERE entity_id = {cast.deleted.id}",
        f"DELETE FROM customer_entity WHERE entity_id = {cast.leaver.customer}",
        f"UPDATE sales_flat_order SET customer_id = NULL WHERE customer_id = {cast.leaver.customer}",
        f"UPDATE customer_entity SET email = 'Moved@example.com', {NOW} WHERE entity_id = {cast.mover.customer}",
        f"DELETE FROM catalog_product_entity WHERE entity_id = {cast.product}",
        f"DELETE FROM catalog_product_website WHERE product_id = {cast.product}",
        *copied("sales_flat_order", f"entity_id = {guest}", "increment_id = 'G-1', customer_email = 'new@example.com'"),
        *copied("sales_flat_order_item", f"order_id = {guest}", "order_id = 900000, item_id = item_id + 900000", id=""),
        *copied("sales_flat_order_address", f"parent_id = {guest}", "parent_id = 900000, entity_id = entity_id + 900000", id=""),
    )  # fmt: skip


def copied(table: str, where: str, changes: str, id: str = "entity_id = 900000, ") -> list[str]:  # noqa: A002
    """Statements that write rows of a table once more, changed."""
    moved = f", {NOW}, created_at = '2026-11-22 01:30:00'" if table == "sales_flat_order" else ""
    return [
        f"CREATE TEMPORARY TABLE fresh SELECT * FROM {table} WHERE {where}",
        f"UPDATE fresh SET {id}{changes}{moved}",
        f"INSERT INTO {table} SELECT * FROM fresh",
        "DROP TEMPORARY TABLE fresh",
    ]


@pytest.fixture(scope="module")
def scene(premises: Premises, synced: Synced, store: RealStore) -> Scene:
    cast = choose(store)
    carried = {
        (collection, key)
        for collection, owners in synced.seen.state["owners"].items()
        for key, owner in owners.items()
        if owner == cast.mover.email.lower()
    }
    with premises.lent(synced.moment):
        installation = premises.installation(shop=store)
        happen(store, cast)
        seen = premises.sync(installation)
        again = premises.sync(installation, full=True).moves
        return Scene(cast, synced, seen, sales_by_hand(store), again, carried)


def fields(scene: Scene, email: str) -> dict[str, Any]:
    held: dict[str, Any] = scene.seen.state["contacts"][email.lower()]["fields"]
    return held


def document(scene: Scene, number: str) -> dict[str, Any]:
    held: dict[str, Any] = scene.seen.state["insight"]["Orders"][number]
    return held


def test_a_refund_moves_its_order_and_what_its_person_got_back(scene: Scene) -> None:
    refunded = scene.cast.refunded
    held = document(scene, refunded.number)
    assert (held["refundedTotal"], [one["number"] for one in held["refunds"]]) == (5, ["CM-NEW"])
    assert fields(scene, refunded.email)["LAST_REFUND_DATE"] == "2026-11-22T01:00:00Z"


def test_a_new_status_moves_the_order_alone(scene: Scene) -> None:
    assert document(scene, scene.cast.shipped.number)["orderStatus"] == "complete"
    assert scene.cast.shipped.email not in scene.seen.moves.people


def test_a_cancelled_order_stays_with_its_status_and_leaves_the_sales(scene: Scene) -> None:
    cancelled = scene.cast.cancelled
    assert document(scene, cancelled.number)["orderStatus"] == "canceled"
    before = scene.before.seen.state["contacts"][cancelled.email.lower()]["fields"]["NUMBER_OF_ORDERS"]
    assert fields(scene, cancelled.email)["NUMBER_OF_ORDERS"] == before - 1


def test_a_customer_with_a_new_address_takes_everything_along(scene: Scene) -> None:
    owners = scene.seen.state["owners"]
    assert {collection for collection, _ in scene.carried} >= {"Orders", "Wishlist", "Reviews"}
    assert {owners[collection][key] for collection, key in scene.carried} == {"moved@example.com"}
    assert not [row for row in scene.seen.records.values() if row.state in ("pending", "rejected")]


def test_a_new_guest_becomes_a_person_with_an_order(scene: Scene) -> None:
    assert scene.seen.state["owners"]["Orders"]["G-1"] == "new@example.com"
    assert fields(scene, "new@example.com")["LAST_INCREMENT_ID"] == "G-1"


def test_a_deleted_order_leaves_dotdigital_and_the_sales_of_its_person(scene: Scene) -> None:
    deleted = scene.cast.deleted
    assert deleted.number not in scene.seen.state["insight"]["Orders"]
    assert scene.seen.records["email_order", "base", "", str(deleted.id)].state == "removed"


def test_the_orders_of_a_deleted_customer_stay_with_them_as_a_guest(scene: Scene) -> None:
    leaver = scene.cast.leaver
    assert scene.seen.state["owners"]["Orders"][leaver.number] == leaver.email.lower()
    assert scene.seen.people[leaver.email.lower()].state == "accepted"


def test_a_deleted_product_leaves_the_catalog_of_every_view(scene: Scene) -> None:
    key = str(scene.cast.product)
    assert not [name for name, held in scene.seen.state["insight"].items() if name[:7] == "Catalog" and key in held]


def test_nothing_but_what_changed_was_sent_or_taken_out(scene: Scene) -> None:
    cast, moved = scene.cast, scene.seen.moves
    changed = {("Orders", one.number) for one in (cast.refunded, cast.shipped, cast.cancelled)} | {("Orders", "G-1")}
    # Everything of the customer with the new address went along with their contact; what names them by it is sent again.
    named = {(collection, key) for collection, key in scene.carried if collection != "Orders"}
    assert set(moved.records) == changed | named
    assert set(moved.records.values()) == {1}
    catalog = {
        (name, str(cast.product))
        for name, held in scene.before.seen.state["insight"].items()
        if name.startswith("Catalog") and str(cast.product) in held
    }
    assert set(moved.removed) == catalog | {("Orders", cast.deleted.number)}
    people = {one.email for one in (cast.refunded, cast.cancelled, cast.deleted, cast.leaver)}
    assert set(moved.people) == people | {"Moved@example.com", "new@example.com"}
    # One person was renamed, and who left a shop, or turned from customer to guest, left its list.
    calls = [one.partition("/contacts/")[0] for one in moved.other]
    assert calls.count("PATCH ") == 1
    assert {call.rpartition("/")[0] for call in calls} - {""} == {"DELETE /v2/address-books"}


def test_all_sales_fields_are_right_again(scene: Scene) -> None:
    names = {field.name for field in SALES} - {"LAST_QUOTE_ID"}
    gone = {scene.cast.mover.email.lower()}
    for email, contact in scene.seen.state["contacts"].items():
        if email in scene.by_hand and email not in gone:
            held = {name: value for name, value in contact["fields"].items() if name in names}
            assert held == scene.by_hand[email], email


def test_everything_is_accounted_for_and_a_full_compare_finds_nothing_more(scene: Scene) -> None:
    for row in scene.seen.balances.values():
        assert (row.unexplained, row.unexplained_ids, row.in_flight, row.rejected) == (0, [], 0, 0), row
    assert not scene.again
