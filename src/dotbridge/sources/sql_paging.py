"""How every stream goes through its table: keyset pages by id, then by (changed at, id) behind an overlap.

A pass over changes begins with the shop's own clock and ends by setting the cursor to that moment less the overlap.
So what was written late, with an older time, is read by the next pass, and the cursor never drifts backwards.
"""

from __future__ import annotations

import abc
import time
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from dotbridge.commerce.clock import before
from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Page, Stream
from dotbridge.sources.mysql import Shop, integers

Record = TypeVar("Record")


class Slice(NamedTuple):
    """Part of a table: a condition with its arguments, the order, and at most how many rows (0: all)."""

    where: str
    args: tuple[Any, ...] = ()
    order: str = ""
    limit: int = 0

    @property
    def tail(self) -> str:
        """ORDER BY and LIMIT."""
        return (f" ORDER BY {self.order}" if self.order else "") + (f" LIMIT {self.limit}" if self.limit else "")


class Opened(Protocol):
    """A shop that a source has opened, as far as paging knows it."""

    @property
    def sql(self) -> Shop:
        """Its database."""

    @property
    def overlap(self) -> float:
        """Seconds that a pass over changes reads again."""

    def now(self) -> str:
        """This instant by the shop's clock."""


class Keyset(Stream[Record]):
    """A stream over one table with a numeric key and, if ``changed`` is set, a column that tells when a row changed."""

    table: ClassVar[str]
    key: ClassVar[str]
    changed: ClassVar[str] = ""
    in_parts: ClassVar[bool] = True

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    @abc.abstractmethod
    def scope(self, website: Website) -> str:
        """SQL that holds for the rows of the website; the table's alias is ``t``."""

    def span(self, website: Website, cursor: Cursor | None = None) -> str:  # noqa: ARG002 - for streams that differ
        """SQL that holds for what is read at a cursor, and, without one, counted; ``fetch`` looks at all of scope."""
        return self.scope(website)

    @abc.abstractmethod
    def load(self, website: Website, part: Slice) -> tuple[Sequence[Any], int]:
        """Full rows of a part of the table, and how many keys the part held before doublets were dropped."""

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Record]:
        """The next at most ``limit`` records behind the cursor; equal instants over a page edge are not skipped."""
        clock = time.time()
        limit = max(1, limit)
        if cursor.phase == "done":
            return Page((), cursor, False, clock)
        if not cursor.started:
            cursor = self._begin(cursor)
        where, args, order = self._behind(cursor)
        rows, held = self.load(website, Slice(f"{where} AND {self.span(website, cursor)}", args, order, limit))
        if held < limit:
            return Page(rows, self._finished(cursor), False, clock)
        return Page(rows, self._onward(cursor, rows[-1]), True, clock)

    def _begin(self, cursor: Cursor) -> Cursor:
        now = self._opened.now()
        since = cursor.since if cursor.phase == "changed" else before(now, self._opened.overlap)
        return Cursor(cursor.phase, cursor.after, since, cursor.since_id, now, cursor.until)

    def _behind(self, cursor: Cursor) -> tuple[str, tuple[Any, ...], str]:
        if cursor.phase == "all" and cursor.until:
            where = f"t.{self.key}>%s AND t.{self.key}<=%s"
            return where, (int(cursor.after or 0), int(cursor.until)), f"t.{self.key}"
        if cursor.phase == "all":
            return f"t.{self.key}>%s", (int(cursor.after or 0),), f"t.{self.key}"
        since = cursor.since[:10] + " " + cursor.since[11:19] if cursor.since else "1970-01-02 00:00:00"
        column = f"t.{self.changed}"
        # The first bound is for the index; the second one takes up rows of the same second where the page ended.
        where = f"{column}>=%s AND ({column}>%s OR t.{self.key}>%s)"
        return where, (since, since, int(cursor.since_id or 0)), f"{column}, t.{self.key}"

    def _onward(self, cursor: Cursor, last: Any) -> Cursor:
        source_id, changed_at = self.identify(last)
        if cursor.phase == "all":
            return Cursor("all", source_id, cursor.since, "", cursor.started, cursor.until)
        return Cursor("changed", "", changed_at, source_id, cursor.started)

    def _finished(self, cursor: Cursor) -> Cursor:
        if not self.changed:
            return Cursor("done", started=cursor.started)
        return Cursor("changed", since=before(cursor.started, self._opened.overlap))

    def fetch(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        """The rows of these ids that the website holds now; what is no id here is simply not there."""
        inside = integers(ids)
        if not inside:
            return ()
        return self.load(website, Slice(f"t.{self.key} IN ({inside}) AND {self.scope(website)}"))[0]

    def ids(self, website: Website, after: str, limit: int) -> Sequence[str]:
        """The next ids of the website in ascending order."""
        rows = self._opened.sql.query(
            f"SELECT CAST(t.{self.key} AS CHAR) {self._from(website)} AND t.{self.key}>%s"
            f" ORDER BY t.{self.key} LIMIT %s",
            (int(after or 0), limit),
        )
        return [row[0] for row in rows]

    def count(self, website: Website) -> int | None:
        """How many records the website holds."""
        return int(self._opened.sql.query(f"SELECT COUNT(*) {self._from(website)}")[0][0])

    def joins(self) -> str:
        """Joins that ``scope`` needs, for counting and listing ids."""
        return ""

    def _from(self, website: Website) -> str:
        return f"FROM {self._opened.sql.table(self.table)} t{self.joins()} WHERE {self.span(website)}"
