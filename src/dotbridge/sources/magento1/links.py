"""Addresses of product pages and pictures in a store view (contract magento1-data §8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dotbridge.sources.magento1.prices import NOT_VISIBLE
from dotbridge.sources.magento1.shelf import Shelf
from dotbridge.sources.mysql import integers


class Links:
    """Page and picture addresses of the products of a shelf, in all views of the website."""

    def __init__(self, shelf: Shelf, image_role: str) -> None:
        self._shelf = shelf
        self._role = image_role
        self._sites = shelf.shop.sites
        self._paths = self._rewrites()
        #: Base address, query and media address by view: every product of a page asks for them.
        self._places: dict[int, tuple[str, str, str]] = {}

    def _rewrites(self) -> dict[tuple[int, int], str]:
        """Canonical request paths by (product, store); redirects and paths through a category are left out."""
        shelf = self._shelf
        if not shelf.heads or not shelf.stores or not shelf.shop.schema.has("core_url_rewrite"):
            return {}
        rows = shelf.shop.sql.query(
            f"SELECT product_id, store_id, request_path FROM {shelf.shop.sql.table('core_url_rewrite')}"
            f" WHERE product_id IN ({integers(shelf.heads)}) AND store_id IN ({integers(shelf.stores)})"
            " AND is_system=1 AND category_id IS NULL AND IFNULL(options,'')='' AND request_path<>''"
            " ORDER BY url_rewrite_id DESC"
        )
        return {(product_id, store_id): path for product_id, store_id, path in rows}

    def page(self, product_id: int, store_id: int) -> str:
        """Where the product is shown; one that is not shown by itself is on its first parent's page. "" if unknown."""
        base, query, _ = self._place(store_id)
        if not base:
            return ""
        shown = product_id
        if self._shelf.value(product_id, "visibility", store_id) == NOT_VISIBLE:
            parents = [parent for parent, _ in self._shelf.parents.get(product_id, ())]
            with_page = [parent for parent in parents if (parent, store_id) in self._paths]
            shown = next(iter(with_page or parents), product_id)
        path = self._paths.get((shown, store_id)) or f"catalog/product/view/id/{shown}"
        return f"{base}{path.lstrip('/')}{query}"

    def picture(self, product_id: int, store_id: int) -> str:
        """The original picture of the configured role; without one that of the first parent that has one; else ""."""
        _, _, media = self._place(store_id)
        path = self._first(product_id, store_id)
        return f"{media}catalog/product/{path.lstrip('/')}" if media and path else ""

    def _place(self, store_id: int) -> tuple[str, str, str]:
        found = self._places.get(store_id)
        if found is None:
            sites = self._sites
            found = sites.base_url(store_id), sites.page_query(store_id), sites.media_url(store_id)
            self._places[store_id] = found
        return found

    def _first(self, product_id: int, store_id: int) -> str:
        family: Iterable[int] = (product_id, *[parent for parent, _ in self._shelf.parents.get(product_id, ())])
        for each in family:
            path: Any = self._shelf.value(each, self._role, store_id)
            if path and path != "no_selection":
                return str(path)
        return ""
