"""What the tables say of some products, their parents and their children, gathered by short queries.

Nothing is judged here: ``prices``, ``stock`` and ``links`` decide what it means in a store view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from dotbridge.sources.magento1.eav import Values, effective
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row
from dotbridge.sources.sql_schema import units

#: What prices, stock, links and visibility need of every product on the shelf.
CORE = (
    *("name", "status", "visibility", "tax_class_id", "price", "price_type"),
    *("special_price", "special_from_date", "special_to_date"),
)
#: Attributes whose scope follows the setting catalog/price/scope.
PRICES = frozenset(("price", "special_price"))
SUPER_LINK = 3


class Head(NamedTuple):
    """The row of a product itself."""

    id: int
    sku: str
    type: str
    set_id: int
    created_at: str
    updated_at: str


class Selection(NamedTuple):
    """One choice of a bundle's option; ``price`` is an amount, or a percentage where ``percent`` says so."""

    option: int
    required: bool
    child: int
    quantity: int
    percent: bool
    price: int


class Surcharge(NamedTuple):
    """What an option of a configurable's axis adds: an amount, or a percentage of the price."""

    percent: bool
    value: int


class Axis(NamedTuple):
    """One attribute that a configurable's variants differ by, with surcharges by option id."""

    code: str
    surcharges: dict[int, Surcharge]


