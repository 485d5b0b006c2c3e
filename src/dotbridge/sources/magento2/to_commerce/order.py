"""REST's orders with their refunds and parcels, as rows that ``order_rows`` understands (magento2-data §3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import units
from dotbridge.commerce.order import Order, OrderLine, Refund
from dotbridge.commerce.site import Store
from dotbridge.sources.magento2.to_commerce.lines import Choices, as_read, item_rows, own_skus
from dotbridge.sources.magento2.to_commerce.order_rows import (
    REFUNDED,
    Head,
    Memo,
    MemoItem,
    Parcel,
    Rows,
    order_of,
    refund_of,
)
from dotbridge.sources.magento2.to_commerce.values import Json, address, extension, shipping, text

_AMOUNTS = (
    *("subtotal", "discount_amount", "shipping_amount", "tax_amount", "grand_total", "total_refunded"),
    *("base_grand_total", "base_total_refunded"),
)


def order(
    row: Json,
    website_id: str,
    store: Store | None,
    choices: Choices,
    memos: Sequence[Json] = (),
    shipments: Sequence[Json] = (),
) -> Order:
    """An order as the shopper saw it; ``store`` is ``None`` for a store view that was deleted since."""
    given = [memo for memo in memos if memo.get("state") == REFUNDED]
    rows = Rows(
        website_id,
        _head(row, store),
        address(row.get("billing_address")),
        address(shipping(row).get("address")),
        item_rows(row.get("items") or (), choices),
        [(memo_row(memo), memo_items(memo)) for memo in given],
        [parcel for shipment in shipments for parcel in _parcels(shipment)],
        own_skus(choices),
    )
    return order_of(rows, as_read)


def _head(row: Json, store: Store | None) -> Head:
    subtotal, discount, delivery, tax, total, refunded, base_total, base_refunded = [
        units(row.get(member)) for member in _AMOUNTS
    ]
    return (
        text(row["entity_id"]),
        text(row["increment_id"]),
        text(row.get("store_id")),
        store.name if store else text(row.get("store_name")).rpartition("\n")[2],
        text(row.get("customer_email")) or text((row.get("billing_address") or {}).get("email")),
        text(row.get("customer_id")),
        text(row.get("customer_firstname")),
        text(row.get("customer_lastname")),
        text(row.get("status")),
        text(row.get("state")),
        instant(row.get("created_at")),
        instant(row.get("updated_at")),
        text(row.get("order_currency_code")),
        *(subtotal, discount, delivery, tax, total, refunded),
        text(row.get("base_currency_code")),
        *(base_total, base_refunded),
        text(row.get("global_currency_code")),
        _millionths(row.get("base_to_global_rate")),
        text(row.get("coupon_code")),
        _payment(row),
        text(row.get("shipping_description")),
        text(row.get("quote_id")),
        bool(row.get("is_virtual")),
    )


def has_refunds(row: Json) -> bool:
    """Whether credit memos of the order are worth asking for."""
    if units(row.get("total_refunded")) or units(row.get("base_total_refunded")):
        return True
    return any([item.get("qty_refunded") for item in row.get("items") or ()])


def has_shipments(row: Json) -> bool:
    """Whether something of the order was sent."""
    return any([item.get("qty_shipped") for item in row.get("items") or ()])


def _millionths(rate: Any) -> int:
    return int((Decimal(str(rate or 0)) * 1_000_000).to_integral_value(ROUND_HALF_UP))


def _payment(row: Json) -> str:
    """The method's title as the shopper saw it; its code where the shop kept no title."""
    for entry in extension(row).get("payment_additional_info") or ():
        if entry.get("key") == "method_title" and text(entry.get("value")) not in {"", "null"}:
            return text(entry["value"])
    payment = row.get("payment") or {}
    information = payment.get("additional_information")
    # Shops before 2.1 give the values without their names, the title first.
    if "payment_additional_info" not in extension(row) and isinstance(information, list) and information:
        first = information[0]
        if isinstance(first, str) and first:
            return first
    return text(payment.get("method"))


def refund(memo: Json, row: Json, lines: Sequence[OrderLine]) -> Refund:
    """What a credit memo gave back for the order ``row``, whose visible lines are ``lines``."""
    return refund_of(memo_row(memo), memo_items(memo), item_rows(row.get("items") or (), Choices()), lines)


def memo_row(memo: Json) -> Memo:
    """A credit memo as a row."""
    return (
        text(memo.get("entity_id")),
        text(memo.get("order_id")),
        text(memo.get("increment_id")),
        instant(memo.get("created_at")),
        units(memo.get("grand_total")),
        units(memo.get("shipping_amount")),
        units(memo.get("adjustment_positive")) - units(memo.get("adjustment_negative")),
    )


def memo_items(memo: Json) -> list[MemoItem]:
    """Its lines as rows."""
    return [
        (
            text(memo.get("entity_id")),
            text(item.get("order_item_id")),
            text(item.get("product_id")),
            text(item.get("sku")),
            units(item.get("qty")),
            units(item.get("row_total")),
        )
        for item in memo.get("items") or ()
    ]


def _parcels(row: Json) -> list[Parcel]:
    """A parcel, once for each of its track numbers."""
    place = (text(row.get("order_id")), text(row.get("entity_id")), text(row.get("increment_id")))
    at = instant(row.get("created_at"))
    tracks = [
        (text(track.get("title")) or text(track.get("carrier_code")), text(track.get("track_number")))
        for track in row.get("tracks") or ()
    ]
    return [(*place, at, carrier, number) for carrier, number in tracks or [("", "")]]
