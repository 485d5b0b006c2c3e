"""Products, one for each variant, as a store view shows them (commercetools §8.4, 11.4 to 11.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import UNIT
from dotbridge.commerce.product import Category, Product
from dotbridge.sources.commercetools.profiles import Profile, View
from dotbridge.sources.commercetools.to_commerce.prices import price_of, regular_and_special, tier_prices
from dotbridge.sources.commercetools.to_commerce.values import Json, localized, plain, text

Stock = Mapping[str, Mapping[str, int]]
"""By sku: quantity by supply channel, "" for the entry without one."""


class Around(NamedTuple):
    """What the products of a page need besides themselves. ``stock`` is ``None`` where inventory may not be read."""

    profile: Profile
    view: View
    scope_id: str
    now: str
    categories: Mapping[str, Json]
    stock: Stock | None
    brand: str
    codes: tuple[str, ...]
    image_label: str


class Chosen(NamedTuple):
    """One record's worth of a product: its variants, the first of which speaks for the others."""

    product: Json
    variants: tuple[Json, ...]
    #: Whether the store view offers it at all, by its product selections.
    offered: bool = True


def current(row: Json) -> Json:
    """What shoppers see of a product, in the form of a projection; ``/products`` keeps it beside the staged edits."""
    data = row.get("masterData")
    if data is None:
        return row
    own = {name: row.get(name) for name in ("id", "version", "key", "createdAt", "lastModifiedAt", "priceMode")}
    return {**(data.get("current") or {}), **own, "published": data.get("published", False)}


def variants_of(product: Json) -> list[Json]:
    """The master variant and the others, by their number."""
    master = product.get("masterVariant")
    both = [*([master] if master else []), *(product.get("variants") or ())]
    return sorted([one for one in both if isinstance(one.get("id"), int)], key=lambda one: int(one["id"]))


def record_id(chosen: Chosen, profile: Profile) -> str:
    """The id of the record: of the variant, or of the whole product where one record stands for it."""
    product_id = text(chosen.product["id"])
    return f"{product_id}-{chosen.variants[0]['id']}" if profile.granularity == "variant" else product_id


def product(chosen: Chosen, around: Around) -> Product:
    """A record of the catalog. Of a whole product it shows the master's sku, the lowest price and the summed stock."""
    row, view = chosen.product, around.view
    first = chosen.variants[0]
    by_variant = around.profile.granularity == "variant"
    found = [price_of(one, view, around.now) for one in chosen.variants]
    prices = [regular_and_special(price) for price in found if price]
    regular, special = min(prices, key=lambda both: both[1] or both[0] or 0, default=(None, None))
    stocks = [_stock(one, around) for one in chosen.variants]
    known = [quantity for quantity in stocks if quantity is not None]
    product_id = text(row["id"])
    values = _attributes(row, first, view.locales)
    return Product(
        source_id=record_id(chosen, around.profile),
        website_id=around.profile.website.source_id,
        store_id=around.scope_id,
        sku=text(first.get("sku") or first.get("key")),
        name=localized(row.get("name"), view.locales),
        type="simple",
        status="enabled" if row.get("published", True) and chosen.offered else "disabled",
        offered=chosen.offered,
        visibility="both",
        currency=view.currency,
        created_at=instant(row.get("createdAt")),
        updated_at=instant(row.get("lastModifiedAt")),
        price=regular,
        price_incl_tax=None,
        special_price=special,
        special_price_incl_tax=None,
        stock=sum(known) if known else None,
        in_stock=sum(known) > 0 if known else True,
        url=url(row, first, around.profile, view, around.categories),
        image_url=_image(row, chosen.variants, around.image_label),
        short_description=localized(row.get("description"), view.locales),
        attribute_set="",
        brand=text(values.get(around.brand)),
        categories=categories(row, around.categories, view.locales),
        tier_prices=tier_prices(found[0]) if by_variant else (),
        parents=(product_id,) if by_variant else (),
        parent_type="configurable" if by_variant else "",
        attributes={code: values[code] for code in around.codes if values.get(code) not in (None, "", ())},
    )


def url(row: Json, variant: Json, profile: Profile, view: View, known: Mapping[str, Json]) -> str:
    """The product's page: what an attribute holds, else the profile's template filled; "" where a value is missing.

    ``known`` are the categories by id.
    """
    if profile.url_attribute:
        held = _attributes(row, variant, view.locales).get(profile.url_attribute)
        if isinstance(held, str) and held:
            return held
    if not profile.product_url.text:
        return ""
    first: Json = next(iter(row.get("categories") or ()), {})
    category = known.get(text(first.get("id")), {})
    return profile.product_url.fill(
        {
            "slug": localized(row.get("slug"), view.locales),
            "locale": view.store.locale,
            "language": view.store.locale.partition("-")[0],
            "country": view.country,
            "currency": view.currency,
            "store_key": view.key,
            "sku": text(variant.get("sku")),
            "product_id": text(row["id"]),
            "product_key": text(row.get("key")),
            "variant_id": text(variant.get("id")),
            "variant_key": text(variant.get("key")),
            "category_slug": localized(category.get("slug"), view.locales),
        }
    )


def categories(row: Json, known: Mapping[str, Json], locales: Sequence[str]) -> tuple[Category, ...]:
    """Its categories, each behind those above it, from the root down; parents are walked (§8.7)."""
    found: dict[str, Category] = {}
    for reference in row.get("categories") or ():
        chain: list[str] = []
        here = text(reference.get("id"))
        while here in known and here not in chain:
            chain.append(here)
            here = text((known[here].get("parent") or {}).get("id"))
        for one in reversed(chain):
            found.setdefault(one, Category(one, localized(known[one].get("name"), locales)))
    return tuple(found.values())


def _image(row: Json, variants: Sequence[Json], label: str) -> str:
    """The first image with the label, of the variant before the master; else the first image at all."""
    everything = [image for one in (*variants, row.get("masterVariant") or {}) for image in one.get("images") or ()]
    labelled = [image for image in everything if label and image.get("label") == label]
    return text((labelled or everything or [{}])[0].get("url"))


def _stock(variant: Json, around: Around) -> int | None:
    """Sum over the view's supply channels and, where it counts, the entry without one; ``None``: not tracked (§11.6)."""
    sku = text(variant.get("sku"))
    held = _available(variant) if around.stock is None else around.stock.get(sku, {})
    wanted = (*around.view.supply, *([""] if around.view.unassigned else []))
    known = [max(0, held[channel]) for channel in wanted if channel in held]
    return sum(known) * UNIT if known else None


def _available(variant: Json) -> dict[str, int]:
    """The same from the variant itself, for API clients that may not read the inventory."""
    told = variant.get("availability") or {}
    found = {channel: int(one.get("availableQuantity") or 0) for channel, one in (told.get("channels") or {}).items()}
    if told.get("availableQuantity") is not None:
        found[""] = int(told["availableQuantity"])
    return found


def _attributes(row: Json, variant: Json, locales: Sequence[str]) -> dict[str, Any]:
    both = [*(row.get("attributes") or ()), *(variant.get("attributes") or ())]
    return {text(one.get("name")): plain(one.get("value"), locales) for one in both}
