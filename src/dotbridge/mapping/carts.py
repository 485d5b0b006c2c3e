"""CartInsight: carts of people with an address (behaviour §6.3, dotdigital-api §19.3).

A cart that was never sent is left out when it is empty or ordered already; one that Dotdigital has is still updated, so
that program exit rules fire. The platform reads this collection itself: its spelling is the same in every account.
"""

from __future__ import annotations

from dotbridge.commerce.cart import Cart, CartLine
from dotbridge.commerce.email import email_key
from dotbridge.commerce.money import number, quantity
from dotbridge.errors import RecordError
from dotbridge.mapping.base import Collection, Context, Document
from dotbridge.mapping.codes import EMAIL_MISSING, LINE_UNNAMED, NAME_MISSING
from dotbridge.mapping.instants import iso
from dotbridge.mapping.order_members import SCOPE
from dotbridge.mapping.spelling import Member, under

_LINE = (
    Member("sku", "text", "sku"),
    Member("name", "text", "name; the sku where the shop has none"),
    Member("imageUrl", "text", "image"),
    Member("productUrl", "text", "page of the product"),
    Member("unitPrice", "number", "catalogue price per unit, without tax"),
    Member("unitPrice_incl_tax", "number", "the same with tax"),
    Member("quantity", "number", "quantity"),
    Member("salePrice", "number", "price that the cart charges per unit, without tax"),
    Member("salePrice_incl_tax", "number", "the same with tax"),
    Member("totalPrice", "number", "the line, without tax"),
    Member("totalPrice_incl_tax", "number", "the line, with tax"),
)

_MEMBERS = (
    Member("cartId", "text", "the cart's id, also the record's key"),
    Member("cartUrl", "text", "link that rebuilds the cart"),
    Member("createdDate", "instant", "when it was begun"),
    Member("modifiedDate", "instant", "when it changed last"),
    *SCOPE,
    Member("currency", "text", "currency of all amounts"),
    Member("subTotal", "number", "goods without tax"),
    Member("subtotal_incl_tax", "number", "goods with tax"),
    Member("taxAmount", "number", "tax"),
    Member("shipping", "number", "shipping"),
    Member("grandTotal", "number", "what it would cost"),
    Member("discountAmount", "number", "discount, positive"),
    Member("couponCode", "text", "coupon, empty without one"),
    Member("cartPhase", "text", "`ORDER_PENDING`, or `ORDER_COMPLETE` once it is ordered"),
    Member("lineItems", "array", "the visible lines"),
    *under("lineItems", _LINE),
)


class Carts(Collection[Cart]):
    """Carts with an e-mail address."""

    key = "carts"
    label = "Carts"
    stream = "carts"
    scope = "contact"
    type = "cartInsight"
    table = "email_quote"
    leaves = "update"
    members = tuple([member._replace(snake=member.name) for member in _MEMBERS])

    def name(self, ctx: Context, record: Cart) -> str:  # noqa: ARG002 - fixed by the platform
        return "CartInsight"

    def document_key(self, record: Cart) -> str:
        return record.source_id

    def excluded(self, record: Cart, ctx: Context) -> str:  # noqa: ARG002 - no choice to make
        if not record.email:
            return "cart_without_email"
        return {"ordered": "cart_ordered", "empty": "cart_empty"}.get(record.phase, "")

    def build(self, record: Cart, ctx: Context) -> Document:
        if not record.email:
            raise RecordError(EMAIL_MISSING, f"The cart is {record.source_id}.", field="email")
        email_key(record.email)
        step = ctx.step(record.currency)
        website_name, website_code, store_name, store_code = ctx.scope(record.store_id, record.store_name)
        document: Document = {
            "cartId": record.source_id,
            "cartUrl": record.url,
            "websiteName": website_name,
            "websiteCode": website_code,
            "storeName": store_name,
            "storeCode": store_code,
            "currency": record.currency,
            "subTotal": number(record.subtotal, step),
            "subtotal_incl_tax": number(record.subtotal_incl_tax, step),
            "taxAmount": number(record.tax, step),
            "shipping": number(record.shipping, step),
            "grandTotal": number(record.total, step),
            "discountAmount": number(abs(record.discount), step),
            "couponCode": ctx.text(record.coupon, "couponCode"),
            "cartPhase": "ORDER_COMPLETE" if record.phase == "ordered" else "ORDER_PENDING",
        }
        if record.created_at:
            document["createdDate"] = iso(record.created_at)
        if record.updated_at:
            document["modifiedDate"] = iso(record.updated_at)
        if record.lines:
            document["lineItems"] = [_line(line, step, ctx) for line in record.lines]
        return document


def _line(line: CartLine, step: int, ctx: Context) -> Document:
    name = line.name
    if not name:
        if not line.sku:
            raise RecordError(NAME_MISSING, f"The cart holds product {line.product_id}.", field="lineItems.name")
        ctx.warn(LINE_UNNAMED, "lineItems.name", f"The sku is {line.sku}.")
        name = line.sku
    return {
        "sku": ctx.text(line.sku, "lineItems.sku"),
        "name": ctx.text(name, "lineItems.name"),
        "imageUrl": line.image_url,
        "productUrl": line.product_url,
        "unitPrice": number(line.unit_price, step),
        "unitPrice_incl_tax": number(line.unit_price_incl_tax, step),
        "quantity": quantity(line.quantity),
        "salePrice": number(line.sale_price, step),
        "salePrice_incl_tax": number(line.sale_price_incl_tax, step),
        "totalPrice": number(line.total, step),
        "totalPrice_incl_tax": number(line.total_incl_tax, step),
    }


COLLECTION = Carts()
