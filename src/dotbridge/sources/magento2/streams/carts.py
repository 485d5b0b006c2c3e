"""Open carts of a website and, by id, also those that were ordered since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from dotbridge.commerce.cart import Cart
from dotbridge.commerce.site import Website
from dotbridge.sources.magento2.client import optional
from dotbridge.sources.magento2.criteria import Filter, one_of
from dotbridge.sources.magento2.streams.listing import Groups, Json, ListStream
from dotbridge.sources.magento2.to_commerce.cart import Shown, cart, shown

_PRODUCT_FIELDS = (
    "items[id,sku,price,status,visibility,custom_attributes,media_gallery_entries[file,types,disabled]],total_count"
)


class CartRow(NamedTuple):
    """A cart with its totals and what the catalogue shows of its products, by sku."""

    cart: Json
    website_id: str
    totals: Mapping[str, Any]
    products: Mapping[str, Shown]


class Carts(ListStream[Cart]):
    """A page costs one call, one per cart with lines (its totals), and one per store view for its products."""

    name: ClassVar[str] = "carts"
    path: ClassVar[str] = "carts/search"
    most: ClassVar[int] = 50
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = (
        "A cart that was ordered or deleted is no longer among the open ones: only its missing id tells."
        " About 12 seconds of the shop's time per 50 carts."
    )

    def scope(self, website: Website) -> Groups:
        return ((one_of("store_id", [store.source_id for store in website.stores]),),)

    def span(self, website: Website) -> Groups:
        return (*self.scope(website), (Filter("is_active", "eq", "1"),))

    def rows(self, website: Website, items: Sequence[Json]) -> Sequence[CartRow]:
        by_view: dict[str, list[str]] = {}
        for row in items:
            by_view.setdefault(str(row.get("store_id")), []).extend(
                [str(line["sku"]) for line in row.get("items") or ()]
            )
        products = {store_id: self._products(store_id, skus) for store_id, skus in by_view.items()}
        return [CartRow(row, website.source_id, self._totals(row), products[str(row.get("store_id"))]) for row in items]

    def item(self, row: CartRow) -> Json:
        return row.cart

    def understand(self, row: CartRow) -> Cart:
        view = self._shop.sites().view(str(row.cart.get("store_id", "")))
        return cart(row.cart, row.totals, row.website_id, view, row.products)

    def _totals(self, row: Json) -> Mapping[str, Any]:
        """The cart's totals; none for an empty cart, and for one that goes just now."""
        if not row.get("items"):
            return {}
        found = optional(lambda: self._shop.rest.get(f"carts/{row['id']}/totals", name="carts/totals"))
        return found if isinstance(found, dict) else {}

    def _products(self, store_id: str, skus: Sequence[str]) -> Mapping[str, Shown]:
        view = self._shop.sites().view(store_id)
        if not view or not skus:
            return {}
        catalogue = self._shop.catalogue
        rows = optional(lambda: catalogue.products("sku", skus, scope=view.scope, fields=_PRODUCT_FIELDS)) or ()
        families = catalogue.families(view.scope)
        role = self._shop.setting("catalog.image_role", "image")
        suffix = self._shop.setting("url_suffix", ".html")
        return {row["sku"]: shown(row, families.parents(row), view, role, suffix, {}) for row in rows}
