"""How a Magento 2 list is read to its end while the shop goes on changing (magento2-data §1.2, 1.3).

Pages are never counted: a row that moves while paging would make others slip past. ``all`` goes upwards by id.
``changed`` reads the window from ``since`` to an upper bound that is frozen when the window opens, by (instant, id);
rows that share the instant of a page's last row are asked for by it before going on.
"""

from __future__ import annotations

import abc
import time
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

from dotbridge.commerce import clock
from dotbridge.commerce.site import Website
from dotbridge.errors import FatalError, RecordError
from dotbridge.sources.base import Cursor, Page, Record, Stream, chunks, even_ends
from dotbridge.sources.codes import ROW_BROKEN
from dotbridge.sources.magento2.client import ALL, Listing, ascending
from dotbridge.sources.magento2.codes import ANSWER_STRANGE, PAGE_REPEATS
from dotbridge.sources.magento2.criteria import Criteria, Filter, one_of
from dotbridge.sources.magento2.shop import Shop

Json = dict[str, Any]
Groups = tuple[tuple[Filter, ...], ...]

SETTLE_SECONDS = 2.0
"""How far a window stays behind the shop's clock. A row that changes while it is loaded then shows an instant behind
the window, by which it is recognised and never becomes the place to go on from."""

_BY_TIME = ("updated_at", "entity_id")
IDS_AT_ONCE = 300
"""Rows of which only few members are asked."""
_IDS_PER_QUERY = 100


