"""What happens in the shop moves exactly what it moves on a real Magento 2 (1.3), and survives a power cut."""

from __future__ import annotations

import time
from typing import Any

import pytest

from support.northwind_shop import Northwind

ALL = "?searchCriteria="


def order(shop: Northwind, order_id: int) -> dict[str, Any]:
    return dict(shop.get(f"all/V1/orders/{order_id}"))


def customer(shop: Northwind, customer_id: int, scope: str = "all/") -> dict[str, Any]:
    return dict(shop.get(f"{scope}V1/customers/{customer_id}"))


def test_an_order_comes_with_its_cart_and_walks_to_its_refund(own_shop: Northwind) -> None:
    placed = own_shop.change("place_order", store="us_en", guest_email="guest.of.ours@example.org")
    new = order(own_shop, placed["order_id"])
    assert (new["state"], new["customer_is_guest"], new["order_currency_code"]) == ("new", 1, "USD")
    cart = own_shop.get(f"all/V1/carts/{placed['quote_id']}")
    assert (cart["is_active"], cart["customer"]["email"]) == (False, None)
    assert cart["billing_address"]["email"] == "guest.of.ours@example.org"
    own_shop.change("advance", order_id=placed["order_id"])
    own_shop.change("advance", order_id=placed["order_id"])
    assert order(own_shop, placed["order_id"])["state"] == "complete"
    refunded = own_shop.change("refund", order_id=placed["order_id"], whole=True)
    closed = order(own_shop, placed["order_id"])
    assert closed["state"] == "closed"
    assert closed["total_refunded"] == closed["grand_total"] == refunded["grand_total"]


def test_the_figures_of_every_order_and_refund_add_up(shop: Northwind) -> None:
    for one in shop.get(f"all/V1/orders{ALL}")["items"]:
        parts = one["subtotal"] + one["discount_amount"] + one["tax_amount"] + one["shipping_amount"]
        assert round(parts - one["grand_total"], 2) == 0
        assert one.get("total_refunded", 0) <= one["grand_total"] + 2
    by_order: dict[int, float] = {}
    for memo in shop.get(f"all/V1/creditmemos{ALL}")["items"]:
        by_order[memo["order_id"]] = round(by_order.get(memo["order_id"], 0) + memo["grand_total"], 2)
    for order_id, total in by_order.items():
        assert order(shop, order_id)["total_refunded"] == total


@pytest.mark.parametrize(
    ("kind", "moves"),
    [("change_profile", True), ("save_address", False), ("subscribe", False), ("unsubscribe", False)],
)
def test_which_changes_move_a_customer(own_shop: Northwind, kind: str, moves: bool) -> None:
    known = {one["id"]: one["updated_at"] for one in own_shop.get(f"all/V1/customers/search{ALL}")["items"]}
    changed = own_shop.change(kind)["customer_id"]
    assert (customer(own_shop, changed)["updated_at"] != known[changed]) is moves


@pytest.mark.parametrize(
    ("kind", "arguments", "moves"),
    [("price", {}, True), ("price", {"through": "service"}, False), ("stock", {}, False), ("rename_product", {}, True)],
)
def test_which_changes_move_a_product(own_shop: Northwind, kind: str, arguments: dict[str, Any], moves: bool) -> None:
    known = {one["sku"]: one["updated_at"] for one in own_shop.get(f"all/V1/products{ALL}")["items"]}
    sku = own_shop.change(kind, **arguments)["sku"]
    assert (own_shop.get(f"all/V1/products/{sku}")["updated_at"] != known[sku]) is moves


def test_a_comment_alone_does_not_move_an_order(own_shop: Northwind) -> None:
    before = order(own_shop, 5)
    own_shop.change("comment_order", order_id=5, text="Checked twice")
    after = order(own_shop, 5)
    assert after["updated_at"] == before["updated_at"]
    assert after["status_histories"][-1]["comment"] == "Checked twice"


def test_a_changed_e_mail_reaches_all_orders_and_a_deleted_customer_leaves_them(own_shop: Northwind) -> None:
    owner = next(one for one in own_shop.get(f"all/V1/orders{ALL}")["items"] if "customer_id" in one)["customer_id"]
    mine = [one["entity_id"] for one in own_shop.get(f"all/V1/orders{ALL}")["items"] if one.get("customer_id") == owner]
    own_shop.change("change_email", customer_id=owner, email="moved@example.org")
    assert {order(own_shop, one)["customer_email"] for one in mine} == {"moved@example.org"}
    times = {one: order(own_shop, one)["updated_at"] for one in mine}
    own_shop.change("delete_customer", customer_id=owner)
    assert own_shop.call("GET", f"/rest/all/V1/customers/{owner}")[0] == 404
    left = [order(own_shop, one) for one in mine]
    assert all("customer_id" not in one and one["customer_is_guest"] == 0 for one in left)
    assert {one["entity_id"]: one["updated_at"] for one in left} == times


