"""Carts: what a shopper has gathered and not yet bought."""

from __future__ import annotations

import msgspec


class CartLine(msgspec.Struct, frozen=True, gc=False):
    """One visible line; ``unit_price`` is the catalogue's price, ``sale_price`` what the cart charges per unit."""

    product_id: str
    sku: str
    name: str
    quantity: int
    unit_price: int
    unit_price_incl_tax: int
    sale_price: int
    sale_price_incl_tax: int
    total: int
    total_incl_tax: int
    image_url: str = ""
    product_url: str = ""


class Cart(msgspec.Struct, frozen=True, gc=False):
    """One cart with an e-mail or without. ``phase`` is open, ordered or empty; amounts are in ``currency``."""

    source_id: str
    website_id: str
    store_id: str
    store_name: str
    email: str
    customer_id: str
    phase: str
    created_at: str
    updated_at: str
    currency: str
    subtotal: int
    subtotal_incl_tax: int
    tax: int
    shipping: int
    discount: int
    total: int
    coupon: str
    url: str
    lines: tuple[CartLine, ...] = ()
