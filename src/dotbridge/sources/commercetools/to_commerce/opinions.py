"""Reviews and shopping lists (commercetools §8.9, 11.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import UNIT
from dotbridge.commerce.review import Review
from dotbridge.commerce.wishlist import Wishlist, WishlistItem
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.to_commerce.prices import price_of, regular_and_special
from dotbridge.sources.commercetools.to_commerce.values import Json, localized, text

_RATING = "Rating"


def review(row: Json, profile: Profile, customer: Json, product: Json) -> Review:
    """A review of a product. One that is not counted in the product's statistics waits for its approval."""
    view = profile.first
    rating = row.get("rating")
    return Review(
        source_id=text(row["id"]),
        website_id=profile.website.source_id,
        store_id=view.store.source_id,
        store_name=view.store.name,
        website_name=profile.website.name,
        customer_id=text((row.get("customer") or {}).get("id")),
        email=text(customer.get("email")),
        product_id=text((row.get("target") or {}).get("id")),
        product_name=localized(product.get("name"), view.locales),
        product_sku=text((product.get("masterVariant") or {}).get("sku")),
        reviewed_at=instant(row.get("createdAt")),
        state="approved" if row.get("includedInStatistics") else "pending",
        title=text(row.get("title")),
        text=text(row.get("text")),
        ratings=((_RATING, int(rating)),) if rating is not None else (),
    )


def wishlist(row: Json, profile: Profile, customer: Json, products: Mapping[str, Json], now: str) -> Wishlist:
    """A customer's shopping list; lines without a product, and those of products that are gone, are left out."""
    key = text((row.get("store") or {}).get("key"))
    view = profile.view(key) or profile.first
    return Wishlist(
        source_id=text(row["id"]),
        website_id=profile.website.source_id,
        store_id=view.store.source_id,
        store_name=view.store.name,
        customer_id=text((row.get("customer") or {}).get("id")),
        email=text(customer.get("email")),
        updated_at=instant(row.get("lastModifiedAt")),
        currency=view.currency,
        items=tuple(
            [
                _wish(line, variant, profile, price_of(variant, view, now), view.locales)
                for line in row.get("lineItems") or ()
                if (variant := _variant(line, products))
            ]
        ),
    )


def _variant(line: Json, products: Mapping[str, Json]) -> Json:
    """What the list holds, as the catalogue shows it; the master where the list names no variant."""
    row = products.get(text(line.get("productId")), {})
    both = [row.get("masterVariant"), *(row.get("variants") or ())]
    wanted = line.get("variantId") or (row.get("masterVariant") or {}).get("id")
    found: Json = next((one for one in both if one and one.get("id") == wanted), {})
    return found


def _wish(line: Json, variant: Json, profile: Profile, price: Json | None, locales: Any) -> WishlistItem:
    regular, special = regular_and_special(price)
    product_id = text(line.get("productId"))
    return WishlistItem(
        product_id=f"{product_id}-{variant['id']}" if profile.granularity == "variant" else product_id,
        sku=text(variant.get("sku") or variant.get("key")),
        name=localized(line.get("name"), locales),
        quantity=int(line.get("quantity") or 1) * UNIT,
        price=special if special is not None else regular or 0,
    )
