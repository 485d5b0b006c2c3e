"""All active categories, as a store view names them."""

from __future__ import annotations

from collections.abc import Mapping

from dotbridge.sources.magento2.catalogue import CategoryName
from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.magento2.sql.relations import now_current


def categories(shop: Database, store_id: int) -> Mapping[str, CategoryName]:
    """By id; remembered for a while, since a catalogue has few of them."""
    return shop.remembered(("categories", store_id), lambda: _read(shop, store_id))


def _read(shop: Database, store_id: int) -> dict[str, CategoryName]:
    if not shop.schema.has("catalog_category_entity"):
        return {}
    owner = "c.row_id" if "row_id" in shop.schema.found["catalog_category_entity"] else "c.entity_id"
    rows = shop.sql.query(
        f"SELECT {owner}, c.entity_id, IFNULL(c.path,'') FROM {shop.sql.table('catalog_category_entity')} c"
        f" WHERE {now_current(shop, 'c')}"
    )
    entity = shop.entity("catalog_category")
    values = entity.values({row[0]: row[1] for row in rows}, ("name", "is_active"), (store_id,))
    return {
        str(category_id): CategoryName(
            entity.effective(values, category_id, "name", store_id) or "", tuple(path.split("/"))
        )
        for _, category_id, path in rows
        if entity.effective(values, category_id, "is_active", store_id) != "0"
    }
