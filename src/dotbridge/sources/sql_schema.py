"""What of the tables that a platform reads a shop's database has, asked once; and SQL that gives plain Python values.

A shop of another release lacks some tables and columns: what it lacks is read as "not there" instead of failing, and
reported by ``Schema.gaps``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from dotbridge.errors import ConfigError
from dotbridge.sources.codes import TABLE_MISSING
from dotbridge.sources.mysql import Shop, texts


class Table(NamedTuple):
    """Columns without which the table is of no use, columns that later releases added, and what is lost without it.

    ``sometimes`` are columns of some editions; one that lacks them misses nothing. A table that is ``extra`` is one
    that many shops do not have.
    """

    needed: str
    wished: str = ""
    lost: str = ""
    sometimes: str = ""
    extra: bool = False

    @property
    def expected(self) -> frozenset[str]:
        """The columns that a shop should have."""
        return frozenset(self.needed.split()) | frozenset(self.wished.split())

    @property
    def columns(self) -> frozenset[str]:
        """All columns that are read."""
        return self.expected | frozenset(self.sometimes.split())


class Gap(NamedTuple):
    """A table (``column`` is "") or a column that this shop lacks or hides, and what that costs."""

    table: str
    column: str
    lost: str


class Schema:
    """What of ``tables`` (all that a platform reads, by name) this shop has, asked once."""

    def __init__(self, shop: Shop, tables: Mapping[str, Table]) -> None:
        self.shop = shop
        self.tables = tables

    @cached_property
    def found(self) -> dict[str, frozenset[str]]:
        """Columns by table, as the user of the connection may see them."""
        names = [self.shop.prefix + name for name in self.tables]
        rows = self.shop.query(
            "SELECT LOWER(TABLE_NAME), LOWER(COLUMN_NAME) FROM information_schema.COLUMNS"
            f" WHERE TABLE_SCHEMA=DATABASE() AND TABLE_NAME IN ({texts(names)})",
            names,
        )
        seen: dict[str, set[str]] = {}
        for table, column in rows:
            seen.setdefault(table, set()).add(column)
        prefix = self.shop.prefix.lower()
        return {name: frozenset(seen[prefix + name]) for name in self.tables if prefix + name in seen}

    def has(self, *tables: str) -> bool:
        """Whether the shop has these tables with the columns they need."""
        return all([set(self.tables[table].needed.split()) <= self.found.get(table, frozenset()) for table in tables])

    def require(self, *tables: str) -> None:
        """Raises ConfigError for the first table that is missing."""
        for table in tables:
            if not self.has(table):
                raise ConfigError(TABLE_MISSING, f"It is {self.shop.table(table)}.", field=table)

    def gaps(self) -> list[Gap]:
        """What this shop lacks: whole tables, and columns of tables that are there."""
        lacking = []
        for name, table in self.tables.items():
            present = self.found.get(name)
            if present is not None:
                lacking += [Gap(name, column, "") for column in sorted(table.expected - present)]
            elif not table.extra:
                lacking.append(Gap(name, "", table.lost))
        return lacking

    def columns(self, table: str, alias: str) -> Columns:
        """SQL for the columns of a table under an alias."""
        return Columns(self, table, alias)


class Columns:
    """SQL expressions that give plain Python values: exact integers, text, never NULL where a neutral value exists.

    A column that the shop lacks reads as the neutral value. A column that the platform does not declare is a bug.
    """

    def __init__(self, schema: Schema, table: str, alias: str) -> None:
        self._declared = schema.tables[table].columns
        self._present = schema.found.get(table, frozenset())
        self._alias = alias
        self.source = f"{schema.shop.table(table)} {alias}"

    def raw(self, column: str) -> str:
        """The column as it is, NULL included."""
        if column not in self._declared:
            raise KeyError(column)
        return f"{self._alias}.`{column}`" if column in self._present else "NULL"

    def text(self, *columns: str) -> str:
        """The first text that is not empty, else ''."""
        first, *rest = [self.raw(column) for column in columns]
        for other in rest:
            first = f"IFNULL(NULLIF({first},''),{other})"
        return f"IFNULL({first},'')"

    def id(self, column: str) -> str:
        """An id as text; '' for NULL and 0."""
        return f"IFNULL(CAST(NULLIF({self.raw(column)},0) AS CHAR),'')"

    def number(self, column: str) -> str:
        """A whole number; 0 for NULL. Without the cast MariaDB makes a DECIMAL of an unsigned column."""
        return f"CAST(IFNULL({self.raw(column)},0) AS SIGNED)"

    def units(self, column: str, scale: int = 10_000) -> str:
        """A decimal in units of 1/10,000, exactly; 0 for NULL."""
        return units(f"IFNULL({self.raw(column)},0)", scale)

    def instant(self, column: str) -> str:
        """A UTC instant in our form; '' for NULL. A zero date keeps its zeros."""
        return f"IFNULL(DATE_FORMAT({self.raw(column)},'%%Y-%%m-%%dT%%TZ'),'')"


def units(expression: str, scale: int = 10_000) -> str:
    """SQL for a decimal expression as an integer of 1/``scale``; rounds half away from zero."""
    return f"CAST(({expression})*{scale} AS SIGNED)"
