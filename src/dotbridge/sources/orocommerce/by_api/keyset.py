"""Keyset pages over one list of the API."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any, ClassVar

from dotbridge.commerce.site import Website
from dotbridge.errors import FatalError
from dotbridge.sources.orocommerce.client import Api, ascending
from dotbridge.sources.orocommerce.codes import ANSWER_STRANGE, PAGE_REPEATS
from dotbridge.sources.orocommerce.jsonapi import MOST, Listing, Query, Resource
from dotbridge.sources.orocommerce.reader import Part
from dotbridge.sources.orocommerce.sites import Sites


class ListReader(abc.ABC):
    """A reader over a list with numeric ids."""

    most = 200
    resource: ClassVar[str]
    #: One attribute, so that a page of ids is small.
    slim: ClassVar[str] = "createdAt"

    def __init__(self, api: Api, sites: Sites, *, dated: bool, by_website: bool) -> None:
        self.api = api
        self.sites = sites
        self.dated = dated
        self._by_website = by_website

    @abc.abstractmethod
    def include(self) -> str:
        """The relationships that a row needs."""

    @abc.abstractmethod
    def load(self, website: Website, items: Sequence[Resource]) -> Sequence[Any]:
        """The rows of these resources; what is outside of the scope is left out."""

    def holds(self, item: Resource, website: Website) -> bool:
        """Whether the record is the website's. With one website everything is; a record that names none is the default's."""
        return self.sites.website_of(item.link("website")) == website.source_id

    def members(self) -> tuple[tuple[str, str], ...]:
        """Members asked where only the ids are wanted: as few as ``holds`` needs."""
        wanted = f"{self.slim},website" if self._by_website else self.slim
        return ((self.resource, wanted),)

    def now(self) -> str:
        if self.api.clock.skew is None:
            self.api.page(Query(self.resource, size=1, fields=self.members()))
        return self.api.now()

    def after(self, website: Website, row_id: int, limit: int, until: str = "") -> Part:
        end = (("id", "lte", until),) if until else ()
        found = self.api.page(self._query(limit).where(("id", "gt", str(row_id)), *end))
        ascending(found.items, row_id, self.resource)
        return self._part(website, found)

    def changed(self, website: Website, place: tuple[str, int], until: str, limit: int) -> Part:
        since, row_id = place
        items: list[Resource] = []
        if row_id >= 0:
            # The rest of the second in which the page before ended, by id; then what is later.
            same = self._query(limit).where(("updatedAt", "", since), ("id", "gt", str(row_id)))
            found = self.api.page(same)
            ascending(found.items, row_id, self.resource)
            items = found.items
            if found.more or len(items) >= limit:
                return self._part(website, found._replace(more=True))
        window = (("updatedAt", "gte" if row_id < 0 else "gt", since), ("updatedAt", "lte", until))
        found = self.api.page(self._query(limit - len(items)).where(*window)._replace(sort="updatedAt,id"))
        self._sorted(found.items, since, row_id, until)
        return self._part(website, found._replace(items=[*items, *found.items]), until)

    def some(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        return self.load(
            website, [one for one in self.api.some(self._query(self.most), ids) if self.holds(one, website)]
        )

    def ids(self, website: Website, row_id: int, limit: int) -> tuple[Sequence[str], int, bool]:
        query = Query(self.resource, size=min(limit, MOST), fields=self.members())
        found = self.api.page(query.where(("id", "gt", str(row_id))))
        last = ascending(found.items, row_id, self.resource)
        return [one.id for one in found.items if self.holds(one, website)], last, found.more and bool(found.items)

    def count(self, website: Website) -> int | None:  # noqa: ARG002 - as below
        if self._by_website:
            return None  # Oro counts them for all websites
        return self.api.page(Query(self.resource, size=1, fields=self.members()), count=True).total

    def extent(self, website: Website, row_id: int) -> tuple[int, int]:  # noqa: ARG002 - of all websites, as Oro counts
        query = Query(self.resource, sort="-id", size=1, fields=self.members()).where(("id", "gt", str(row_id)))
        found = self.api.page(query, count=True)
        return (int(found.items[0].id), found.total or 0) if found.items else (row_id, 0)

    def guests(self, website: Website, row_id: int, limit: int) -> Sequence[tuple[str, str]]:  # noqa: ARG002
        return ()

    def _query(self, size: int) -> Query:
        return Query(self.resource, size=size, include=self.include())

    def _part(self, website: Website, found: Listing, until: str = "") -> Part:
        """A row that moved while it was loaded shows an instant behind the window and is no place to go on from."""
        place = next((one for one in reversed(found.items) if not until or one.at("updatedAt") <= until), None)
        rows = self.load(website, [one for one in found.items if self.holds(one, website)])
        last = (int(place.id), place.at("updatedAt")) if place else None
        return Part(rows, last, found.more and bool(found.items))

    def _sorted(self, items: Sequence[Resource], since: str, row_id: int, until: str) -> None:
        """A cache that ignores the query, or a sorting that is none, would lose rows or never end."""
        place = (since, row_id if row_id < 0 else 1 << 62)
        for item in items:
            here = (item.at("updatedAt"), int(item.id))
            if here[0] > until:
                continue  # it moved while it was loaded
            if here <= place:
                code = PAGE_REPEATS if here[0] <= since else ANSWER_STRANGE
                raise FatalError(code, f"{self.resource}: {here[1]} changed at {here[0]}, not behind {place[0]}.")
            place = here
