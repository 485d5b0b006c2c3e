"""Reviews of products. A review names no store: they all belong to the profiles that take what has none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from dotbridge.commerce.review import Review
from dotbridge.sources.commercetools.client import Json
from dotbridge.sources.commercetools.predicates import NOTHING
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.streams.windows import WindowStream
from dotbridge.sources.commercetools.to_commerce.opinions import review
from dotbridge.sources.commercetools.to_commerce.product import current

_NOTHING: Json = {}


class ReviewRow(NamedTuple):
    """A review with its customer and its product, as far as they can be seen."""

    review: Json
    profile: Profile
    customer: Json
    product: Json


class Reviews(WindowStream[Review]):
    """A page costs one call, and one for its products."""

    name: ClassVar[str] = "reviews"
    resource: ClassVar[str] = "reviews"
    most: ClassVar[int] = 200
    expand = ("customer",)
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = (
        "Names of products and addresses of customers do not move a review. One call per 200 reviews."
    )

    def scope(self, profile: Profile) -> tuple[str, ...]:
        return ('target(typeId = "product")',) if profile.storeless else (NOTHING,)

    def rows(self, profile: Profile, items: Sequence[Json]) -> Sequence[ReviewRow]:
        targets = [str((item.get("target") or {}).get("id") or "") for item in items]
        products = self._project.by_id("products", targets)
        return [
            ReviewRow(
                item,
                profile,
                (item.get("customer") or {}).get("obj") or _NOTHING,
                current(products.get(target, _NOTHING)),
            )
            for item, target in zip(items, targets, strict=True)
        ]

    def item(self, row: ReviewRow) -> Json:
        return row.review

    def understand(self, row: Any) -> Review:
        return review(row.review, row.profile, row.customer, row.product)
