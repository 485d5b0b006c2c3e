"""What a store shows of a product instead of the product's own words and images (commercetools §8.4).

There is one tailoring at most for a product in a store; its published data counts, the staged one does not. Texts are
tailored locale by locale and attributes one by one, the images of a variant all together; for what is not tailored the
product itself speaks. In-store reads would show the same, but of one product each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dotbridge.sources.base import chunks
from dotbridge.sources.commercetools.client import MOST, Ask, Json, optional
from dotbridge.sources.commercetools.predicates import equals, one_of
from dotbridge.sources.commercetools.profiles import View
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.to_commerce.values import text

RESOURCE = "product-tailoring"
#: Messages of a tailoring that name the product which a store shows otherwise now.
TAILORED = (
    *("ProductTailoringCreated", "ProductTailoringDeleted", "ProductTailoringPublished", "ProductTailoringUnpublished"),
    *("ProductTailoringNameSet", "ProductTailoringSlugSet", "ProductTailoringDescriptionSet"),
    *("ProductTailoringImageAdded", "ProductTailoringImagesSet"),
    *("ProductVariantTailoringAdded", "ProductVariantTailoringRemoved"),
)
_TEXTS = ("name", "slug", "description")
_PRODUCTS = 100


def as_shown(project: Project, view: View, products: Mapping[str, Json]) -> Mapping[str, Json]:
    """The products, by id, as the view's store shows them; as they are where no store stands behind the view.

    Where the tailoring may not be read, the products are as they are; the check of the connection says so.
    """
    if not view.key:
        return products
    found: dict[str, Json] = {}
    for part in chunks(sorted(products), _PRODUCTS):
        ask = Ask((f"product({one_of('id', part)})", f"store({equals('key', view.key)})"), MOST)
        rows = optional(lambda ask=ask: list(project.api.every(RESOURCE, ask)))  # type: ignore[misc]
        if rows is None:
            return products
        found.update({product_of(row): row.get("current") or {} for row in rows if row.get("published")})
    return {key: tailored(row, found[key]) if key in found else row for key, row in products.items()}


def product_of(tailoring: Json) -> str:
    """The id of the product that it is about."""
    return text((tailoring.get("product") or {}).get("id"))


def tailored(product: Json, data: Json) -> Json:
    """The projection of a product with a store's own data in it."""
    own = {one.get("id"): one for one in data.get("variants") or ()}
    shown: dict[str, Any] = {**product, **{name: _both(product, data, name) for name in _TEXTS if data.get(name)}}
    if data.get("attributes"):
        shown["attributes"] = _merged(product.get("attributes"), data["attributes"])
    if product.get("masterVariant"):
        shown["masterVariant"] = _variant(product["masterVariant"], own)
    shown["variants"] = [_variant(one, own) for one in product.get("variants") or ()]
    return shown


def _both(product: Json, data: Json, name: str) -> Json:
    return {**(product.get(name) or {}), **data[name]}


def _variant(variant: Json, own: Mapping[Any, Json]) -> Json:
    data = own.get(variant.get("id"))
    if not data:
        return variant
    images = {"images": data["images"]} if data.get("images") is not None else {}
    return {**variant, **images, "attributes": _merged(variant.get("attributes"), data.get("attributes"))}


def _merged(attributes: Iterable[Json] | None, own: Iterable[Json] | None) -> list[Json]:
    return list({one.get("name"): one for one in (*(attributes or ()), *(own or ()))}.values())