def test_put_subscribes_with_a_partial_body_and_moves_the_customer(own_shop: Northwind) -> None:
    made = own_shop.change("new_customer", store="us_en", subscribed=False)["customer_id"]
    before = customer(own_shop, made)
    body = {"customer": {"id": made, "extension_attributes": {"is_subscribed": True}}}
    time.sleep(1.1)
    status, answer = own_shop.call("PUT", f"/rest/all/V1/customers/{made}", body)
    assert (status, answer["extension_attributes"]["is_subscribed"]) == (200, True)
    assert answer["updated_at"] > before["updated_at"]
    assert {**answer, "updated_at": "", "extension_attributes": ""} == {
        **before,
        "updated_at": "",
        "extension_attributes": "",
    }


def test_put_under_the_default_scope_books_to_the_default_store(own_shop: Northwind) -> None:
    made = own_shop.change("new_customer", store="us_en", subscribed=False)["customer_id"]
    counts = own_shop.counts()
    body = {"customer": {"id": made, "extension_attributes": {"is_subscribed": True}}}
    own_shop.call("PUT", f"/rest/V1/customers/{made}", body)
    assert own_shop.counts()["base"]["subscribers"] == counts["base"]["subscribers"] + 1
    assert own_shop.counts()["us"]["subscribers"] == counts["us"]["subscribers"]
    assert customer(own_shop, made)["extension_attributes"]["is_subscribed"] is False


def test_a_single_read_tells_the_subscription_of_the_scopes_website_alone(own_shop: Northwind) -> None:
    made = own_shop.change("new_customer", store="us_en", subscribed=True)["customer_id"]
    flags = {
        s: customer(own_shop, made, s)["extension_attributes"]["is_subscribed"]
        for s in ("", "all/", "us_es/", "ie_en/")
    }
    assert flags == {"": False, "all/": True, "us_es/": True, "ie_en/": False}


def test_a_cart_read_under_a_store_tells_that_stores_id(own_shop: Northwind) -> None:
    cart = own_shop.change("new_cart", store="us_en", guest_email="cart@example.org")["quote_id"]
    assert [own_shop.get(f"{scope}V1/carts/{cart}")["store_id"] for scope in ("all/", "", "ie_en/")] == [3, 3, 2]


def test_a_deleted_product_leaves_its_orders_as_they_are(own_shop: Northwind) -> None:
    sku = own_shop.change("new_product", name="Skerry Enamel Mug")["sku"]
    placed = own_shop.change("place_order", guest_email="mug@example.org", store="uk_en", skus=[sku])
    own_shop.change("delete_product", sku=sku)
    assert own_shop.call("GET", f"/rest/all/V1/products/{sku}")[0] == 404
    assert order(own_shop, placed["order_id"])["items"][0]["sku"] == sku


def test_an_order_reserves_stock_and_a_shipment_takes_it(own_shop: Northwind) -> None:
    sku = own_shop.change("new_product")["sku"]
    salable = f"V1/inventory/get-product-salable-quantity/{sku}/1"
    before = own_shop.get(salable)
    placed = own_shop.change("place_order", guest_email="stock@example.org", store="uk_en", skus=[sku])
    wanted = order(own_shop, placed["order_id"])["total_qty_ordered"]
    assert own_shop.get(salable) == before - wanted
    for _ in range(2):
        own_shop.change("advance", order_id=placed["order_id"])
    assert own_shop.get(salable) == before - wanted
    assert own_shop.get(f"all/V1/stockItems/{sku}")["qty"] == before - wanted


def test_what_was_answered_survives_a_power_cut(own_shop: Northwind) -> None:
    placed = own_shop.change("place_order")
    counts = own_shop.counts()
    own_shop.restart()
    assert own_shop.counts() == counts
    assert order(own_shop, placed["order_id"])["increment_id"] == placed["increment_id"]
    assert own_shop.change("place_order")["order_id"] == placed["order_id"] + 1


def test_an_unknown_change_is_refused_with_the_known_ones(own_shop: Northwind) -> None:
    status, answer = own_shop.call("POST", "/northwind/change", {"kind": "explode"}, bearer=None)
    assert status == 400
    assert "place_order" in answer["kinds"]
    assert own_shop.call("POST", "/northwind/change", {"kind": "cancel", "order_id": 10**9}, bearer=None)[0] == 409


def test_the_living_shop_changes_by_itself() -> None:
    with Northwind(customers=40, orders=60, products=60, carts=20, living=0.02) as living:
        before = living.counts()
        deadline = time.monotonic() + 20
        while living.counts()["base"]["orders"] == before["base"]["orders"] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert living.counts()["base"]["orders"] > before["base"]["orders"]
