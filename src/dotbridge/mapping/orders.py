"""Orders: one document per order, fully replaced at each change (behaviour §6.1, dotdigital-api §19.1)."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.address import Address
from dotbridge.commerce.email import email_key
from dotbridge.commerce.money import number, numbers, quantity
from dotbridge.commerce.order import Order, Refund, Shipment
from dotbridge.errors import RecordError
from dotbridge.mapping.attributes import typed
from dotbridge.mapping.base import TEXT_LIMIT, Collection, Context, Document
from dotbridge.mapping.codes import DATE_MISSING, ORDER_EMPTY
from dotbridge.mapping.instants import iso, moment
from dotbridge.mapping.order_lines import products
from dotbridge.mapping.order_members import MEMBERS

CANCELLED = "order_cancelled"
_BILLING, _DELIVERY = [
    [f"{kind}_{part}" for part in ("address_1", "address_2", "city", "region", "country", "postcode")]
    for kind in ("billing", "delivery")
]


class Orders(Collection[Order]):
    """Orders of customers and guests; a cancelled one stays with its status unless the merchant wants it deleted."""

    key = "orders"
    label = "Orders"
    stream = "orders"
    scope = "contact"
    type = "orders"
    table = "email_order"
    leaves = "update"
    finite = True
    members = MEMBERS

    def name(self, ctx: Context, record: Order) -> str:  # noqa: ARG002 - fixed by the platform
        return "Orders"

    def document_key(self, record: Order) -> str:
        return record.key or record.number

    def excluded(self, record: Order, ctx: Context) -> str:
        settings = ctx.settings
        if not record.email and not record.customer_id:
            return "order_without_email"
        if settings.cancelled_orders == "delete" and record.state == "cancelled":
            return CANCELLED
        return "order_status" if settings.order_statuses and record.status not in settings.order_statuses else ""

    def removes(self, rule: str) -> bool:
        return rule == CANCELLED

    def build(self, record: Order, ctx: Context) -> Document:
        if not record.lines:
            raise RecordError(ORDER_EMPTY, f"Its number is {record.number}.", field="products")
        if not record.placed_at:
            raise RecordError(DATE_MISSING, f"Its number is {record.number}.", field="purchaseDate")
        email_key(record.email)
        step = ctx.step(record.currency)
        document = self._head(record, step, ctx)
        payment, method, coupon = record.payment, record.delivery_method, record.coupon
        if len(payment) + len(method) + len(coupon) > TEXT_LIMIT:
            payment, method = ctx.text(payment, "payment"), ctx.text(method, "deliveryMethod")
            coupon = ctx.text(coupon, "couponCode")
        document["payment"] = payment
        document["deliveryMethod"] = method
        document["couponCode"] = coupon
        document["orderStatus"] = record.status
        if record.billing:
            document["billingAddress"] = _address(record.billing, _BILLING, ctx)
        if record.delivery and not record.virtual:
            document["deliveryAddress"] = _address(record.delivery, _DELIVERY, ctx)
        document["products"] = products(record.lines, step, ctx)
        if record.refunds:
            document["refunds"] = [_refund(refund, step, ctx) for refund in record.refunds]
        if record.shipments:
            document["shipments"] = [_shipment(shipment, ctx) for shipment in record.shipments]
        if record.custom and (custom := typed(record.custom, ctx, "custom")):
            document["custom"] = custom
        return document

    def _head(self, order: Order, step: int, ctx: Context) -> Document:
        """Who, where, when and how much. Amounts and ``currency`` are always of the same currency."""
        website_name, website_code, store_name, store_code = ctx.scope(order.store_id, order.store_name)
        total, refunded = order.total, order.refunded
        subtotal, discount, shipping, tax, net, placed, returned = numbers(
            (order.subtotal, order.discount, order.shipping, order.tax, total - refunded, total, refunded), step
        )
        document: Document = {
            "id": order.number,
            "email": order.email,
            "quoteId": order.quote_id,
            "websiteName": website_name,
            "websiteCode": website_code,
            "storeName": store_name,
            "storeCode": store_code,
            # The schema of a snake_case account was fixed by Magento 1, which writes ISO 8601 (behaviour §6.1).
            "purchaseDate": iso(order.placed_at) if ctx.snake else moment(order.placed_at),
            "currency": order.currency,
            "orderSubtotal": subtotal,
            "discountAmount": discount,
            "deliveryTotal": shipping,
            "taxTotal": tax,
            "orderTotal": net,
            "placedTotal": placed,
            "refundedTotal": returned,
        }
        if order.base_currency:
            base = step if order.base_currency == order.currency else ctx.step(order.base_currency)
            total, refunded = order.base_total, order.base_refunded
            net, placed, returned = numbers((total - refunded, total, refunded), base)
            document["baseCurrency"] = order.base_currency
            document["baseOrderTotal"] = net
            document["basePlacedTotal"] = placed
            document["baseRefundedTotal"] = returned
        return document


def _address(address: Address, names: Sequence[str], ctx: Context) -> dict[str, str]:
    first, second, third, fourth, fifth, sixth = names
    line_1, line_2, city, region = address.line_1, address.line_2, address.city, address.region
    parts = {
        first: line_1,
        second: line_2,
        third: city,
        fourth: region,
        fifth: address.country,
        sixth: address.postcode,
    }
    if len(line_1) + len(line_2) + len(city) + len(region) > TEXT_LIMIT:
        return {name: ctx.text(value, name) for name, value in parts.items()}
    return parts


def _refund(refund: Refund, step: int, ctx: Context) -> Document:
    document: Document = {
        "number": refund.number,
        "total": number(refund.total, step),
        "shipping": number(refund.shipping, step),
        "adjustment": number(refund.adjustment, step),
    }
    if refund.refunded_at:
        document["refundedAt"] = iso(refund.refunded_at)
    if refund.lines:
        document["lines"] = [
            {
                "sku": ctx.text(line.sku, "refunds.lines.sku"),
                "product_id": line.product_id,
                "qty": quantity(line.quantity),
                "total": number(line.total, step),
            }
            for line in refund.lines
        ]
    return document


def _shipment(shipment: Shipment, ctx: Context) -> Document:
    document: Document = {"number": shipment.number}
    if shipment.shipped_at:
        document["shippedAt"] = iso(shipment.shipped_at)
    if shipment.tracks:
        document["tracks"] = [
            {
                "carrier": ctx.text(carrier, "shipments.tracks.carrier"),
                "number": ctx.text(code, "shipments.tracks.number"),
            }
            for carrier, code in shipment.tracks
        ]
    return document


COLLECTION = Orders()
