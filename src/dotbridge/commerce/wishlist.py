"""Wishlists of customers."""

from __future__ import annotations

import msgspec


class WishlistItem(msgspec.Struct, frozen=True, gc=False):
    """One wish; ``price`` per unit in the website's base currency, what the shop shows today."""

    product_id: str
    sku: str
    name: str
    quantity: int
    price: int


class Wishlist(msgspec.Struct, frozen=True, gc=False):
    """One customer's wishlist in one website; an empty one is kept, so that its record can be removed."""

    source_id: str
    website_id: str
    store_id: str
    store_name: str
    customer_id: str
    email: str
    updated_at: str
    currency: str
    items: tuple[WishlistItem, ...] = ()
