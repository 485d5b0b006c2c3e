"""Every example record of the contract as a document of Dotdigital, compared with reviewed files.

``DOTBRIDGE_WRITE_GOLDEN=1`` writes the files anew; review the difference before it is committed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dotbridge.commerce.merge import merge
from dotbridge.mapping import carts, catalog, orders, reviews, wishlists
from dotbridge.mapping.contacts.document import contact_document
from dotbridge.mapping.document import serialise
from dotbridge.sources.commercetools.streams.orders import email_of
from dotbridge.sources.commercetools.to_commerce.cart import cart
from dotbridge.sources.commercetools.to_commerce.customer import Consent, contact
from dotbridge.sources.commercetools.to_commerce.opinions import review, wishlist
from dotbridge.sources.commercetools.to_commerce.order import Choices, order
from dotbridge.sources.commercetools.to_commerce.product import Around, Chosen, product, variants_of
from support.commercetools_examples import EXAMPLES, context, example, profile

HERE = Path(__file__).parent
WRITE = os.environ.get("DOTBRIDGE_WRITE_GOLDEN") == "1"
NOW = "2025-06-21T12:00:00Z"

pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason=f"the examples are not at {EXAMPLES} (set DOTBRIDGE_SHARED)"
)

ORDERS = (
    "order",
    "order-expanded-payment-and-discount-code",
    "order-guest-tax-excluded",
    "order-imported-jpy-cancelled",
)
CARTS = ("cart-active-anonymous-with-email", "cart-active-customer", "cart-ordered")


def compare(name: str, found: Any) -> None:
    """The document as it is sent against the reviewed file."""
    path = HERE / f"{name}.json"
    shown = json.loads(serialise(found))
    if WRITE:
        path.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
    assert shown == json.loads(path.read_text())


@pytest.mark.parametrize("name", ["customer", "customer-minimal"])
def test_an_example_customer_maps_as_reviewed(name: str) -> None:
    one = profile()
    record = contact(example(name), one, {}, Consent("NEWSLETTER_SUBSCRIBE"))
    compare(name, contact_document(merge([record], {}), None, context(one), create_unsubscribed=True))


@pytest.mark.parametrize("name", ORDERS)
def test_an_example_order_maps_as_reviewed(name: str) -> None:
    one, row = profile(), example(name)
    compare(name, orders.COLLECTION.document(order(row, one, email_of(row, {}), Choices()), context(one)))


@pytest.mark.parametrize("name", CARTS)
def test_an_example_cart_maps_as_reviewed(name: str) -> None:
    one, row = profile(), example(name)
    email = email_of(row, {example("customer")["id"]: example("customer")})
    compare(name, carts.COLLECTION.document(cart(row, one, email), context(one)))


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("shown", ["selected by the platform", "embedded"])
def test_an_example_product_maps_as_reviewed(number: int, shown: str) -> None:
    one, row = profile(country="DE"), example("product-projection")
    stock = {entry["sku"]: {"": entry["availableQuantity"]} for entry in [example("inventory-entry")]}
    known = {category["id"]: category for category in (example("category-root"), example("category-child"))}
    around = Around(one, one.first, "", NOW, known, stock, "designer", (), "")
    variant = dict(variants_of(row)[number - 1])
    if shown == "embedded":
        del variant["price"]
    ctx = context(one)
    document = catalog.COLLECTION.document(product(Chosen(row, (variant,)), around), ctx)
    compare(f"product-variant-{number}", document)
    assert [notice.code for notice in ctx.notices] == []


def test_an_example_review_and_shopping_list_map_as_reviewed() -> None:
    one, shown = profile(), example("product-projection")
    customer = example("customer")
    compare("review", reviews.COLLECTION.document(review(example("review"), one, customer, shown), context(one)))
    wishes = wishlist(example("shopping-list"), one, customer, {shown["id"]: shown}, NOW)
    compare("shopping-list", wishlists.COLLECTION.document(wishes, context(one)))


def test_the_contracts_worked_values_come_out() -> None:
    one = profile()
    expected = {
        "order-expanded-payment-and-discount-code": {
            "placedTotal": 39.46,
            "orderTotal": 22.18,
            "orderSubtotal": 29.04,
            "taxTotal": 6.3,
            "discountAmount": -3.84,
            "deliveryTotal": 4.9,
            "refundedTotal": 17.28,
            "orderStatus": "Completed",
            "couponCode": "DOT-7KQ-2MD",
        },
        "order-guest-tax-excluded": {"orderTotal": 45.72, "orderStatus": "Pending"},
        "order-imported-jpy-cancelled": {
            "orderTotal": 9000,
            "purchaseDate": "2019-11-05 03:04:05",
            "orderStatus": "Cancelled",
        },
    }
    for name, values in expected.items():
        row = example(name)
        document = orders.COLLECTION.document(order(row, one, email_of(row, {}), Choices()), context(one))
        assert {member: document[member] for member in values} == values
