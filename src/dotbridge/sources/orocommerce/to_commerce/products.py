"""Products as a localisation shows them, with the prices of the website's price list (§7.3)."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.product import Category, Product, TierPrice
from dotbridge.sources.orocommerce.rows import PriceRow, ProductRow
from dotbridge.sources.orocommerce.sites import Sites


def product(row: ProductRow, sites: Sites) -> Product:
    """A product in one scope; its price is that of the smallest quantity of its primary unit."""
    localization = "" if row.store_id == "0" else row.store_id
    prices = prices_of(row.prices, row.unit, sites.currency)
    product_id = str(row.id)
    return Product(
        source_id=product_id,
        website_id=row.website_id,
        store_id=row.scope_id,
        sku=row.sku,
        name=sites.text(row.names, localization),
        type=row.type,
        status="enabled" if row.status == "enabled" else "disabled",
        visibility="both",
        currency=sites.currency,
        created_at=row.created_at,
        updated_at=row.updated_at,
        price=prices[0].value if prices else None,
        price_incl_tax=None,
        special_price=None,
        special_price_incl_tax=None,
        stock=row.stock,
        in_stock=row.inventory_status in ("", "in_stock"),
        url=sites.page(product_id, sites.text(row.slugs, localization)),
        image_url=image_of(row.images, sites),
        short_description=sites.text(row.short_descriptions, localization),
        attribute_set=row.family,
        brand=row.brand,
        categories=(Category(row.category_id, sites.text(row.category, localization)),) if row.category_id else (),
        websites=((row.website_id, sites.name_of(row.website_id)),),
        tier_prices=tuple([TierPrice("ALL GROUPS", one.quantity, one.value, one.value) for one in prices[1:]]),
        parents=row.parents,
        parent_type="configurable" if row.parents else "",
    )


def prices_of(prices: Sequence[PriceRow], unit: str, currency: str) -> list[PriceRow]:
    """The prices in a currency per unit, from the smallest quantity up; of any unit where the primary one has none."""
    found = [one for one in prices if one.currency == currency]
    own = [one for one in found if one.unit == unit]
    return sorted(own or found, key=lambda one: (one.quantity, one.value))


def image_of(images: Sequence[tuple[str, str]], sites: Sites) -> str:
    """The address of the first picture."""
    return next((url for url in [sites.picture(*image) for image in images] if url), "")
