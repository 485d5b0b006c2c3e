"""Orders, refunds and parcels from hand-written JSON (magento2-data §3.3, 3.4)."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.commerce.order import RefundLine, Shipment
from dotbridge.commerce.site import Store
from dotbridge.sources.magento2.to_commerce.lines import Choices
from dotbridge.sources.magento2.to_commerce.order import has_refunds, has_shipments, order

STORE = Store("1", "uk", "United Kingdom", "Main")


def row(**members: Any) -> dict[str, Any]:
    return {
        "entity_id": 7,
        "increment_id": "000000007",
        "store_id": 1,
        "store_name": "Website\nGroup\nOld view",
        "customer_email": "ada@example.com",
        "state": "processing",
        "status": "awaiting_pick",
        "created_at": "2026-01-02 03:04:05",
        "updated_at": "2026-01-02 03:04:06",
        "order_currency_code": "EUR",
        "base_currency_code": "GBP",
        "global_currency_code": "GBP",
        "base_to_global_rate": 0.8547,
        "items": [],
        **members,
    }


def test_absent_members_are_empty_and_unknown_ones_ignored() -> None:
    made = order(row(brand_new_member={"x": 1}), "1", STORE, Choices())
    assert (made.customer_id, made.coupon, made.total, made.delivery, made.billing) == ("", "", 0, None, None)
    assert made.is_guest
    assert made.placed_at == "2026-01-02T03:04:05Z"
    assert made.global_rate == 854_700


@pytest.mark.parametrize(
    ("state", "ours"),
    [("new", "new"), ("pending_payment", "new"), ("canceled", "cancelled"), ("holded", "held"), ("closed", "closed")],
)
def test_the_state_is_our_word_and_the_status_the_merchants(state: str, ours: str) -> None:
    made = order(row(state=state), "1", STORE, Choices())
    assert (made.state, made.status) == (ours, "awaiting_pick")


def test_a_deleted_store_view_keeps_the_name_that_the_order_remembers() -> None:
    members = {name: value for name, value in row().items() if name != "store_id"}
    made = order(members, "1", None, Choices())
    assert (made.store_id, made.store_name) == ("", "Old view")


def test_a_guests_name_is_taken_from_the_billing_address() -> None:
    made = order(
        row(billing_address={"firstname": "Ben", "lastname": "Visitor", "street": ["1 Road"]}), "1", STORE, Choices()
    )
    assert (made.first_name, made.last_name) == ("Ben", "Visitor")


def test_a_virtual_order_has_no_delivery_even_if_an_address_is_kept() -> None:
    shipping = {"shipping": {"address": {"city": "Leeds"}}}
    members = {"extension_attributes": {"shipping_assignments": [shipping]}}
    delivered = order(row(**members), "1", STORE, Choices())
    assert delivered.delivery is not None
    assert delivered.delivery.city == "Leeds"
    assert order(row(is_virtual=1, **members), "1", STORE, Choices()).delivery is None


@pytest.mark.parametrize(
    ("members", "title"),
    [
        ({"extension_attributes": {"payment_additional_info": [{"key": "method_title", "value": "Card"}]}}, "Card"),
        ({"payment": {"method": "checkmo", "additional_information": ["Check", None]}}, "Check"),
        ({"payment": {"method": "checkmo", "additional_information": [None]}}, "checkmo"),
        ({"payment": {"method": "checkmo"}, "extension_attributes": []}, "checkmo"),
        ({}, ""),
    ],
)
def test_payment_is_the_title_that_was_shown_or_the_methods_code(members: dict[str, Any], title: str) -> None:
    assert order(row(**members), "1", STORE, Choices()).payment == title


ITEMS = [
    {"item_id": 1, "product_id": 11, "sku": "TEE-RED", "product_type": "configurable", "qty_ordered": 2, "price": 5},
    {"item_id": 2, "product_id": 12, "sku": "TEE-RED", "product_type": "simple", "parent_item_id": 1},
    {"item_id": 3, "product_id": 13, "sku": "SET", "product_type": "bundle", "qty_ordered": 1, "price": 9},
    {"item_id": 4, "product_id": 14, "sku": "PART", "product_type": "simple", "parent_item_id": 3},
]


def memo(**members: Any) -> dict[str, Any]:
    return {"increment_id": "9", "state": 2, "created_at": "2026-02-01 00:00:00", "grand_total": 12.5, **members}


def test_a_refund_names_visible_lines_and_adds_up_a_bundles_parts() -> None:
    returned = [
        {"order_item_id": 1, "product_id": 11, "sku": "TEE-RED", "qty": 1, "row_total": 5},
        {"order_item_id": 2, "product_id": 12, "sku": "TEE-RED", "qty": 1},
        {"order_item_id": 3, "product_id": 13, "sku": "SET", "qty": 1},
        {"order_item_id": 4, "product_id": 14, "sku": "PART", "qty": 3, "row_total": 9},
    ]
    given = memo(items=returned, adjustment_positive=1.5, adjustment_negative=0.5, shipping_amount=2)
    (refund,) = order(row(items=ITEMS), "1", STORE, Choices(), [given]).refunds
    assert refund.lines == (RefundLine("12", "TEE-RED", 10_000, 50_000), RefundLine("13", "SET", 10_000, 90_000))
    assert (refund.total, refund.shipping, refund.adjustment) == (125_000, 20_000, 10_000)


def test_memos_that_gave_nothing_back_and_lines_of_quantity_0_are_left_out() -> None:
    untouched = [{"order_item_id": 1, "product_id": 11, "sku": "TEE-RED", "qty": 0}]
    memos = [memo(state=1), memo(state=3), memo(items=untouched)]
    (refund,) = order(row(items=ITEMS), "1", STORE, Choices(), memos).refunds
    assert refund.lines == ()


def test_a_parcel_carries_its_tracking_numbers() -> None:
    sent = {
        "increment_id": "5",
        "created_at": "2026-02-01 00:00:00",
        "tracks": [{"title": "DHL", "track_number": "T1"}, {"title": None, "track_number": "T2"}],
    }
    (shipment,) = order(row(), "1", STORE, Choices(), (), [sent]).shipments
    assert shipment == Shipment("5", "2026-02-01T00:00:00Z", (("DHL", "T1"), ("", "T2")))


def test_only_orders_with_refunds_or_parcels_are_asked_for_them() -> None:
    assert not has_refunds(row())
    assert has_refunds(row(total_refunded=0.01))
    assert has_refunds(row(items=[{"item_id": 1, "qty_refunded": 1}]))
    assert not has_shipments(row(items=[{"item_id": 1, "qty_shipped": 0}]))
    assert has_shipments(row(items=[{"item_id": 1, "qty_shipped": 0.5}]))
