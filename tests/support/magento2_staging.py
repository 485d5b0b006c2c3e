"""Turns a copy of the Magento 2 store into what Adobe Commerce's content staging makes of it (magento2-data §3.5)."""

from __future__ import annotations

from support.mariadb import MariaDb

SHIFT = 100_000
"""How far row ids lie from entity ids, so that nothing works by accident."""
SOON = 2_000_000_000
FOR_EVER = 2_147_483_647

_KINDS = ("varchar", "int", "decimal", "text", "datetime")
_OWNED = (
    *[f"catalog_product_entity_{kind}" for kind in _KINDS],
    "catalog_product_entity_tier_price",
    "catalog_product_entity_media_gallery_value",
    "catalog_product_entity_media_gallery_value_to_entity",
    "catalog_category_entity_varchar",
    "catalog_category_entity_int",
)
_RELATED = (
    ("catalog_product_super_link", "parent_id"),
    ("catalog_product_bundle_option", "parent_id"),
    ("catalog_product_bundle_selection", "parent_product_id"),
    ("catalog_product_link", "product_id"),
)


def stage(server: MariaDb, database: str, planned: tuple[int, ...]) -> None:
    """All rows get versions; the ``planned`` products have one more, which holds only from 2033 on."""
    statements = ["SET foreign_key_checks=0", "SET sql_mode=''"]
    for table in ("catalog_product_entity", "catalog_category_entity"):
        statements += [
            f"ALTER TABLE {table} MODIFY entity_id int unsigned NOT NULL, DROP PRIMARY KEY",
            (
                f"ALTER TABLE {table} ADD row_id int unsigned NOT NULL, ADD created_in bigint unsigned NOT NULL DEFAULT 1,"
                f" ADD updated_in bigint unsigned NOT NULL DEFAULT {FOR_EVER}"
            ),
            f"UPDATE {table} SET row_id = entity_id + {SHIFT}, updated_at = updated_at",
            f"ALTER TABLE {table} ADD PRIMARY KEY (row_id)",
        ]
    for table in _OWNED:
        statements += [
            f"UPDATE {table} SET entity_id = entity_id + {SHIFT} ORDER BY entity_id DESC",
            f"ALTER TABLE {table} CHANGE entity_id row_id int unsigned NOT NULL",
        ]
    statements += [
        f"UPDATE {table} SET {column} = {column} + {SHIFT} ORDER BY {column} DESC" for table, column in _RELATED
    ]
    inside = ",".join(map(str, planned))
    future = 2 * SHIFT
    statements += [
        "CREATE TEMPORARY TABLE later SELECT * FROM catalog_product_entity WHERE entity_id IN (" + inside + ")",
        f"UPDATE later SET row_id = entity_id + {future}, created_in = {SOON}, sku = CONCAT(sku, '-LATER')",
        f"UPDATE catalog_product_entity SET updated_in = {SOON}, updated_at = updated_at WHERE entity_id IN ({inside})",
        "INSERT INTO catalog_product_entity SELECT * FROM later",
        (
            "CREATE TEMPORARY TABLE named SELECT * FROM catalog_product_entity_varchar WHERE row_id IN"
            f" (SELECT entity_id + {SHIFT} FROM later)"
        ),
        f"UPDATE named SET row_id = row_id + {SHIFT}, value_id = value_id + 1000000, value = 'LATER'",
        "INSERT INTO catalog_product_entity_varchar SELECT * FROM named",
        (
            f"INSERT INTO catalog_product_super_link (product_id, parent_id) SELECT product_id, parent_id + {SHIFT}"
            f" FROM catalog_product_super_link WHERE parent_id - {SHIFT} IN ({inside})"
        ),
    ]
    server.execute(database, *statements)
