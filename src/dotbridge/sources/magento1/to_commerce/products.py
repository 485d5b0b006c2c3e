"""A product of one store view in our words."""

from __future__ import annotations

from typing import Any, NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.notice import Notice
from dotbridge.commerce.product import Category, Product, TierPrice

VISIBILITIES = {1: "none", 2: "catalog", 3: "search", 4: "both"}


class ProductRow(NamedTuple):
    """All that the shop says of one product in one view. ``store_id`` is the scope, "" for the whole website."""

    product_id: str
    website_id: str
    store_id: str
    sku: str
    type: str
    created_at: str
    updated_at: str
    name: str
    status: Any
    visibility: Any
    currency: str
    price: tuple[int | None, int | None]
    special_price: tuple[int | None, int | None]
    stock: tuple[int | None, bool]
    url: str
    image_url: str
    short_description: str
    attribute_set: str
    brand: str
    categories: tuple[Category, ...]
    websites: tuple[tuple[str, str], ...]
    tier_prices: tuple[TierPrice, ...]
    parents: tuple[tuple[int, str], ...]
    attributes: dict[str, Any]
    notices: tuple[Notice, ...]


def product(row: ProductRow) -> Product:
    """The product; without a status it is switched off, as the shop treats it."""
    return Product(
        source_id=row.product_id,
        website_id=row.website_id,
        store_id=row.store_id,
        sku=row.sku,
        name=row.name,
        type=row.type,
        status="enabled" if row.status == 1 else "disabled",
        visibility=VISIBILITIES.get(row.visibility, "none"),
        currency=row.currency,
        created_at=instant(row.created_at),
        updated_at=instant(row.updated_at),
        price=row.price[0],
        price_incl_tax=row.price[1],
        special_price=row.special_price[0],
        special_price_incl_tax=row.special_price[1],
        stock=row.stock[0],
        in_stock=row.stock[1],
        url=row.url,
        image_url=row.image_url,
        short_description=row.short_description,
        attribute_set=row.attribute_set,
        brand=row.brand,
        categories=row.categories,
        websites=row.websites,
        tier_prices=row.tier_prices,
        parents=tuple([str(parent) for parent, _ in row.parents]),
        parent_type=row.parents[0][1] if row.parents else "",
        attributes=row.attributes,
        notices=row.notices,
    )
