"""A guest is who an order without an account names: the same fields as a customer, as far as the order knows them."""

from __future__ import annotations

from dotbridge.commerce.contact import Contact
from dotbridge.commerce.order import Order
from dotbridge.commerce.site import Website


def guest_of(order: Order, website: Website) -> Contact:
    """The person behind an order, with names and addresses of that order."""
    store = next((store for store in website.stores if store.source_id == order.store_id), None)
    billing = order.billing
    return Contact(
        kind="guest",
        source_id=order.email.strip().lower(),
        website_id=order.website_id,
        store_id=order.store_id,
        store_name=store.name if store else order.store_name,
        store_group=store.group if store else "",
        website_name=website.name,
        email=order.email,
        updated_at=order.placed_at,
        first_name=order.first_name or (billing.first_name if billing else ""),
        last_name=order.last_name or (billing.last_name if billing else ""),
        billing=billing,
        delivery=order.delivery,
    )
