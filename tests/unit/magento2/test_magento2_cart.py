"""Carts from hand-written JSON (magento2-data §3.6)."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.commerce.cart import Cart
from dotbridge.sources.magento2.to_commerce.cart import Shown, cart, email, phase
from support.magento2_shapes import sites

LINE = {"item_id": 1, "sku": "LAMP", "qty": 2, "name": "Lamp", "price": 16}
TOTALS = {
    "subtotal": 32,
    "subtotal_incl_tax": 38.4,
    "grand_total": 35.4,
    "discount_amount": -3,
    "tax_amount": 6.4,
    "shipping_amount": 0,
    "coupon_code": "SAVE",
    "items": [
        {
            "item_id": 1,
            "price": 16,
            "price_incl_tax": 19.2,
            "row_total": 32,
            "row_total_incl_tax": 38.4,
            "tax_percent": 20,
        }
    ],
}


def made(totals: Any = None, products: dict[str, Shown] | None = None, **members: Any) -> Cart:
    row = {
        "id": 9,
        "is_active": True,
        "items_count": 1,
        "store_id": 1,
        "items": [LINE],
        "currency": {"quote_currency_code": "EUR", "base_to_quote_rate": 1.25},
        **members,
    }
    return cart(row, TOTALS if totals is None else totals, "1", sites().views["1"], products or {})


def test_totals_of_the_shop_are_taken_as_they_are() -> None:
    found = made()
    assert (found.subtotal, found.subtotal_incl_tax, found.total) == (320_000, 384_000, 354_000)
    assert (found.discount, found.tax, found.coupon, found.currency) == (-30_000, 64_000, "SAVE", "EUR")


def test_a_cart_that_was_never_totalled_adds_up_its_lines_in_its_own_currency() -> None:
    found = made(totals={})
    assert (found.subtotal, found.total, found.tax) == (400_000, 400_000, 0)
    assert found.lines[0].total_incl_tax == 400_000


def test_a_line_shows_what_the_catalogue_knows_in_the_carts_currency() -> None:
    shown = Shown("36", 160_000, "https://shop.example/uk/lamp.html", "https://shop.example/media/lamp.jpg")
    (line,) = made(products={"LAMP": shown}).lines
    assert (line.product_id, line.image_url, line.product_url) == ("36", shown.image_url, shown.url)
    assert (line.unit_price, line.unit_price_incl_tax) == (200_000, 240_000)
    assert (line.sale_price, line.sale_price_incl_tax, line.total) == (160_000, 192_000, 320_000)


def test_a_line_whose_product_is_gone_shows_the_price_in_the_cart() -> None:
    (line,) = made().lines
    assert (line.product_id, line.unit_price, line.product_url) == ("", 160_000, "")


def test_a_guests_address_is_searched_in_the_order_of_magento() -> None:
    delivery = {"shipping_assignments": [{"shipping": {"address": {"email": "c@example.com"}}}]}
    row: dict[str, Any] = {"extension_attributes": delivery, "billing_address": {"email": "b@example.com"}}
    row["customer"] = {"email": "a@example.com"}
    assert email(row) == "a@example.com"
    row["customer"] = {"email": None}
    assert email(row) == "b@example.com"
    row["billing_address"] = {"email": ""}
    assert email(row) == "c@example.com"
    assert email({}) == ""


@pytest.mark.parametrize(
    ("members", "word"),
    [
        ({"is_active": True, "items_count": 2}, "open"),
        ({"is_active": True, "items_count": 0}, "empty"),
        ({"is_active": False, "items_count": 2, "reserved_order_id": "000000009"}, "ordered"),
        ({"is_active": False, "items_count": 2, "converted_at": "2026-01-01 00:00:00"}, "ordered"),
        ({"is_active": False, "items_count": 2}, "empty"),
    ],
)
def test_phases(members: dict[str, Any], word: str) -> None:
    assert phase(members) == word


def test_the_link_leads_to_the_cart_page_of_its_store_view() -> None:
    assert made().url == "https://shop.example/uk/checkout/cart/"
    assert cart({"id": 1}, {}, "1", None, {}).url == ""
