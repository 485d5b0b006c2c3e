"""Which products are part of which: variants, bundles' choices, groups (magento2-data §3.5).

Where the catalogue keeps versions, the owning side of a relation is a ``row_id``; only entity ids come out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.mysql import integers
from dotbridge.sources.sql_schema import units

_GROUPED = 3


class Choice(NamedTuple):
    """One product that a bundle's option offers; ``price`` is text in the shop's own form."""

    option: int
    required: bool
    child: int
    quantity: int
    percent: bool
    price: str


def now_current(shop: Database, alias: str) -> str:
    """SQL: the version of a product or category that holds now; nothing is kept out where there are no versions."""
    if not shop.staged:
        return "1=1"
    return f"{alias}.created_in<=UNIX_TIMESTAMP() AND {alias}.updated_in>UNIX_TIMESTAMP()"


class Relations:
    """The parts of some products, and what these products are part of."""

    def __init__(self, shop: Database, ids: Iterable[int]) -> None:
        self._shop = shop
        self._inside = integers(ids)
        self._link = "row_id" if shop.staged else "entity_id"
        self.variants: dict[int, list[int]] = defaultdict(list)
        self.choices: dict[int, list[Choice]] = defaultdict(list)
        self.grouped: dict[int, list[int]] = defaultdict(list)
        self.parents: dict[int, list[int]] = defaultdict(list)
        if self._inside:
            self._read_variants()
            self._read_choices()
            self._read_groups()

    def everyone(self) -> set[int]:
        """All parts and parents."""
        parts = [*self.variants.values(), *self.grouped.values(), *self.parents.values()]
        return {each for held in parts for each in held} | {
            choice.child for held in self.choices.values() for choice in held
        }

    def _simple(self, child: str) -> str:
        """SQL: the part asks for no choices of its own. Magento offers others neither in groups nor in bundles."""
        c = self._shop.schema.columns("catalog_product_entity", "c")
        return (
            f"NOT EXISTS (SELECT 1 FROM {c.source} WHERE c.entity_id={child} AND {c.number('required_options')}<>0"
            f" AND {now_current(self._shop, 'c')})"
        )

    def _pairs(self, table: str, parent: str, child: str, also: str = "1=1", order: str = "") -> list[tuple[int, int]]:
        """(parent, child) of both directions; which of the two is asked for does not matter to the caller."""
        if not self._shop.schema.has(table):
            return []
        # Two queries instead of an OR: each has an index of its own.
        found: dict[tuple[int, int], None] = {}
        for asked in (f"o.entity_id IN ({self._inside})", f"l.{child} IN ({self._inside})"):
            rows = self._shop.sql.query(
                f"SELECT o.entity_id, l.{child} FROM {self._shop.sql.table(table)} l"
                f" JOIN {self._shop.sql.table('catalog_product_entity')} o ON o.{self._link}=l.{parent}"
                f" AND {now_current(self._shop, 'o')} WHERE {asked} AND {also} ORDER BY {order or f'l.{child}'}"
            )
            found.update(dict.fromkeys([(row[0], row[1]) for row in rows]))
        return list(found)

    def _keep(self, pairs: Iterable[tuple[int, int]], parts: dict[int, list[int]]) -> None:
        for parent, child in pairs:
            parts[parent].append(child)
            if parent not in self.parents[child]:
                self.parents[child].append(parent)

    def _read_variants(self) -> None:
        self._keep(self._pairs("catalog_product_super_link", "parent_id", "product_id"), self.variants)

    def _read_groups(self) -> None:
        also = f"l.link_type_id={_GROUPED} AND {self._simple('l.linked_product_id')}"
        order = "l.link_id"
        pairs = self._pairs("catalog_product_link", "product_id", "linked_product_id", also, order)
        self._keep(pairs, self.grouped)

    def _read_choices(self) -> None:
        if not self._shop.schema.has("catalog_product_bundle_option", "catalog_product_bundle_selection"):
            return
        table = self._shop.sql.table
        for asked in (f"o.entity_id IN ({self._inside})", f"s.product_id IN ({self._inside})"):
            rows = self._shop.sql.query(
                f"SELECT o.entity_id, p.option_id, p.required, s.product_id, {units('IFNULL(s.selection_qty,1)')},"
                f" s.selection_price_type, CAST(s.selection_price_value AS CHAR)"
                f" FROM {table('catalog_product_bundle_option')} p"
                f" JOIN {table('catalog_product_entity')} o ON o.{self._link}=p.parent_id"
                f" AND {now_current(self._shop, 'o')}"
                f" JOIN {table('catalog_product_bundle_selection')} s ON s.option_id=p.option_id"
                + (" AND s.parent_product_id=p.parent_id" if self._shop.staged else "")
                + f" WHERE {asked} AND {self._simple('s.product_id')} ORDER BY p.option_id, s.selection_id"
            )
            for parent, option, required, child, quantity, percent, price in rows:
                choice = Choice(option, bool(required), child, quantity, percent == 1, price)
                if choice not in self.choices[parent]:
                    self.choices[parent].append(choice)
                if parent not in self.parents[child]:
                    self.parents[child].append(parent)
