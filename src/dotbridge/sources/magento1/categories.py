"""The categories that products stand in, as a view names them: those of the view's own tree, its root hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from dotbridge.commerce.product import Category
from dotbridge.sources.magento1.eav import effective
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.mysql import integers


class Categories:
    """Assignments of some products and names of the categories, in all views of a website."""

    def __init__(self, shop: OpenShop, ids: Collection[int], stores: Collection[int]) -> None:
        self._sites = shop.sites
        self._of: dict[int, list[int]] = defaultdict(list)
        self._paths: dict[int, list[str]] = {}
        if not ids or not shop.schema.has("catalog_category_product", "catalog_category_entity"):
            self._names = {}
            return
        table = shop.sql.table
        rows = shop.sql.query(
            f"SELECT p.product_id, p.category_id, IFNULL(c.path,'') FROM {table('catalog_category_product')} p"
            f" JOIN {table('catalog_category_entity')} c ON c.entity_id=p.category_id"
            f" WHERE p.product_id IN ({integers(ids)}) ORDER BY p.product_id, p.category_id"
        )
        for product_id, category_id, path in rows:
            self._of[product_id].append(category_id)
            self._paths[category_id] = path.split("/")
        self._names = shop.known.category.values(list(self._paths), ("name",), list(stores))

    def of(self, product_id: int, store_id: int) -> tuple[Category, ...]:
        """The product's categories as the view names them."""
        view = self._sites.views.get(store_id)
        root = str(view.root_category_id) if view else "0"
        return tuple(
            [
                Category(str(category_id), str(effective(self._names, category_id, "name", store_id) or ""))
                for category_id in self._of.get(product_id, ())
                if root in self._paths[category_id] and str(category_id) != root
            ]
        )
