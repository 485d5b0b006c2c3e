"""Wishlist: wishes of customers (behaviour §6.5, dotdigital-api §19.4). An empty one is removed from Dotdigital."""

from __future__ import annotations

from dotbridge.commerce.email import email_key
from dotbridge.commerce.money import UNIT, multiple, number, quantity
from dotbridge.commerce.wishlist import Wishlist
from dotbridge.errors import RecordError
from dotbridge.mapping.base import Collection, Context, Document
from dotbridge.mapping.codes import EMAIL_MISSING
from dotbridge.mapping.instants import iso
from dotbridge.mapping.order_members import SCOPE
from dotbridge.mapping.spelling import Member


class Wishlists(Collection[Wishlist]):
    """Wishlists with at least one wish."""

    key = "wishlists"
    label = "Wishlists"
    stream = "wishlists"
    scope = "contact"
    type = "wishList"
    table = "email_wishlist"
    leaves = "remove"
    members = (
        Member("id", "id", "the wishlist's id, also the record's key"),
        Member("customerId", "id", "the customer's id"),
        Member("email", "text", "address of the customer as typed"),
        *SCOPE,
        Member("currency", "text", "currency of all amounts"),
        Member("items", "array", "the wishes"),
        Member("items.sku", "text", "sku", snake="_sku"),
        Member("items.qty", "number", "quantity", snake="_qty"),
        Member("items.name", "text", "name", snake="_name"),
        Member("items.price", "number", "price per unit", snake="_price"),
        Member("items.totalValueOfProduct", "number", "price times quantity", snake="_totalValueOfProduct"),
        Member("totalWishlistValue", "number", "sum of the items' values"),
        Member("updatedAt", "instant", "when it changed last"),
    )

    def name(self, ctx: Context, record: Wishlist) -> str:  # noqa: ARG002 - fixed by the platform
        return "Wishlist"

    def document_key(self, record: Wishlist) -> str:
        return record.source_id

    def excluded(self, record: Wishlist, ctx: Context) -> str:  # noqa: ARG002 - no choice to make
        return "" if record.items else "wishlist_empty"

    def build(self, record: Wishlist, ctx: Context) -> Document:
        if not record.email:
            raise RecordError(EMAIL_MISSING, f"The wishlist is {record.source_id}.", field="email")
        email_key(record.email)
        step = ctx.step(record.currency)
        places = UNIT // step
        website_name, website_code, store_name, store_code = ctx.scope(record.store_id, record.store_name)
        values = [multiple(item.price, item.quantity, step) for item in record.items]
        document: Document = {
            "email": record.email,
            "websiteName": website_name,
            "websiteCode": website_code,
            "storeName": store_name,
            "storeCode": store_code,
            "currency": record.currency,
            "totalWishlistValue": sum(values) / places,
        }
        for member, value in (("id", record.source_id), ("customerId", record.customer_id)):
            if (known := ctx.id(value, member)) is not None:
                document[member] = known
        if record.items:
            document["items"] = [
                {
                    "sku": ctx.text(item.sku, "items.sku"),
                    "qty": quantity(item.quantity),
                    "name": ctx.text(item.name, "items.name"),
                    "price": number(item.price, step),
                    "totalValueOfProduct": value / places,
                }
                for item, value in zip(record.items, values, strict=True)
            ]
        if record.updated_at:
            document["updatedAt"] = iso(record.updated_at)
        return document


COLLECTION = Wishlists()
