"""Products by the database: once per store view, or once for the website where the catalog's level is ``default``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple

from dotbridge.commerce.product import Product
from dotbridge.commerce.site import Website
from dotbridge.errors import RecordError
from dotbridge.sources.base import Cursor, Page
from dotbridge.sources.codes import ROW_BROKEN
from dotbridge.sources.magento2.calendar import today
from dotbridge.sources.magento2.families import TYPES, Parent
from dotbridge.sources.magento2.sites import View
from dotbridge.sources.magento2.sql.categories import categories
from dotbridge.sources.magento2.sql.links import page_paths
from dotbridge.sources.magento2.sql.relations import now_current
from dotbridge.sources.magento2.sql.shelf import Shelf
from dotbridge.sources.magento2.sql.stock import blocked, stocks
from dotbridge.sources.magento2.sql.stream import Slice, TableStream
from dotbridge.sources.magento2.stock import Stock
from dotbridge.sources.magento2.to_commerce.product import Surroundings, product


class ProductRow(NamedTuple):
    """A product as one store view shows it; ``around`` is shared by the page's products in that store view."""

    product: dict[str, Any]
    parents: tuple[Parent, ...]
    around: Surroundings


class Products(TableStream[Product]):
    """Products of a website; a page holds all store views of a product together."""

    name: ClassVar[str] = "products"
    change: ClassVar[Literal["indexed", "compare"]] = "indexed"
    compare_every: ClassVar[int] = 3600
    compare_why: ClassVar[str] = (
        "Stock, prices set by the price services, special prices that begin or end, and categories do not move a"
        " product's updated_at; reads every product in pages of about fifteen short queries."
    )
    in_parts: ClassVar[bool] = False  # its cursor may stand between two views of a product
    table: ClassVar[str] = "catalog_product_entity"
    key: ClassVar[str] = "entity_id"
    changed: ClassVar[str] = "updated_at"

    def scope(self, website: Website) -> str:
        """By the websites where the product is sold; of several versions the one that holds now."""
        sold = self.shop.sql.table("catalog_product_website")
        website_id = int(website.source_id)
        return (
            f"EXISTS (SELECT 1 FROM {sold} w WHERE w.product_id=t.entity_id AND w.website_id={website_id})"
            f" AND {now_current(self.shop, 't')}"
        )

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Product]:
        """At most ``limit`` rows, but all store views of a product together."""
        return super().read(website, cursor, max(1, limit // max(1, len(self._views(website)))))

    def load(self, website: Website, part: Slice) -> tuple[Sequence[ProductRow], int]:
        """Products of a part in every store view."""
        rows = self.shop.sql.query(
            f"SELECT t.entity_id FROM {self.shop.sql.table(self.table)} t WHERE {part.where}{part.tail}", part.args
        )
        ids = [row[0] for row in rows]
        return (self._rows(website, ids) if ids else ()), len(ids)

    def _rows(self, website: Website, ids: list[int]) -> list[ProductRow]:
        views = self._views(website)
        stores = [int(view.store.source_id) for view in views]
        shelf = Shelf(self.shop, stores, ids, (self._brand, *self._further, "short_description"))
        held = self._stocks(shelf, website)
        shown = [(view, self._around(website, view, shelf, ids, held)) for view in views]
        rows = []
        for product_id in ids:
            for view, around in shown if product_id in shelf.heads else ():
                store_id = int(view.store.source_id)
                row = shelf.json(product_id, store_id)
                rows.append(ProductRow(row, shelf.parents(product_id, store_id), around))
        return rows

    def _stocks(self, shelf: Shelf, website: Website) -> Mapping[str, Stock]:
        simple = {head.sku: head.id for head in shelf.heads.values() if head.type not in TYPES}
        composite = {head.sku: head.id for head in shelf.heads.values() if head.type in TYPES}
        return {**stocks(self.shop, website.code, simple), **blocked(self.shop, composite)}

    def _around(
        self, website: Website, view: View, shelf: Shelf, ids: list[int], held: Mapping[str, Stock]
    ) -> Surroundings:
        shop, store_id = self.shop, int(view.store.source_id)
        brand, codes = self._brand, self._further
        parts = [shelf.json(part, store_id) for part in dict.fromkeys([p for each in ids for p in shelf.parts(each)])]
        return Surroundings(
            website=website,
            view=view,
            scope_id=view.store.source_id,
            today=today(website.timezone),
            image_role=str(shop.setting("catalog.image_role", "image")),
            url_suffix=shop.configuration().value("catalog/seo/product_url_suffix", store_id=store_id),
            brand=brand,
            codes=codes,
            websites={site.source_id: site.name for site in shop.sites().websites},
            groups=shop.customer_groups(),
            sets=shop.attribute_sets(),
            attributes=shop.product_attributes((brand, *codes), store_id),
            categories=categories(shop, store_id),
            parts_by_id={str(part["id"]): part for part in parts},
            parts_by_sku={str(part["sku"]): part for part in parts},
            stocks=held,
            paths=page_paths(shop, shelf.heads, store_id),
            with_tax=partial(shop.taxes().with_tax, store_id=store_id),
        )

    @property
    def _brand(self) -> str:
        return str(self.shop.setting("catalog.brand_attribute", "manufacturer"))

    @property
    def _further(self) -> tuple[str, ...]:
        return tuple([code for code in self.shop.setting("catalog.attributes", ()) if code])

    def _views(self, website: Website) -> list[View]:
        return self.shop.sites().shown(website.source_id, self.shop.setting("catalog.level", "store"))

    def identify(self, row: ProductRow) -> tuple[str, str]:
        """(product id, updated at)."""
        return str(row.product["id"]), str(row.product["updated_at"])

    def to_commerce(self, row: ProductRow) -> Product:
        """The product in our words."""
        try:
            return product(row.product, row.parents, row.around)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            which = f"products {row.product['id']}"
            raise RecordError(ROW_BROKEN, f"{which}: {type(error).__name__} {error}.") from error
