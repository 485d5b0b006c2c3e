"""How a resource is read to its end while the project goes on changing (commercetools §5).

``all`` goes upwards by id. ``changed`` reads a window of time whose end is frozen when it opens, upwards by id inside it:
equal instants do not matter there, and a record that changes meanwhile leaves the window for the next one. A window is
read along several tracks: the resource's own changes, then those of resources that change a record without moving its
``lastModifiedAt``, then the messages that tell of deletions. Where a track may not be read, the others go on.
"""

from __future__ import annotations

import abc
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from dotbridge.commerce import clock
from dotbridge.commerce.site import Website
from dotbridge.errors import RecordError
from dotbridge.sources.base import Cursor, Page, Record, Stream, chunks
from dotbridge.sources.codes import ROW_BROKEN
from dotbridge.sources.commercetools.client import Ask, Json, Listing, optional
from dotbridge.sources.commercetools.codes import CALL_REFUSED
from dotbridge.sources.commercetools.predicates import between, equals, is_id, one_of, up_to
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.project import Project

LONGEST_SECONDS = 86_400.0
"""After a long absence several windows of this length are read, so that each stays small."""
LATE_SECONDS = 600.0
"""A window that ended longer ago is followed by the next one at once. Reading takes time itself: less would have a slow
connection read the overlap again and again."""
LOOK_BACK_SECONDS = 3600.0
"""How far before a pass its first window begins: a pass does not tell what was deleted just before it."""
IDS_PER_QUERY = 100
_COUNTED = 10_000  # the platform counts no further (§4)
UNCOUNTED_PARTS = 32
"""Into how many parts a resource is cut that has more records than the platform counts."""

#: What moves records of other streams, by resource, as references name it.
KINDS = {
    "payments": "payment",
    "inventory": "inventory-entry",
    "standalone-prices": "standalone-price",
    "product-tailoring": "product-tailoring",
}

Moment = Callable[[str, str], str]
Found = tuple[Sequence[Json], Sequence[str]]


def modified(since: str, until: str) -> str:
    """What changed within a window."""
    return between("lastModifiedAt", since, until)


def created(since: str, until: str) -> str:
    """What was made within a window; messages never change."""
    return between("createdAt", since, until)


class Track(NamedTuple):
    """A list whose changes move records. ``follow`` turns a page of it into (records, ids of those that are gone).

    ``unsure``: a platform that does not take the predicate leaves the track out; a full pass finds the same later.
    """

    resource: str
    follow: Callable[[Sequence[Json]], Found]
    where: tuple[str, ...] = ()
    moment: Moment = modified
    expand: tuple[str, ...] = ()
    unsure: bool = False


