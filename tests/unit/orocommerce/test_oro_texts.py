"""Texts, amounts and settings of an Oro, without any shop."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.errors import ConfigError, RecordError
from dotbridge.sources.orocommerce.codes import ORDER_WITHOUT_EMAIL
from dotbridge.sources.orocommerce.jsonapi import enum
from dotbridge.sources.orocommerce.rows import LineRow, Localised, OrderRow, PriceRow
from dotbridge.sources.orocommerce.sites import Localization, Sites, by_website
from dotbridge.sources.orocommerce.to_commerce.orders import order
from dotbridge.sources.orocommerce.to_commerce.products import prices_of

LANGUAGES = (
    Localization("1", "English", "", "en"),
    Localization("2", "Deutsch", "", "de"),
    Localization("3", "AT", "2", "de_AT"),
)
SITES = Sites((), LANGUAGES, {"currency": "usd", "base_url": "https://shop.example/"})


def row(**values: Any) -> OrderRow:
    given: dict[str, Any] = {
        **dict.fromkeys(("number", "email", "customer_user_id", "first_name", "last_name", "customer"), "x"),
        **dict.fromkeys(("status", "shipping_status", "delivery_method", "po_number"), ""),
        "internal_status": "open",
        "created_at": "2026-01-01T00:00:00Z",
        "currency": "USD",
        "guest": False,
        "subtotal": 1_000_000,
        "discount": 0,
        "shipping": 0,
        "total": 1_000_000,
        "tax": None,
        "base_total": None,
        "billing": None,
        "delivery": None,
        "lines": (LineRow("1", "", "S", "N", 10_000, 1_000_000),),
    }
    return OrderRow(id=1, updated_at="2026-01-01T00:00:00Z", website_id="", **{**given, **values})


def test_a_text_falls_back_to_the_parent_then_to_the_default() -> None:
    names = (Localised("", "Mug"), Localised("2", "Becher"), Localised("3", "", "parent_localization"))
    assert [SITES.text(names, one) for one in ("", "1", "2", "3")] == ["Mug", "Mug", "Becher", "Becher"]
    assert SITES.text((Localised("", "Mug"), Localised("2", "alt", "system")), "3") == "Mug"
    assert SITES.text((), "2") == ""


def test_localisations_that_are_each_others_parents_end() -> None:
    sites = Sites((), (Localization("1", "A", "2", ""), Localization("2", "B", "1", "")), {})
    assert sites.text((Localised("", "Mug"),), "1") == "Mug"


def test_enums_are_read_in_both_spellings() -> None:
    assert enum("order_internal_status.open") == enum("open") == "open"
    assert enum("") == ""


@given(st.integers(0, 10**12), st.integers(0, 10**10), st.integers(0, 10**10), st.integers(0, 10**10), st.booleans())
def test_an_order_adds_up(subtotal: int, discount: int, shipping: int, tax: int, told: bool) -> None:
    total = subtotal - discount + shipping + tax
    found = order(
        row(subtotal=subtotal, discount=discount, shipping=shipping, total=total, tax=tax if told else None), SITES
    )
    assert found.subtotal + found.discount + found.shipping + found.tax == found.total
    assert found.discount <= 0


def test_a_promotion_is_seen_where_the_tax_is_known() -> None:
    assert order(row(total=1_100_000, tax=200_000), SITES).discount == -100_000


def test_an_order_of_a_company_alone_is_refused_with_a_reason() -> None:
    with pytest.raises(RecordError) as caught:
        order(row(email=""), SITES)
    assert caught.value.code is ORDER_WITHOUT_EMAIL


def test_a_guest_of_the_checkout_has_no_account() -> None:
    assert order(row(guest=True), SITES).is_guest
    assert not order(row(), SITES).is_guest


@pytest.mark.parametrize(
    ("status", "state"), [("cancelled", "cancelled"), ("closed", "complete"), ("own", "processing")]
)
def test_the_internal_status_decides_the_state(status: str, state: str) -> None:
    assert order(row(internal_status=status), SITES).state == state


def test_prices_are_those_of_the_primary_unit_from_the_smallest_quantity_up() -> None:
    prices = [
        PriceRow(10, 9, "USD", "item"),
        PriceRow(1, 10, "USD", "item"),
        PriceRow(1, 50, "USD", "set"),
        PriceRow(1, 8, "EUR", "item"),
    ]
    assert [one.value for one in prices_of(prices, "item", "USD")] == [10, 9]
    assert [one.value for one in prices_of(prices, "litre", "EUR")] == [8]


def test_price_lists_are_one_for_all_or_one_a_website() -> None:
    assert by_website("price_list", "3") == {"": "3"}
    assert by_website("price_list", "1=3, 2=5") == {"1": "3", "2": "5"}
    with pytest.raises(ConfigError, match="is no id"):
        by_website("price_list", "first")