class ListStream(Stream[Record]):
    """A stream over one searchable list. ``key`` is the id's member in a row, ``most`` the largest page (§7)."""

    change: ClassVar[Literal["indexed", "compare"]] = "indexed"
    in_parts: ClassVar[bool] = True
    path: ClassVar[str]
    key: ClassVar[str] = "id"
    most: ClassVar[int]

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    @abc.abstractmethod
    def scope(self, website: Website) -> Groups:
        """The filters that select the website's records."""

    def span(self, website: Website) -> Groups:
        """The filters of what is read and counted; ``fetch`` looks at the whole ``scope``."""
        return self.scope(website)

    def language(self, website: Website) -> str:  # noqa: ARG002 - for streams whose values differ by store view
        """The scope in whose values rows are read."""
        return ALL

    @abc.abstractmethod
    def rows(self, website: Website, items: Sequence[Json]) -> Sequence[Any]:
        """The stream's rows for a page of the list: each with what else its record needs."""

    @abc.abstractmethod
    def understand(self, row: Any) -> Record:
        """The record in our words; may fail with any error of a malformed row."""

    @abc.abstractmethod
    def item(self, row: Any) -> Json:
        """The list's own part of a row."""

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Record]:
        started = time.time()
        size = max(1, min(limit, self.most))
        if cursor.phase == "all":
            items, after, more = self._all(website, cursor, size)
        else:
            items, after, more = self._changed(website, cursor, size)
        return Page(self.rows(website, items), after, more, started)

    def fetch(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        found: list[Any] = []
        for chunk in chunks([one for one in ids if one.isdigit()], min(self.most, _IDS_PER_QUERY)):
            criteria = Criteria((*self.scope(website), (one_of("entity_id", chunk),)), size=len(chunk))
            items = self._shop.rest.every(self.path, criteria, scope=self.language(website), key=self.key)
            found += self.rows(website, list(items))
        return found

    def ids(self, website: Website, after: str, limit: int) -> Sequence[str]:
        found: list[str] = []
        last = int(after or 0)
        while len(found) < limit:
            size = min(limit - len(found), IDS_AT_ONCE)
            criteria = Criteria((*self.span(website), behind(last)), size=size, fields=self._id_only())
            page = self._shop.rest.page(self.path, criteria)
            last = ascending(page.items, self.key, last, self.path)
            found += [str(item[self.key]) for item in page.items]
            if len(page.items) >= page.total:
                break
        return found

    def ends(self, website: Website, after: str, size: int) -> Iterable[tuple[str, int]]:
        """By the last id and the number of rows: one call, where all ids would be one for every 300 rows."""
        before = int(after or 0)
        criteria = Criteria((*self.span(website), behind(before)), ("-entity_id",), 1, self._id_only())
        page = self._shop.rest.page(self.path, criteria)
        last = int(page.items[0][self.key]) if page.items else before
        return even_ends(before, last, page.total, size)

    def count(self, website: Website) -> int | None:
        return self._shop.rest.page(self.path, Criteria(self.span(website), size=1, fields=self._id_only())).total

    def identify(self, row: Any) -> tuple[str, str]:
        item = self.item(row)
        return str(item[self.key]), clock.instant(item.get("updated_at"))

    def to_commerce(self, row: Any) -> Record:
        try:
            return self.understand(row)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            which = f"{self.name} {self.item(row)[self.key]}"
            raise RecordError(ROW_BROKEN, f"{which}: {type(error).__name__} {error}.") from error

    def _id_only(self) -> str:
        return f"items[{self.key}],total_count"

    def _page(self, website: Website, more: Groups, size: int, sort: tuple[str, ...] = ("entity_id",)) -> Listing:
        criteria = Criteria((*self.span(website), *more), sort, size)
        return self._shop.rest.page(self.path, criteria, scope=self.language(website))

    def _all(self, website: Website, cursor: Cursor, size: int) -> tuple[list[Json], Cursor, bool]:
        started = cursor.started or self._shop.now()
        before = int(cursor.after or 0)
        page = self._page(website, (behind(before), *up_to(cursor.until)), size)
        last = ascending(page.items, self.key, before, self.path)
        if len(page.items) < page.total:
            return page.items, Cursor("all", after=str(last), started=started, until=cursor.until), True
        # What changed while all was read is waiting already.
        return page.items, Cursor("changed", since=clock.before(started, self._shop.overlap)), True

    def _changed(self, website: Website, cursor: Cursor, size: int) -> tuple[list[Json], Cursor, bool]:
        until = cursor.started or clock.before(self._shop.now(), SETTLE_SECONDS)
        items: list[Json] = []
        if cursor.since_id:
            same = Filter("updated_at", "eq", shop_time(cursor.since))
            page = self._page(website, ((same,), behind(int(cursor.since_id))), size)
            last = ascending(page.items, self.key, int(cursor.since_id), self.path)
            items = page.items
            if len(items) < page.total or len(items) == size:
                return items, Cursor("changed", since=cursor.since, since_id=str(last), started=until), True
        window = (
            (Filter("updated_at", "gt" if cursor.since_id else "gteq", shop_time(cursor.since)),),
            (Filter("updated_at", "lteq", shop_time(until)),),
        )
        page = self._page(website, window, size - len(items), _BY_TIME)
        since, since_id = self._place(page.items, cursor, until)
        items = [*items, *page.items]
        if len(page.items) < page.total:
            return items, Cursor("changed", since=since, since_id=since_id, started=until), True
        return items, Cursor("changed", since=clock.before(until, self._shop.overlap)), False

    def _place(self, items: Sequence[Json], cursor: Cursor, until: str) -> tuple[str, str]:
        """Where the window has been read up to: the last row that did not change while it was loaded."""
        place = (cursor.since, int(cursor.since_id or 0))
        for item in items:
            here = (clock.instant(item.get("updated_at")), int(item[self.key]))
            if here[0] > until:
                continue
            if here[0] < cursor.since or (cursor.since_id and here[0] == cursor.since):
                raise FatalError(PAGE_REPEATS, f"{self.path}: {here[1]} changed at {here[0]}, before {cursor.since}.")
            if here < place and place[0] != cursor.since:
                raise FatalError(ANSWER_STRANGE, f"{self.path}: rows are not sorted by the time of their change.")
            place = here
        return place[0], str(place[1] or "")


def behind(entity_id: int) -> tuple[Filter, ...]:
    """The group that selects rows with a greater id."""
    return (Filter("entity_id", "gt", str(entity_id)),)


def up_to(entity_id: str) -> Groups:
    """The groups that leave out rows with a greater id; none for ""."""
    return ((Filter("entity_id", "lteq", entity_id),),) if entity_id else ()


def shop_time(instant: str) -> str:
    """One of our instants as the shop compares it: without T and Z, which it does not honour (§1.3)."""
    return (instant or "1970-01-01T00:00:00Z").replace("T", " ").removesuffix("Z")
