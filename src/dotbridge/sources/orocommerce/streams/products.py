"""Products of a website: once per localisation, or once where the catalog's level is ``default``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from dotbridge.commerce.product import Product
from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Page
from dotbridge.sources.orocommerce.reader import Reader
from dotbridge.sources.orocommerce.rows import ProductRow
from dotbridge.sources.orocommerce.sites import Sites
from dotbridge.sources.orocommerce.streams.keyset import OroStream
from dotbridge.sources.orocommerce.to_commerce.products import product


class Products(OroStream[Product]):
    """All websites of an Oro share its products; each shows them with its own price list."""

    name: ClassVar[str] = "products"
    compare_every: ClassVar[int] = 3600
    compare_why: ClassVar[str] = (
        "Prices, stock and the names of categories do not move a product's updated_at. Two seconds of the shop's time"
        " per 100 products."
    )

    def __init__(self, reader: Reader, overlap: float, sites: Sites, *, level: str) -> None:
        super().__init__(reader, overlap)
        self._sites = sites
        self._level = level

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Product]:
        """At most ``limit`` rows (one product's localisations stay together)."""
        page = super().read(website, cursor, max(1, limit // len(self._stores(website))))
        return msgspec.structs.replace(page, rows=self._shown(website, page.rows))

    def fetch(self, website: Website, ids: Sequence[str]) -> Sequence[ProductRow]:
        return self._shown(website, super().fetch(website, ids))

    def understand(self, row: ProductRow) -> Product:
        return product(row, self._sites)

    def _stores(self, website: Website) -> list[str]:
        active = [store.source_id for store in website.stores if store.active]
        return active if active and self._level == "store" else [self._sites.default_store]

    def _shown(self, website: Website, rows: Sequence[ProductRow]) -> list[ProductRow]:
        stores, per_store = self._stores(website), self._level == "store"
        return [
            msgspec.structs.replace(
                row, website_id=website.source_id, store_id=store, scope_id=store if per_store else ""
            )
            for row in rows
            for store in stores
        ]
