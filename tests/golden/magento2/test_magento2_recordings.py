"""Every recorded customer, order, credit memo, cart and product in our own words, compared with reviewed files.

``DOTBRIDGE_WRITE_GOLDEN=1`` writes the files anew; review the difference before it is committed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dotbridge.sources.magento2.to_commerce.cart import cart
from dotbridge.sources.magento2.to_commerce.customer import contact
from dotbridge.sources.magento2.to_commerce.lines import Choices
from dotbridge.sources.magento2.to_commerce.order import order, refund
from dotbridge.sources.magento2.to_commerce.product import product
from support.magento2_recorded import (
    RECORDINGS,
    around,
    customer_attributes,
    families,
    groups,
    product_attributes,
    response,
    rows,
    sites,
)

HERE = Path(__file__).parent
WRITE = os.environ.get("DOTBRIDGE_WRITE_GOLDEN") == "1"

pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason=f"the recordings are not at {RECORDINGS} (set DOTBRIDGE_SHARED)"
)

CUSTOMERS = (
    "customers.get.never_subscribed",
    "customers.get.no_address",
    "customers.get.subscribed",
    "customers.get.two_addresses",
    "customers.get.unsubscribed",
    "customers.search.custom_attribute",
    "customers.search.id_keyset",
    "customers.search.or_in_group",
    "customers.search.page1",
    "customers.search.updated_at.page1",
    "customers.search.updated_at.page2",
    "newsletter.02.subscribe",
    "newsletter.03.unsubscribe",
)
ORDERS = (
    "orders.get.bundle",
    "orders.get.canceled",
    "orders.get.configurable",
    "orders.get.coupon",
    "orders.get.custom_options",
    "orders.get.custom_status",
    "orders.get.customer_note",
    "orders.get.deleted_customer",
    "orders.get.deleted_product",
    "orders.get.foreign_currency",
    "orders.get.full_refund",
    "orders.get.grouped",
    "orders.get.guest",
    "orders.get.holded",
    "orders.get.partial_refund",
    "orders.get.partial_shipment",
    "orders.get.virtual",
    "orders.page1",
    "orders.updated_at.page1",
    "orders.updated_at.page2",
    "orders.updated_at_ties.page1",
    "orders.updated_at_ties.page2",
    "orders.created_range_status",
)
CARTS = (
    "carts.get.configurable",
    "carts.get.customer",
    "carts.get.guest",
    "carts.search.active",
    "carts.search.updated_at",
)
PRODUCTS = {
    "products.get.bundle": "1",
    "products.get.configurable": "1",
    "products.get.disabled": "1",
    "products.get.grouped": "1",
    "products.get.simple_custom_options": "1",
    "products.get.simple_special_price": "1",
    "products.get.store_de": "3",
    "products.get.tier_prices": "1",
    "products.get.virtual": "1",
    "products.page1.default": "1",
    "products.page1.eu_de": "3",
    "products.configurable.page": "1",
    "products.updated_at": "1",
}


def compare(name: str, understand: Callable[[dict[str, Any]], Any]) -> None:
    words = json.loads(msgspec.json.encode([understand(row) for row in rows(name)]))
    file = HERE / f"{name}.json"
    if WRITE:
        file.write_text(json.dumps(words, ensure_ascii=False, indent=1) + "\n")
    assert words == json.loads(file.read_text())


def memos(order_id: int) -> list[dict[str, Any]]:
    return [row for row in rows("creditmemos.page1") if row["order_id"] == order_id]


def parcels(order_id: int) -> list[dict[str, Any]]:
    found = {row["entity_id"]: row for name in ("shipments.page1", "shipments.of_order") for row in rows(name)}
    return [row for row in found.values() if row["order_id"] == order_id]


@pytest.mark.parametrize("name", CUSTOMERS)
def test_recorded_customers_read_as_reviewed(name: str) -> None:
    compare(name, lambda row: contact(row, sites(), groups(), customer_attributes()))


@pytest.mark.parametrize("name", ORDERS)
def test_recorded_orders_read_as_reviewed(name: str) -> None:
    choices = Choices({}, product_attributes("id"))

    def understand(row: dict[str, Any]) -> Any:
        view = sites().view(str(row["store_id"]))
        assert view is not None
        return order(row, view.website_id, view.store, choices, memos(row["entity_id"]), parcels(row["entity_id"]))

    compare(name, understand)


@pytest.mark.parametrize("name", ["creditmemos.page1", "creditmemos.updated_at", "creditmemo.get.adjustments"])
def test_recorded_credit_memos_read_as_reviewed(name: str) -> None:
    compare(name, lambda row: refund(row, {}, ()))


@pytest.mark.parametrize("name", CARTS)
def test_recorded_carts_read_as_reviewed(name: str) -> None:
    def understand(row: dict[str, Any]) -> Any:
        view = sites().view(str(row["store_id"]))
        assert view is not None
        totals = response("carts.totals") if row["id"] == 1199 else {}
        return cart(row, totals, view.website_id, view, {})

    compare(name, understand)


@pytest.mark.parametrize("name", PRODUCTS)
def test_recorded_products_read_as_reviewed(name: str) -> None:
    compare(name, lambda row: product(row, families().parents(row), around(PRODUCTS[name])))


def test_every_recorded_full_order_adds_up() -> None:
    """Lines before discount, discount, shipping and tax make the total that the shopper saw."""
    for name in ORDERS:
        for row in rows(name):
            understood = order(row, "1", None, Choices())
            lines = sum([line.total for line in understood.lines])
            assert lines == understood.subtotal, (name, row["entity_id"])
            made = understood.subtotal + understood.discount + understood.shipping + understood.tax
            assert made == understood.total, (name, row["entity_id"])