class Shelf:
    """Some products of a website with all that belongs to them, read at once."""

    def __init__(
        self, shop: OpenShop, website_id: int, ids: Collection[int], codes: Iterable[str] = (), sold: bool = True
    ) -> None:
        """``codes``: attributes to read besides ``CORE``; ``sold``: with parents, children and prices."""
        self.shop = shop
        self.website_id = website_id
        self.stores = shop.sites.store_ids(website_id)
        self.parents: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self.children: dict[int, list[int]] = defaultdict(list)
        self.selections: dict[int, list[Selection]] = defaultdict(list)
        self.axes: dict[int, list[Axis]] = defaultdict(list)
        if sold:
            self._families(ids)
        everyone = {*ids, *self.children_of(ids), *[parent for each in ids for parent, _ in self.parents.get(each, ())]}
        self.heads = self._heads(everyone)
        if sold:
            self._axes(everyone)
        axes = {axis.code for held in self.axes.values() for axis in held}
        entity = shop.known.product
        self.attributes = entity.attributes
        self.values: Values = entity.values(everyone, {*CORE, *axes, *codes}, self.stores)
        self.own_prices = self._own_prices(everyone) if sold else {}
        self.in_website = self._in_website(everyone) if sold else set()

    def children_of(self, ids: Iterable[int]) -> set[int]:
        """Children of all these products."""
        return {child for each in ids for child in self.children.get(each, ())}

    def value(self, product_id: int, code: str, store_id: int) -> Any:
        """The attribute's value that holds in a view (0: the default)."""
        attribute = self.attributes.get(code)
        everywhere = attribute is not None and attribute.everywhere
        if code in PRICES and not self.shop.sites.prices_by_website:
            everywhere = True
        return effective(self.values, product_id, code, store_id, everywhere)

    def has_row(self, product_id: int, code: str, store_id: int) -> bool:
        """Whether the shop keeps a value of the attribute for the product at all."""
        return (product_id, code, 0) in self.values or (product_id, code, store_id) in self.values

    def enabled(self, product_id: int, store_id: int) -> bool:
        """Whether the product is switched on in the view."""
        return bool(self.value(product_id, "status", store_id) == 1)

    def _rows(self, sql: str, *tables: str) -> list[Row]:
        return self.shop.sql.query(sql) if self.shop.schema.has(*tables) else []

    def _heads(self, ids: Collection[int]) -> dict[int, Head]:
        t = self.shop.schema.columns("catalog_product_entity", "t")
        rows = self._rows(
            f"SELECT t.entity_id, {t.text('sku')}, {t.text('type_id')}, {t.number('attribute_set_id')},"
            f" {t.instant('created_at')}, {t.instant('updated_at')} FROM {t.source}"
            f" WHERE t.entity_id IN ({integers(ids) or 'NULL'})",
            "catalog_product_entity",
        )
        return {row[0]: Head(*row) for row in rows}

    def _families(self, ids: Collection[int]) -> None:
        inside = integers(ids) or "NULL"
        table = self.shop.sql.table
        self._family(
            f"SELECT parent_id, product_id FROM {table('catalog_product_super_link')}"
            f" WHERE product_id IN ({inside}) OR parent_id IN ({inside}) ORDER BY parent_id, product_id",
            "catalog_product_super_link",
            "configurable",
            ids,
        )
        self._bundles(inside, ids)
        self._family(
            f"SELECT product_id, linked_product_id FROM {table('catalog_product_link')}"
            f" WHERE link_type_id={SUPER_LINK} AND (linked_product_id IN ({inside}) OR product_id IN ({inside}))"
            " ORDER BY product_id, linked_product_id",
            "catalog_product_link",
            "grouped",
            ids,
        )

    def _family(self, sql: str, table: str, kind: str, ids: Collection[int]) -> None:
        wanted = set(ids)
        for parent, child in self._rows(sql, table):
            if child in wanted:
                self.parents[child].append((parent, kind))
            if parent in wanted:
                self.children[parent].append(child)

    def _bundles(self, inside: str, ids: Collection[int]) -> None:
        wanted, schema = set(ids), self.shop.schema
        b = schema.columns("catalog_product_bundle_selection", "b")
        o = schema.columns("catalog_product_bundle_option", "o")
        w = schema.columns("catalog_product_bundle_selection_price", "w")
        by_website = schema.has("catalog_product_bundle_selection_price")
        kind = "IFNULL(w.selection_price_type,b.selection_price_type)" if by_website else "b.selection_price_type"
        price = "IFNULL(w.selection_price_value,b.selection_price_value)" if by_website else "b.selection_price_value"
        rows = self._rows(
            f"SELECT b.parent_product_id, b.product_id, b.option_id, {o.number('required')},"
            f" {units('IFNULL(b.selection_qty,1)')}, {kind}, {units(price)} FROM {b.source}"
            f" JOIN {o.source} ON o.option_id=b.option_id"
            + (
                f" LEFT JOIN {w.source} ON w.selection_id=b.selection_id AND w.website_id={self.website_id}"
                if by_website
                else ""
            )
            + f" WHERE b.product_id IN ({inside}) OR b.parent_product_id IN ({inside})"
            " ORDER BY b.parent_product_id, b.selection_id",
            "catalog_product_bundle_selection",
            "catalog_product_bundle_option",
        )
        for parent, child, option, required, quantity, percent, amount in rows:
            if child in wanted and (parent, "bundle") not in self.parents[child]:
                self.parents[child].append((parent, "bundle"))
            if parent in wanted:
                self.children[parent].append(child)
                self.selections[parent].append(Selection(option, bool(required), child, quantity, percent == 1, amount))

    def _axes(self, ids: Collection[int]) -> None:
        schema = self.shop.schema
        a = schema.columns("catalog_product_super_attribute", "a")
        p = schema.columns("catalog_product_super_attribute_pricing", "p")
        priced = schema.has("catalog_product_super_attribute_pricing")
        # The website's own surcharge comes after the general one and replaces it.
        more = (
            f"LEFT JOIN {p.source} ON p.product_super_attribute_id=a.product_super_attribute_id"
            f" AND p.website_id IN (0,{self.website_id})"
        )
        configurable = [each for each in ids if each in self.heads and self.heads[each].type == "configurable"]
        rows = self._rows(
            "SELECT a.product_id, a.attribute_id, "
            + (f"p.value_index, {p.number('is_percent')}, {p.units('pricing_value')}" if priced else "NULL, 0, 0")
            + f" FROM {a.source} {more if priced else ''} WHERE a.product_id IN ({integers(configurable) or 'NULL'})"
            + (" ORDER BY a.product_id, a.product_super_attribute_id, p.website_id" if priced else ""),
            "catalog_product_super_attribute",
        )
        codes = {attribute.id: attribute.code for attribute in self.shop.known.product.attributes.values()}
        for product_id, attribute_id, option, percent, value in rows:
            code = codes.get(attribute_id, "")
            axis = next((each for each in self.axes[product_id] if each.code == code), None)
            if axis is None:
                axis = Axis(code, {})
                self.axes[product_id].append(axis)
            if option is not None and str(option).isdigit():
                axis.surcharges[int(option)] = Surcharge(bool(percent), value)

    def _own_prices(self, ids: Collection[int]) -> dict[int, list[tuple[int, int, int, bool]]]:
        """(customer group or -1 for all, quantity, value, percent) of tier and group prices, website before general."""
        inside = integers(ids) or "NULL"
        where = f"WHERE entity_id IN ({inside}) AND website_id IN (0,{self.website_id}) ORDER BY entity_id, website_id"
        group = "CAST(IF(all_groups=1,-1,customer_group_id) AS SIGNED)"
        tiers = self._rows(
            f"SELECT entity_id, {group}, {units('qty')}, {units('value')}, website_id, 0"
            f" FROM {self.shop.sql.table('catalog_product_entity_tier_price')} {where}",
            "catalog_product_entity_tier_price",
        )
        g = self.shop.schema.columns("catalog_product_entity_group_price", "g")
        groups = self._rows(
            f"SELECT entity_id, {group}, 10000, {units('value')}, website_id, {g.number('is_percent')}"
            f" FROM {g.source} {where}",
            "catalog_product_entity_group_price",
        )
        rate = self.shop.known.general_rate(self.website_id)
        found: dict[int, dict[tuple[int, int, bool], tuple[int, bool]]] = defaultdict(dict)
        for rows, is_group in ((tiers, False), (groups, True)):
            for product_id, group_id, quantity, value, website_id, percent in rows:
                head = self.heads.get(product_id)
                # Bundles keep percentages in both tables; of other products is_percent decides.
                as_percent = bool(percent) or (head is not None and head.type == "bundle")
                if not website_id and not as_percent:
                    value = (value * rate + 500_000) // 1_000_000  # noqa: PLW2901 - in the website's currency from here
                found[product_id][group_id, quantity, is_group] = value, as_percent
        return {
            product_id: [(group_id, quantity, *value) for (group_id, quantity, _), value in sorted(prices.items())]
            for product_id, prices in found.items()
        }

    def _in_website(self, ids: Collection[int]) -> set[int]:
        rows = self._rows(
            f"SELECT product_id FROM {self.shop.sql.table('catalog_product_website')}"
            f" WHERE product_id IN ({integers(ids) or 'NULL'}) AND website_id={self.website_id}",
            "catalog_product_website",
        )
        return {row[0] for row in rows}
