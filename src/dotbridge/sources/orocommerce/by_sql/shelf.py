"""What products are called, cost and look like, for the products of one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dotbridge.commerce.money import units
from dotbridge.sources.orocommerce.by_sql.schema import Schema, text
from dotbridge.sources.orocommerce.rows import Localised, PriceRow

Texts = Mapping[int, list[Localised]]


class Shelf:
    """Look-ups by product id."""

    def __init__(self, schema: Schema, ids: Sequence[int]) -> None:
        self._schema = schema
        self._ids = list(ids)

    def names(self) -> Texts:
        """Names by localisation."""
        return self._texts("oro_product_prod_name", "product_id", "string", self._ids)

    def short_descriptions(self) -> Texts:
        """Short descriptions by localisation."""
        return self._texts("oro_product_prod_s_descr", "product_id", "text", self._ids)

    def category_titles(self, ids: Sequence[int]) -> Texts:
        """Titles of categories by localisation."""
        return self._texts("oro_catalog_cat_title", "category_id", "string", ids)

    def slugs(self) -> Texts:
        """The last part of product pages by localisation."""
        if not self._schema.has("oro_product_slug_prototype", "oro_fallback_localization_val"):
            return {}
        return self._localised(
            f"SELECT s.product_id, {text('v.localization_id')}, {text('v.string')}, {text('v.fallback')}"
            " FROM oro_product_slug_prototype s JOIN oro_fallback_localization_val v ON v.id = s.localized_value_id"
            " WHERE s.product_id = ANY(%s) ORDER BY v.id",
            self._ids,
        )

    def prices(self, price_list: str) -> Mapping[int, list[PriceRow]]:
        """Prices of a price list."""
        if not price_list or not self._schema.has("oro_price_product"):
            return {}
        rows = self._schema.database.query(
            f"SELECT product_id, quantity, value, currency, {text('unit_code')} FROM oro_price_product"
            " WHERE price_list_id = %s AND product_id = ANY(%s) ORDER BY id",
            (int(price_list), self._ids),
        )
        found: dict[int, list[PriceRow]] = defaultdict(list)
        for product, quantity, value, currency, unit in rows:
            found[product].append(PriceRow(units(quantity), units(value), currency, unit))
        return found

    def stock(self) -> Mapping[int, int]:
        """What is on hand in the primary unit, over all warehouses."""
        if not self._schema.has("oro_inventory_level"):
            return {}
        own = " AND i.product_unit_precision_id = p.primary_unit_precision_id"
        own = own if self._schema.knows("oro_product", "primary_unit_precision_id") else ""
        rows = self._schema.database.query(
            "SELECT i.product_id, sum(i.quantity) FROM oro_inventory_level i JOIN oro_product p ON p.id = i.product_id"
            f"{own} WHERE i.product_id = ANY(%s) GROUP BY 1",
            (self._ids,),
        )
        return {product: units(quantity) for product, quantity in rows}

    def images(self) -> Mapping[int, list[tuple[str, str]]]:
        """(file id, file name) of pictures; where they lie only the API or a template tells."""
        if not self._schema.has("oro_product_image", "oro_attachment_file"):
            return {}
        rows = self._schema.database.query(
            f"SELECT i.product_id, f.id::text, {text('f.filename')} FROM oro_product_image i"
            " JOIN oro_attachment_file f ON f.id = i.image_id WHERE i.product_id = ANY(%s) ORDER BY i.id",
            (self._ids,),
        )
        return _grouped(rows)

    def parents(self) -> Mapping[int, list[tuple[str]]]:
        """Configurable products that a product is a variant of."""
        if not self._schema.has("oro_product_variant_link"):
            return {}
        rows = self._schema.database.query(
            "SELECT product_id, parent_product_id::text FROM oro_product_variant_link WHERE product_id = ANY(%s)"
            " ORDER BY parent_product_id",
            (self._ids,),
        )
        return _grouped(rows)

    def _texts(self, table: str, owner: str, column: str, ids: Sequence[int]) -> Texts:
        if not ids or not self._schema.has(table):
            return {}
        value = text(self._schema.column("v", table, column))
        return self._localised(
            f"SELECT v.{owner}, {text('v.localization_id')}, {value}, {text('v.fallback')} FROM {table} v"
            f" WHERE v.{owner} = ANY(%s) ORDER BY v.id",
            ids,
        )

    def _localised(self, sql: str, ids: Sequence[int]) -> Texts:
        found: dict[int, list[Localised]] = defaultdict(list)
        for owner, localization, value, fallback in self._schema.database.query(sql, (list(ids),)):
            found[owner].append(Localised(localization, value, fallback))
        return found


def _grouped(rows: Sequence[tuple[Any, ...]]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for owner, *rest in rows:
        found[owner].append(tuple(rest))
    return found
