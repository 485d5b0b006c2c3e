"""Skus and names of products, where nothing else of them is needed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dotbridge.sources.magento2.sql.attributes import Entity, Values
from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.magento2.sql.relations import now_current
from dotbridge.sources.mysql import integers


class ProductNames:
    """What ``product_names`` found."""

    def __init__(self, skus: Mapping[int, str], entity: Entity, values: Values) -> None:
        self._skus = skus
        self._entity = entity
        self._values = values

    def __contains__(self, product_id: int) -> bool:
        return product_id in self._skus

    def of(self, product_id: int, store_id: int) -> tuple[str, str]:
        """(sku, name in the view), both "" for a product that is gone."""
        if product_id not in self._skus:
            return "", ""
        return self._skus[product_id], self._entity.effective(self._values, product_id, "name", store_id) or ""


def product_names(shop: Database, ids: Collection[int], stores: Collection[int]) -> ProductNames:
    """Of these products, in these views."""
    entity = shop.entity("catalog_product")
    inside = integers(ids)
    if not inside or not shop.schema.has("catalog_product_entity"):
        return ProductNames({}, entity, {})
    rows = shop.sql.query(
        f"SELECT {'e.row_id' if shop.staged else 'e.entity_id'}, e.entity_id, IFNULL(e.sku,'')"
        f" FROM {shop.sql.table('catalog_product_entity')} e WHERE e.entity_id IN ({inside})"
        f" AND {now_current(shop, 'e')}"
    )
    values = entity.values({row[0]: row[1] for row in rows}, ("name",), list(stores))
    return ProductNames({row[1]: row[2] for row in rows}, entity, values)
