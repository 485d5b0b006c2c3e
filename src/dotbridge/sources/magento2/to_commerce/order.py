"""Orders with their refunds and parcels (magento2-data §3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import units
from dotbridge.commerce.order import Order, OrderLine, Refund, RefundLine, Shipment
from dotbridge.commerce.site import Store
from dotbridge.sources.magento2.to_commerce.lines import Choices, order_lines
from dotbridge.sources.magento2.to_commerce.values import Json, address, extension, shipping, text

STATES = {
    "new": "new",
    "pending_payment": "new",
    "payment_review": "new",
    "processing": "processing",
    "complete": "complete",
    "closed": "closed",
    "canceled": "cancelled",
    "holded": "held",
}
_AMOUNTS = {
    "subtotal": "subtotal",
    "discount": "discount_amount",
    "shipping": "shipping_amount",
    "tax": "tax_amount",
    "total": "grand_total",
    "refunded": "total_refunded",
    "base_total": "base_grand_total",
    "base_refunded": "base_total_refunded",
}
REFUNDED = 2
"""The state of a credit memo that gave money back; 1 is open and 3 cancelled (§3.4)."""


def order(
    row: Json,
    website_id: str,
    store: Store | None,
    choices: Choices,
    memos: Sequence[Json] = (),
    shipments: Sequence[Json] = (),
) -> Order:
    """An order as the shopper saw it; ``store`` is ``None`` for a store view that was deleted since."""
    lines = order_lines(row.get("items") or (), choices)
    billing = address(row.get("billing_address"))
    delivery = shipping(row)
    virtual = bool(row.get("is_virtual"))
    return Order(
        source_id=text(row["entity_id"]),
        number=text(row["increment_id"]),
        website_id=website_id,
        store_id=text(row.get("store_id")),
        store_name=store.name if store else text(row.get("store_name")).rpartition("\n")[2],
        email=text(row.get("customer_email")),
        customer_id=text(row.get("customer_id")),
        first_name=text(row.get("customer_firstname")) or (billing.first_name if billing else ""),
        last_name=text(row.get("customer_lastname")) or (billing.last_name if billing else ""),
        status=text(row.get("status")),
        state=STATES.get(text(row.get("state")), "new"),
        placed_at=instant(row.get("created_at")),
        updated_at=instant(row.get("updated_at")),
        currency=text(row.get("order_currency_code")),
        base_currency=text(row.get("base_currency_code")),
        global_currency=text(row.get("global_currency_code")),
        global_rate=_millionths(row.get("base_to_global_rate")),
        coupon=text(row.get("coupon_code")),
        payment=_payment(row),
        delivery_method=text(row.get("shipping_description")),
        quote_id=text(row.get("quote_id")),
        virtual=virtual,
        billing=billing,
        delivery=None if virtual else address(delivery.get("address")),
        lines=lines,
        refunds=tuple([refund(memo, row, lines) for memo in memos if memo.get("state") == REFUNDED]),
        shipments=tuple([_shipment(entry) for entry in shipments]),
        **_amounts(row),
    )


def _amounts(row: Json) -> dict[str, Any]:
    return {name: units(row.get(member)) for name, member in _AMOUNTS.items()}


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
    if isinstance(information, list) and information and isinstance(information[0], str) and information[0]:
        return information[0]
    return text(payment.get("method"))


def refund(memo: Json, row: Json, lines: Sequence[OrderLine]) -> Refund:
    """What a credit memo gave back for the order ``row``, whose visible lines are ``lines``."""
    return Refund(
        number=text(memo.get("increment_id")),
        refunded_at=instant(memo.get("created_at")),
        total=units(memo.get("grand_total")),
        shipping=units(memo.get("shipping_amount")),
        adjustment=units(memo.get("adjustment_positive")) - units(memo.get("adjustment_negative")),
        lines=_refund_lines(memo, row, lines),
    )


def _refund_lines(memo: Json, row: Json, lines: Sequence[OrderLine]) -> tuple[RefundLine, ...]:
    """What came back, by visible line of the order; the parts of a dynamic bundle carry its amounts (§3.3)."""
    parents = {text(item["item_id"]): text(item.get("parent_item_id")) for item in row.get("items") or ()}
    tops = [item_id for item_id, parent in parents.items() if parent not in parents]
    shown: Mapping[str, OrderLine] = dict(zip(tops, lines, strict=True))
    of_parts: dict[str, int] = {}
    returned: dict[str, Json] = {}
    for item in memo.get("items") or ():
        item_id = text(item.get("order_item_id"))
        parent = parents.get(item_id, "")
        if parent in shown:
            of_parts[parent] = of_parts.get(parent, 0) + units(item.get("row_total"))
        elif units(item.get("qty")):
            returned[item_id] = item
    return tuple(
        [
            RefundLine(
                shown[item_id].product_id if item_id in shown else text(item.get("product_id")),
                shown[item_id].sku if item_id in shown else text(item.get("sku")),
                units(item.get("qty")),
                units(item.get("row_total")) or of_parts.get(item_id, 0),
            )
            for item_id, item in returned.items()
        ]
    )


def _shipment(row: Json) -> Shipment:
    tracks = [(text(track.get("title")), text(track.get("track_number"))) for track in row.get("tracks") or ()]
    return Shipment(text(row.get("increment_id")), instant(row.get("created_at")), tuple(tracks))
