"""Products as one website or store view sells them."""

from __future__ import annotations

from typing import Any

import msgspec

from dotbridge.commerce.notice import Notice


class TierPrice(msgspec.Struct, frozen=True, gc=False):
    """A price from a quantity upwards; ``percentage`` is set where the shop keeps a discount instead of a price."""

    group: str
    quantity: int
    price: int
    price_incl_tax: int
    percentage: int | None = None


class Category(msgspec.Struct, frozen=True, gc=False):
    """A category the product stands in."""

    id: str
    name: str


class Product(msgspec.Struct, frozen=True, gc=False):
    """One product in one scope (a store view, or the website's default). ``None`` means: the shop has no such value.

    ``status`` is ``enabled`` or ``disabled``; ``visibility`` one of none, catalog, search, both; ``type`` the
    platform's word in lower case, ``parents`` the ids of configurable, bundle or grouped products it belongs to.
    ``offered`` is false for one that is not in the assortment of the scope; it is disabled there. ``price`` is what the
    platform shows before special prices, ``special_price`` only while it holds. ``notices`` say what had to be left out.
    """

    source_id: str
    website_id: str
    store_id: str
    sku: str
    name: str
    type: str
    status: str
    visibility: str
    currency: str
    created_at: str
    updated_at: str
    price: int | None
    price_incl_tax: int | None
    special_price: int | None
    special_price_incl_tax: int | None
    stock: int | None
    in_stock: bool
    url: str
    image_url: str
    short_description: str
    attribute_set: str
    brand: str
    categories: tuple[Category, ...] = ()
    websites: tuple[tuple[str, str], ...] = ()
    tier_prices: tuple[TierPrice, ...] = ()
    parents: tuple[str, ...] = ()
    parent_type: str = ""
    attributes: dict[str, Any] = {}
    notices: tuple[Notice, ...] = ()
    offered: bool = True
