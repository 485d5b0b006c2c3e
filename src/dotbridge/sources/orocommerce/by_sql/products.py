"""Products with their texts, prices, stock, pictures and category."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.sources.orocommerce.by_sql.keyset import TableReader
from dotbridge.sources.orocommerce.by_sql.schema import text, utc
from dotbridge.sources.orocommerce.by_sql.shelf import Shelf
from dotbridge.sources.orocommerce.jsonapi import enum
from dotbridge.sources.orocommerce.rows import ProductRow


class Products(TableReader):
    """All websites share the products."""

    table = "oro_product"
    most = 500

    def _here(self, website: object) -> tuple[str, list[object]]:  # noqa: ARG002 - the same for every website
        return "TRUE", []

    def load(self, keys: Sequence[tuple[int, str, str]]) -> Sequence[ProductRow]:
        ids = [key[0] for key in keys]
        column = self.schema.column
        joins, unit, brand, family = "", "''", "''", "''"
        if self.schema.knows(self.table, "primary_unit_precision_id") and self.schema.has("oro_product_unit_precision"):
            joins += " LEFT JOIN oro_product_unit_precision p ON p.id = t.primary_unit_precision_id"
            unit = text("p.unit_code")
        if self.schema.knows(self.table, "brand_id") and self.schema.knows("oro_brand", "default_title"):
            joins += " LEFT JOIN oro_brand b ON b.id = t.brand_id"
            brand = text("b.default_title")
        if self.schema.knows(self.table, "attribute_family_id") and self.schema.has("oro_attribute_family"):
            joins += " LEFT JOIN oro_attribute_family f ON f.id = t.attribute_family_id"
            family = text("f.code")
        rows = self.database.query(
            f"SELECT t.id, {utc('t.updated_at')}, {utc('t.created_at')}, {text('t.sku')},"
            f" {text(column('t', self.table, 'type'))}, {text('t.status')},"
            f" {text(self.schema.enum('t', self.table, 'inventory_status'))}, {unit}, {brand},"
            f" {column('t', self.table, 'category_id')}, {family} FROM oro_product t{joins} WHERE t.id = ANY(%s)",
            (ids,),
        )
        found = {row[0]: row for row in rows}
        shelf = Shelf(self.schema, ids)
        names, slugs, short = shelf.names(), shelf.slugs(), shelf.short_descriptions()
        titles = shelf.category_titles([row[9] for row in rows if row[9]])
        prices = shelf.prices(self.sites.price_list(keys[0][2])) if keys else {}
        stock, images, parents = shelf.stock(), shelf.images(), shelf.parents()
        return [
            ProductRow(
                id=one,
                updated_at=found[one][1],
                created_at=found[one][2],
                sku=found[one][3],
                type=found[one][4],
                status=found[one][5],
                inventory_status=enum(found[one][6]),
                unit=found[one][7],
                brand=found[one][8],
                names=tuple(names.get(one, ())),
                short_descriptions=tuple(short.get(one, ())),
                slugs=tuple(slugs.get(one, ())),
                category_id=str(found[one][9] or ""),
                category=tuple(titles.get(found[one][9], ())),
                family=found[one][10],
                prices=tuple(prices.get(one, ())),
                stock=stock.get(one),
                images=tuple(images.get(one, ())),
                parents=tuple([parent for (parent,) in parents.get(one, ())]),
            )
            for one, _, _ in keys
            if one in found
        ]
