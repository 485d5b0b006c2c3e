"""Products of a website: once per store view, or once for the website where the catalog's level is ``default``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from dotbridge.commerce.product import Product
from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Page
from dotbridge.sources.magento2.calendar import today
from dotbridge.sources.magento2.client import ALL
from dotbridge.sources.magento2.criteria import Filter
from dotbridge.sources.magento2.families import TYPES, Parent, child_ids, child_skus
from dotbridge.sources.magento2.sites import View
from dotbridge.sources.magento2.streams.listing import Groups, Json, ListStream
from dotbridge.sources.magento2.to_commerce.product import Surroundings, product

_FIELDS = "items[id,sku,status,price,custom_attributes],total_count"


class ProductRow(NamedTuple):
    """A product as one store view shows it; ``around`` is shared by the page's products in that store view."""

    product: Json
    parents: tuple[Parent, ...]
    around: Surroundings


class Products(ListStream[Product]):
    """A page costs one call per store view, one or two for parts of composites, and one for stock."""

    name: ClassVar[str] = "products"
    path: ClassVar[str] = "products"
    most: ClassVar[int] = 100
    compare_every: ClassVar[int] = 3600
    compare_why: ClassVar[str] = (
        "Stock, prices set by the price services, special prices that begin or end, and categories do not move a"
        " product's updated_at. About a second of the shop's time per 100 products and store view."
    )

    def scope(self, website: Website) -> Groups:
        return ((Filter("website_id", "eq", website.source_id),),)

    def language(self, website: Website) -> str:
        return next((view.scope for view in self._views(website)), ALL)

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Product]:
        """At most ``limit`` rows, but all store views of a product together."""
        return super().read(website, cursor, max(1, limit // max(1, len(self._views(website)))))

    def rows(self, website: Website, items: Sequence[Json]) -> Sequence[ProductRow]:
        """The page's products in every store view; the list itself was read in the first one's values."""
        ids = [str(item["id"]) for item in items]
        rows: list[ProductRow] = []
        for index, view in enumerate(self._views(website) if ids else ()):
            catalogue = self._shop.catalogue
            shown = catalogue.products("entity_id", ids, scope=view.scope) if index else items
            around = self._around(website, view, shown)
            families = catalogue.families(view.scope)
            rows += [ProductRow(row, families.parents(row), around) for row in shown]
        order = {item_id: index for index, item_id in enumerate(ids)}
        return sorted(rows, key=lambda row: order.get(str(row.product["id"]), 0))

    def item(self, row: ProductRow) -> Json:
        return row.product

    def understand(self, row: ProductRow) -> Product:
        return product(row.product, row.parents, row.around)

    def _views(self, website: Website) -> list[View]:
        return self._shop.sites().shown(website.source_id, self._shop.setting("catalog.level", "store"))

    def _around(self, website: Website, view: View, rows: Sequence[Json]) -> Surroundings:
        catalogue, shop, scope = self._shop.catalogue, self._shop, view.scope
        by_id, by_sku = self._parts(rows, scope)
        brand = str(shop.setting("catalog.brand_attribute", "manufacturer"))
        codes = tuple(shop.setting("catalog.attributes", ()))
        simple = [row for row in (*rows, *by_id.values(), *by_sku.values()) if row.get("type_id") not in TYPES]
        return Surroundings(
            website=website,
            view=view,
            scope_id=view.store.source_id,
            today=today(website.timezone),
            image_role=str(shop.setting("catalog.image_role", "image")),
            url_suffix=str(shop.setting("url_suffix", ".html")),
            brand=brand,
            codes=codes,
            websites={site.source_id: site.name for site in shop.sites().websites},
            groups=catalogue.customer_groups(),
            sets=catalogue.attribute_sets(),
            attributes=catalogue.product_attributes(view, "attribute_code", (brand, *codes)),
            categories=catalogue.categories(scope),
            parts_by_id=by_id,
            parts_by_sku=by_sku,
            stocks=shop.stocks.of(website.code, [str(row["sku"]) for row in simple]),
        )

    def _parts(self, rows: Iterable[Json], scope: str) -> tuple[Mapping[str, Json], Mapping[str, Json]]:
        """The children of the page's composites by id and by sku."""
        ids = [child for row in rows for child in child_ids(row)]
        skus = [sku for row in rows if row.get("type_id") in TYPES for sku in child_skus(row)]
        catalogue = self._shop.catalogue
        by_id = catalogue.products("entity_id", ids, scope=scope, fields=_FIELDS)
        by_sku = catalogue.products("sku", skus, scope=scope, fields=_FIELDS)
        return {str(row["id"]): row for row in by_id}, {str(row["sku"]): row for row in by_sku}
