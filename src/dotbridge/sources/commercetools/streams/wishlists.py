"""Shopping lists of customers, which shops use as wishlists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from dotbridge.commerce.wishlist import Wishlist
from dotbridge.sources.commercetools.client import Json
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.streams.windows import WindowStream
from dotbridge.sources.commercetools.to_commerce.opinions import wishlist
from dotbridge.sources.commercetools.to_commerce.product import current

_NOTHING: Json = {}


class ListRow(NamedTuple):
    """A shopping list with its customer; ``products`` are shared by the lists of a page."""

    list: Json
    profile: Profile
    customer: Json
    products: Mapping[str, Json]


class Wishlists(WindowStream[Wishlist]):
    """A page costs one call, and one for its products."""

    name: ClassVar[str] = "wishlists"
    resource: ClassVar[str] = "shopping-lists"
    most: ClassVar[int] = 200
    expand = ("customer",)
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = "Prices of products do not move a shopping list. One call per 200 lists."

    def scope(self, profile: Profile) -> tuple[str, ...]:
        return (*profile.within("store({})", "store is not defined"), "customer is defined")

    def rows(self, profile: Profile, items: Sequence[Json]) -> Sequence[ListRow]:
        ids = [str(line.get("productId") or "") for item in items for line in item.get("lineItems") or ()]
        products = {key: current(row) for key, row in self._project.by_id("products", ids).items()}
        return [ListRow(item, profile, (item.get("customer") or {}).get("obj") or _NOTHING, products) for item in items]

    def item(self, row: ListRow) -> Json:
        return row.list

    def understand(self, row: Any) -> Wishlist:
        return wishlist(row.list, row.profile, row.customer, row.products, self._project.api.now())
