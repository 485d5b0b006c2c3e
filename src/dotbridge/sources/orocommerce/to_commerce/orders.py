"""Orders (§7.3). Oro keeps the plain figures of an order; what the tax was is told by 6.1+ or by its tax table."""

from __future__ import annotations

from typing import Any

from dotbridge.commerce.money import multiple
from dotbridge.commerce.order import Order, OrderLine, Refund, Shipment
from dotbridge.errors import RecordError
from dotbridge.sources.orocommerce.codes import ORDER_WITHOUT_EMAIL
from dotbridge.sources.orocommerce.rows import LineRow, OrderRow
from dotbridge.sources.orocommerce.sites import Sites

STATES = {
    "open": "new",
    "pending": "new",
    "awaiting_approval": "new",
    "processing": "processing",
    "backordered": "processing",
    "on_hold": "held",
    "shipped": "complete",
    "closed": "complete",
    "archived": "closed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}


def order(row: OrderRow, sites: Sites) -> Order:
    """An order. A guest of the checkout has a customer user of their own in Oro and none here.

    Raises RecordError for an order of nobody with an e-mail address.
    """
    if not row.email.strip():
        raise RecordError(ORDER_WITHOUT_EMAIL, f"Its number is {row.number}.", field="email")
    store = sites.first_store()
    customer_id = "" if row.guest else row.customer_user_id
    discount, tax = _discount_and_tax(row)
    base_currency, base_total = _base(row, sites)
    refunded = sum([refund.total for refund in row.refunds])
    return Order(
        source_id=str(row.id),
        number=row.number or str(row.id),
        website_id=sites.website_of(row.website_id),
        store_id=store.id or "0",
        store_name=store.name,
        email=row.email,
        customer_id=customer_id,
        first_name=row.first_name or (row.billing.first_name if row.billing else ""),
        last_name=row.last_name or (row.billing.last_name if row.billing else ""),
        status=row.status or row.internal_status,
        state=STATES.get(row.internal_status or row.status, "processing"),
        placed_at=row.created_at,
        updated_at=row.updated_at,
        currency=row.currency,
        subtotal=row.subtotal,
        discount=discount,
        shipping=row.shipping,
        tax=tax,
        total=row.total,
        refunded=refunded,
        base_currency=base_currency,
        base_total=base_total,
        base_refunded=refunded * base_total // row.total if row.total else 0,
        global_currency="",
        global_rate=0,
        coupon="",
        payment="",
        delivery_method=row.delivery_method,
        quote_id="",
        virtual=False,
        billing=row.billing,
        delivery=row.delivery,
        lines=tuple([_line(line) for line in row.lines]),
        refunds=tuple([Refund(one.number, one.at, one.total) for one in row.refunds]),
        shipments=tuple([Shipment(track, "", ((carrier, track),)) for carrier, track in row.tracks]),
        custom=_custom(row),
    )


def _line(line: LineRow) -> OrderLine:
    kind = "configurable" if line.parent_id else "free_form" if line.free_form else "simple"
    return OrderLine(
        product_id=line.product_id,
        sku=line.sku,
        name=line.name,
        type=kind,
        quantity=line.quantity,
        price=line.price,
        price_incl_tax=line.price,
        total=multiple(line.price, line.quantity, 1),
        parent_id=line.parent_id,
    )


def _discount_and_tax(row: OrderRow) -> tuple[int, int]:
    """(discount, negative; tax), such that the order adds up. A tax that Oro does not tell is what is left."""
    rest = row.total - row.subtotal - row.shipping
    if row.tax is not None:
        # Promotions and coupons are no part of the order's own discount; they are in its total.
        return min(0, rest - row.tax), row.tax
    return -row.discount, max(0, rest + row.discount)


def _base(row: OrderRow, sites: Sites) -> tuple[str, int]:
    """Amount and currency of the website's accounting, or the order's own where Oro did not say."""
    if row.currency != sites.currency and row.base_total is not None:
        return sites.currency, row.base_total
    return row.currency, row.total


def _custom(row: OrderRow) -> dict[str, Any]:
    """What Dotdigital has no member for."""
    found = {"customer": row.customer, "poNumber": row.po_number, "shippingStatus": row.shipping_status}
    return {name: value for name, value in found.items() if value}
