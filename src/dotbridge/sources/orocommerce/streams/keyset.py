"""How a kind of row is read to its end while Oro goes on changing, whichever way it is read.

``all`` goes upwards by id. ``changed`` reads the window from ``since`` up to an instant that is frozen when the window
opens, by (instant, id), so that equal instants over a page edge are read once. Where Oro cannot be asked by the time
of change (customer users over the API, §7.5) ``changed`` reads the ids behind ``after``, and a full compare finds the
rest.
"""

from __future__ import annotations

import abc
import time
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

from dotbridge.commerce import clock
from dotbridge.commerce.site import Website
from dotbridge.errors import FatalError, RecordError
from dotbridge.sources.base import Cursor, Page, Record, Stream, even_ends
from dotbridge.sources.codes import ROW_BROKEN
from dotbridge.sources.orocommerce.codes import PAGE_REPEATS
from dotbridge.sources.orocommerce.reader import Part, Reader

SETTLE_SECONDS = 2.0
"""How far a window stays behind Oro's clock: what is being written in this second is left to the next window."""
_EVER = "1970-01-01T00:00:00Z"


class OroStream(Stream[Record]):
    """A stream over a reader; rows have ``id``, ``updated_at`` and ``website_id``."""

    change: ClassVar[Literal["indexed", "compare"]] = "indexed"
    in_parts: ClassVar[bool] = True

    def __init__(self, reader: Reader, overlap: float) -> None:
        self._reader = reader
        self._overlap = overlap

    @abc.abstractmethod
    def understand(self, row: Any) -> Record:
        """The record in our words; may fail with any error of a malformed row."""

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Record]:
        started = time.time()
        size = max(1, min(limit, self._reader.most))
        if cursor.phase == "done":
            return Page((), cursor, False, started)
        if cursor.phase == "all":
            part, following, more = self._all(website, cursor, size)
        elif self._reader.dated:
            part, following, more = self._changed(website, cursor, size)
        else:
            part, following, more = self._fresh(website, cursor, size)
        return Page(self.rows(part), following, more, started)

    def rows(self, part: Part) -> Sequence[Any]:
        """The stream's rows of a part."""
        return part.rows

    def fetch(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        known = [one for one in ids if one.isascii() and one.isdigit() and len(one) < 19]
        return self.rows(Part(self._reader.some(website, known), None, False)) if known else ()

    def ids(self, website: Website, after: str, limit: int) -> Sequence[str]:
        found: list[str] = []
        last, more = int(after or 0), True
        while more and len(found) < limit:
            part, last, more = self._reader.ids(website, last, limit - len(found))
            found += part
        return found

    def ends(self, website: Website, after: str, size: int) -> Iterable[tuple[str, int]]:
        before = int(after or 0)
        return even_ends(before, *self._reader.extent(website, before), size)

    def count(self, website: Website) -> int | None:
        return self._reader.count(website)

    def identify(self, row: Any) -> tuple[str, str]:
        return str(row.id), row.updated_at

    def to_commerce(self, row: Any) -> Record:
        try:
            return self.understand(row)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise RecordError(ROW_BROKEN, f"{self.name} {row.id}: {type(error).__name__} {error}.") from error

    def _all(self, website: Website, cursor: Cursor, size: int) -> tuple[Part, Cursor, bool]:
        began = cursor.started or self._reader.now()
        part = self._reader.after(website, int(cursor.after or 0), size, cursor.until)
        after = str(part.last[0]) if part.last else cursor.after
        if part.more and part.last:
            return part, Cursor("all", after=after, started=began, until=cursor.until), True
        # What changed while all was read is waiting already.
        since = clock.before(began, self._overlap)
        return part, Cursor("changed", after="" if self._reader.dated else after, since=since), True

    def _changed(self, website: Website, cursor: Cursor, size: int) -> tuple[Part, Cursor, bool]:
        until = cursor.started or clock.before(self._reader.now(), SETTLE_SECONDS)
        place = (cursor.since or _EVER, int(cursor.since_id) if cursor.since_id else -1)
        part = self._reader.changed(website, place, until, size)
        if part.more and part.last:
            reached = (part.last[1], part.last[0])
            if reached <= place:
                raise FatalError(PAGE_REPEATS, f"{self.name}: {reached[1]} changed at {reached[0]} came again.")
            return part, Cursor("changed", since=reached[0], since_id=str(reached[1]), started=until), True
        # A clock that was set back must not bring the cursor back with it.
        following = max(clock.before(until, self._overlap), cursor.since if not cursor.since_id else "")
        return part, Cursor("changed", since=following), False

    def _fresh(self, website: Website, cursor: Cursor, size: int) -> tuple[Part, Cursor, bool]:
        began = cursor.started or self._reader.now()
        part = self._reader.after(website, int(cursor.after or 0), size)
        after = str(part.last[0]) if part.last else cursor.after
        if part.more and part.last:
            return part, Cursor("changed", after=after, since=cursor.since, started=began), True
        return part, Cursor("changed", after=after, since=clock.before(began, self._overlap)), False
