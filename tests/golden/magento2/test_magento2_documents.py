"""Recorded REST answers as the documents that Dotdigital gets, compared with reviewed files.

``DOTBRIDGE_WRITE_GOLDEN=1`` writes the files anew; review the difference before it is committed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from dotbridge.commerce.merge import merge
from dotbridge.mapping.base import Context
from dotbridge.mapping.contacts.document import contact_document
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.mapping.settings import Settings
from dotbridge.sources.magento2.to_commerce.cart import cart
from dotbridge.sources.magento2.to_commerce.customer import contact
from dotbridge.sources.magento2.to_commerce.lines import Choices
from dotbridge.sources.magento2.to_commerce.order import order
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

HERE = Path(__file__).parent / "documents"
WRITE = os.environ.get("DOTBRIDGE_WRITE_GOLDEN") == "1"

pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason=f"the recordings are not at {RECORDINGS} (set DOTBRIDGE_SHARED)"
)

ORDERS = (
    *("bundle", "canceled", "configurable", "coupon", "custom_options", "custom_status", "deleted_customer"),
    *("deleted_product", "foreign_currency", "full_refund", "grouped", "guest", "partial_refund", "virtual"),
)
PRODUCTS = {
    "products.get.bundle": "1",
    "products.get.disabled": "1",
    "products.get.simple_special_price": "1",
    "products.get.store_de": "3",
    "products.get.tier_prices": "1",
}
CUSTOMERS = ("never_subscribed", "no_address", "subscribed", "two_addresses", "unsubscribed")


def compare(name: str, documents: Iterable[Any]) -> None:
    made = json.loads(json.dumps(list(documents)))
    file = HERE / f"{name}.json"
    if WRITE:
        HERE.mkdir(exist_ok=True)
        file.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    assert made == json.loads(file.read_text())


def context(website_id: str) -> Context:
    website = sites().website(website_id)
    assert website is not None
    return Context(Settings(attributes={"loyalty_tier": "LOYALTY_TIER", "interests": "INTERESTS"}), website)


def documents(key: str, records: Iterable[Any]) -> list[dict[str, Any]]:
    """Key, owner and document of each record, by the mapping of a collection."""
    collection = COLLECTIONS[key]
    made = []
    for record in records:
        ctx = context(record.website_id)
        document = collection.document(record, ctx)
        made.append(
            {
                "collection": collection.name(ctx, record),
                "key": collection.document_key(record),
                "email": collection.email(record),
                "document": document,
            }
        )
    return made


def each(names: Iterable[str], understand: Callable[[str, dict[str, Any]], Any]) -> list[Any]:
    return [understand(name, row) for name in names for row in rows(name)]


def test_orders_become_the_reviewed_documents() -> None:
    memos = {memo["entity_id"]: memo for name in ("creditmemos.page1", "creditmemos.updated_at") for memo in rows(name)}
    parcels = [parcel for name in ("shipments.page1", "shipments.of_order") for parcel in rows(name)]

    def understand(_: str, row: dict[str, Any]) -> Any:
        view = sites().view(str(row["store_id"]))
        assert view is not None
        own = [memo for memo in memos.values() if memo["order_id"] == row["entity_id"]]
        sent = {each["entity_id"]: each for each in parcels if each["order_id"] == row["entity_id"]}
        choices = Choices({}, product_attributes("id"))
        return order(row, view.website_id, view.store, choices, own, list(sent.values()))

    compare("orders", documents("orders", each([f"orders.get.{name}" for name in ORDERS], understand)))


def test_a_cart_with_totals_becomes_the_reviewed_document() -> None:
    def understand(_: str, row: dict[str, Any]) -> Any:
        view = sites().view(str(row["store_id"]))
        assert view is not None
        return cart(row, response("carts.totals"), view.website_id, view, {})

    compare("carts", documents("carts", each(["carts.get.configurable"], understand)))


def test_products_become_the_reviewed_documents() -> None:
    def understand(name: str, row: dict[str, Any]) -> Any:
        return product(row, families().parents(row), around(PRODUCTS[name]))

    compare("products", documents("catalog", each(PRODUCTS, understand)))


def test_customers_become_the_reviewed_contacts() -> None:
    def understand(_: str, row: dict[str, Any]) -> Any:
        person = contact(row, sites(), groups(), customer_attributes())
        return contact_document(merge([person], {}), None, context(person.website_id))

    compare("contacts", each([f"customers.get.{name}" for name in CUSTOMERS], understand))
