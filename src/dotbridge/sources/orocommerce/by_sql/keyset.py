"""Keyset pages over one table of Oro."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any, ClassVar

from dotbridge.commerce.site import Website
from dotbridge.sources.orocommerce.by_sql.schema import Schema, utc
from dotbridge.sources.orocommerce.reader import Part
from dotbridge.sources.orocommerce.sites import Sites
from dotbridge.sources.postgresql import numbers


class TableReader(abc.ABC):
    """A reader over a table with a numeric ``id`` and a time of change; its alias is ``t``."""

    dated = True
    most = 1000
    table: ClassVar[str]
    changed_column: ClassVar[str] = "updated_at"

    def __init__(self, schema: Schema, sites: Sites) -> None:
        self.schema = schema
        self.sites = sites
        self.database = schema.database

    @abc.abstractmethod
    def load(self, keys: Sequence[tuple[int, str, str]]) -> Sequence[Any]:
        """The rows of these (id, instant, website id), in that order; one that has gone meanwhile is left out."""

    def scope(self) -> str:
        """SQL that holds for the records of any website."""
        return "TRUE"

    def website(self) -> str:
        """SQL for the website id of a record, as text or null."""
        return self.schema.column("t", self.table, "website_id") + "::text"

    def now(self) -> str:
        return str(self.database.query(f"SELECT {utc('now()')}")[0][0])

    def after(self, website: Website, row_id: int, limit: int, until: str = "") -> Part:
        where, args = ("t.id > %s AND t.id <= %s", (row_id, int(until))) if until else ("t.id > %s", (row_id,))
        keys = self._keys(website, where, args, f"t.id LIMIT {limit}")
        return self._part(keys, limit)

    def changed(self, website: Website, place: tuple[str, int], until: str, limit: int) -> Part:
        column = f"t.{self.changed_column}"
        # Whole seconds, as the cursor keeps them; the first and the last bound are for the index.
        second = f"date_trunc('second', {column})"
        where = f"{column} >= %s::timestamp AND ({second} > %s::timestamp OR t.id > %s) AND {column} <= %s::timestamp"
        since, row_id = place
        at = since.removesuffix("Z")
        args = (at, at, row_id, until.removesuffix("Z"))
        keys = self._keys(website, where, args, f"{second}, t.id LIMIT {limit}")
        return self._part(keys, limit)

    def some(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        return self.load(self._keys(website, "t.id = ANY(%s)", (numbers(ids),), "t.id"))

    def ids(self, website: Website, row_id: int, limit: int) -> tuple[Sequence[str], int, bool]:
        keys = self._keys(website, "t.id > %s", (row_id,), f"t.id LIMIT {limit}")
        return [str(key[0]) for key in keys], keys[-1][0] if keys else row_id, len(keys) >= limit

    def count(self, website: Website) -> int | None:
        where, args = self._here(website)
        return int(self.database.query(f"SELECT count(*) FROM {self.table} t WHERE {where}", args)[0][0])

    def extent(self, website: Website, row_id: int) -> tuple[int, int]:
        where, args = self._here(website)
        sql = f"SELECT COALESCE(max(t.id), %s), count(*) FROM {self.table} t WHERE t.id > %s AND {where}"
        last, records = self.database.query(sql, [row_id, row_id, *args])[0]
        return int(last), int(records)

    def guests(self, website: Website, row_id: int, limit: int) -> Sequence[tuple[str, str]]:  # noqa: ARG002
        return ()

    def _part(self, keys: list[tuple[int, str, str]], limit: int) -> Part:
        last = (keys[-1][0], keys[-1][1]) if keys else None
        return Part(self.load(keys) if keys else (), last, len(keys) >= limit)

    def _keys(self, website: Website, where: str, args: Sequence[Any], tail: str) -> list[tuple[int, str, str]]:
        here, own = self._here(website)
        sql = (
            f"SELECT t.id, {utc(f't.{self.changed_column}')} FROM {self.table} t"
            f" WHERE {where} AND {here} ORDER BY {tail}"
        )
        return [(row[0], row[1], website.source_id) for row in self.database.query(sql, [*args, *own])]

    def _here(self, website: Website) -> tuple[str, list[Any]]:
        """The website's own records; the default one takes those that name none, or one that is gone."""
        others = [place.id for place in self.sites.places if place.id != website.source_id]
        expression = self.website()
        if expression.startswith("NULL"):
            mine = "TRUE" if website.source_id == self.sites.default_website else "FALSE"
            return f"{self.scope()} AND {mine}", []
        if website.source_id != self.sites.default_website:
            return f"{self.scope()} AND {expression} = %s", [website.source_id]
        return f"{self.scope()} AND ({expression} IS NULL OR {expression} <> ALL(%s))", [others]