class WindowStream(Stream[Record]):
    """A stream over one resource. ``most`` is the largest page: 500 of some of them exceed what is borne (§6)."""

    change: ClassVar[Literal["indexed", "compare"]] = "indexed"
    in_parts: ClassVar[bool] = True
    resource: ClassVar[str]
    most: ClassVar[int]
    #: References whose objects come with each record; one that may not be seen is left out by the platform.
    expand: tuple[str, ...] = ()

    def __init__(self, project: Project) -> None:
        self._project = project

    @abc.abstractmethod
    def scope(self, profile: Profile) -> tuple[str, ...]:
        """The predicates that select the profile's records."""

    @abc.abstractmethod
    def rows(self, profile: Profile, items: Sequence[Json]) -> Sequence[Any]:
        """The stream's rows for records of the resource: each with what else it needs."""

    @abc.abstractmethod
    def understand(self, row: Any) -> Record:
        """The record in our words; may fail with any error of a malformed row."""

    @abc.abstractmethod
    def item(self, row: Any) -> Json:
        """The resource's own part of a row."""

    def tracks(self, profile: Profile) -> tuple[Track, ...]:  # noqa: ARG002 - for streams that have more of them
        """What else moves the stream's records."""
        return ()

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Record]:
        started = time.time()
        profile, size = self._project.profile(website.source_id), max(1, min(limit, self.most))
        if cursor.phase == "all":
            return self._all(profile, cursor, size, started)
        return self._changed(profile, cursor, size, started)

    def fetch(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        """Ids of records or, from events, of what moves them: ``payment/<id>``."""
        profile = self._project.profile(website.source_id)
        own = [one for one in ids if "/" not in one]
        found = {str(item["id"]): item for item in (self.held(profile, own) if own else ())}
        for track in self.tracks(profile):
            kind = KINDS.get(track.resource, "")
            moved = [one.partition("/")[2] for one in ids if kind and one.startswith(f"{kind}/")]
            items = self._project.by_id(track.resource, moved).values() if moved else ()
            found.update({str(item["id"]): item for item in track.follow(list(items))[0]} if items else {})
        return self.rows(profile, list(found.values()))

    def ids(self, website: Website, after: str, limit: int) -> Sequence[str]:
        profile = self._project.profile(website.source_id)
        found: list[str] = []
        more = True
        while more and len(found) < limit:
            ask = Ask(self.scope(profile), min(self.most, limit - len(found)))
            listing = self._project.api.page(self.resource, ask, found[-1] if found else after)
            found += [item["id"] for item in listing.items]
            more = listing.more
        return found

    def ends(self, website: Website, after: str, size: int) -> Iterable[tuple[str, int]]:
        """Ids are random UUIDs, so equal steps through them make parts of about equal size; nothing is listed."""
        counted = self.count(website)
        parts = UNCOUNTED_PARTS if counted is None else max(1, -(-counted // max(1, size)))
        each = size if counted is None else -(-counted // parts)
        for number in range(1, parts):
            end = str(uuid.UUID(int=(number << 128) // parts))
            if end > after:
                yield end, each
        yield "", each

    def count(self, website: Website) -> int | None:
        total = self._project.api.total(self.resource, self.scope(self._project.profile(website.source_id)))
        return total if total < _COUNTED else None

    def identify(self, row: Any) -> tuple[str, str]:
        item = self.item(row)
        return str(item["id"]), clock.instant(item.get("lastModifiedAt"))

    def to_commerce(self, row: Any) -> Record:
        try:
            return self.understand(row)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, IndexError) as error:
            which = f"{self.name} {self.item(row)['id']}"
            raise RecordError(ROW_BROKEN, f"{which}: {type(error).__name__} {error}.") from error

    def held(self, profile: Profile, ids: Sequence[str]) -> list[Json]:
        """The profile's records of these ids, as they are now."""
        return self.matching(profile, "id", [one for one in ids if is_id(one)])

    def matching(self, profile: Profile, field: str, values: Sequence[str], form: str = "{}") -> list[Json]:
        """The profile's records whose field holds one of the values; ``form`` nests the predicate."""
        found: dict[str, Json] = {}
        for part in chunks(list(dict.fromkeys(values)), IDS_PER_QUERY):
            ask = Ask((*self.scope(profile), form.format(one_of(field, part))), self.most, self.expand)
            found.update({item["id"]: item for item in self._project.api.every(self.resource, ask)})
        return list(found.values())

    def messages(self, kind: str, types: Sequence[str], follow: Callable[[Sequence[Json]], Found]) -> Track:
        """The track of messages of these types about one kind of resource (§9.5)."""
        return Track("messages", follow, (f"resource({equals('typeId', kind)})", one_of("type", types)), created)

    def told(self, profile: Profile) -> Callable[[Sequence[Json]], Found]:
        """Follows messages about the stream's own records: those that are there are read again, the others are gone."""

        def follow(items: Sequence[Json]) -> Found:
            ids = list(dict.fromkeys([str(item["resource"]["id"]) for item in items]))
            held = self.held(profile, ids)
            return held, sorted(set(ids) - {str(one["id"]) for one in held})

        return follow

    def _all(self, profile: Profile, cursor: Cursor, size: int, started: float) -> Page[Record]:
        if not cursor.started:
            self._project.resource()  # tells the time
        begun = cursor.started or self._project.api.now()
        where = (*self.scope(profile), up_to(cursor.until)) if cursor.until else self.scope(profile)
        listing = self._project.api.page(self.resource, Ask(where, size, self.expand), cursor.after)
        rows = self.rows(profile, listing.items)
        if listing.more:
            following = Cursor("all", after=listing.items[-1]["id"], started=begun, until=cursor.until)
            return Page(rows, following, True, started)
        # What changed while all was read is waiting already.
        since = clock.before(begun, max(self._project.overlap, LOOK_BACK_SECONDS))
        return Page(rows, Cursor("changed", since=since), True, started)

    def _changed(self, profile: Profile, cursor: Cursor, size: int, started: float) -> Page[Record]:
        now = clock.before(self._project.api.now(), self._project.settle)
        longest = LONGEST_SECONDS + self._project.overlap
        until = cursor.started or (min(now, clock.before(cursor.since, -longest)) if cursor.since else now)
        number, _, after = cursor.since_id.partition(":")
        own = Track(self.resource, lambda items: (items, ()), self.scope(profile), expand=self.expand)
        tracks = (own, *self.tracks(profile))
        place = int(number or 0)
        while place < len(tracks):
            listing = self._along(tracks[place], cursor.since, until, after, size)
            items, gone = tracks[place].follow(listing.items) if listing.items else ((), ())
            place, after = (place, listing.items[-1]["id"]) if listing.more else (place + 1, "")
            if items or gone or listing.more:
                rows = self.rows(profile, items)
                if place < len(tracks):
                    following = Cursor("changed", since=cursor.since, since_id=f"{place}:{after}", started=until)
                    return Page(rows, following, True, started, gone)
                return Page(rows, self._closed(until), self._is_late(until), started, gone)
        return Page((), self._closed(until), self._is_late(until), started)

    def _is_late(self, until: str) -> bool:
        """Whether the window ended so long ago that the next one is read at once, and not at the next poll."""
        return until < clock.before(self._project.api.now(), LATE_SECONDS + self._project.overlap)

    def _closed(self, until: str) -> Cursor:
        return Cursor("changed", since=clock.before(until, self._project.overlap))

    def _along(self, track: Track, since: str, until: str, after: str, size: int) -> Listing:
        where = (*track.where, track.moment(since, until))
        ask = Ask(where, size, track.expand)
        if track.resource == self.resource and track.moment is modified:
            return self._project.api.page(track.resource, ask, after)
        tolerated = (CALL_REFUSED,) if track.unsure else ()
        return optional(lambda: self._project.api.page(track.resource, ask, after), *tolerated) or Listing([], False)
