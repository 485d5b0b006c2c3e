"""Ids that a shop told of: read again, with everybody they concern, and staged in the live lane.

The lane is bulk where single calls would be wrong: a storm of ids, or an account whose canary is not back. The reading
is the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from dotbridge.collector.contacts import ContactDesk
from dotbridge.collector.departures import PEOPLE
from dotbridge.collector.scope import Scope
from dotbridge.collector.streams import take_page
from dotbridge.errors import RecordError
from dotbridge.ledger import clock, hot, people
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.live import Wanted
from dotbridge.ledger.removals import mark_departed
from dotbridge.ledger.transaction import writing
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.observe.boundary import reach
from dotbridge.sources.base import Stream

_MOST = 500


class LiveReading:
    """One reading: what is wanted of each document, whom it concerns, what has left the shop (by table)."""

    def __init__(self, scope: Scope, lease: Lease | None, *, singly: bool) -> None:
        self.scope, self.lease = scope, lease
        self.wanted: Wanted | None = {} if singly else None
        self.people: set[int] = set()
        self.gone: dict[str, list[str]] = defaultdict(list)
        self.counts: Counter[str] = Counter()

    def read(self, name: str, ids: Sequence[str]) -> None:
        """Reads these ids of a stream and stages what they are now; those that are gone are marked so."""
        stream = self.scope.streams.get(name)
        if stream is None or not ids:
            return
        started = clock.now()
        rows = stream.fetch(self.scope.site, ids)
        reach("live-read")
        gone = sorted(set(ids) - {stream.identify(row)[0] for row in rows})
        if name not in PEOPLE:
            self.read("customers", self._strangers(stream, rows))
        self.people |= self._concerned(name, ids)
        self.counts += take_page(self.scope, name, stream, rows, started, self.lease, wanted=self.wanted)
        if gone:
            self._leave(name, gone)
        self.people |= self._concerned(name, ids)

    def map_people(self) -> None:
        """Maps the contacts that are due for it, with all their sources and their sales."""
        desk = ContactDesk(self.scope, self.wanted)
        try:
            chosen = sorted(self.people)
            for start in range(0, len(chosen), _MOST):
                self.counts += desk.map_page(self.lease, chosen[start : start + _MOST])
        finally:
            desk.close()

    def _leave(self, name: str, gone: Sequence[str]) -> None:
        kind = PEOPLE.get(name)
        table = "" if kind else _table(name)
        with writing():
            if self.lease is not None:
                self.lease.assert_held()
            if kind:
                people.remove_sources(self.scope.website.pk, kind, gone)
            else:
                mark_departed(table, self.scope.website.pk, gone)
        if table:
            self.gone[table] += gone
        self.counts["departed"] += len(gone)

    def _strangers(self, stream: Stream[Any], rows: Sequence[Any]) -> list[str]:
        """Customers of these rows whom the ledger has not seen yet: they registered a moment before they bought."""
        wanted: set[str] = set()
        for row in rows:
            try:
                wanted.add(getattr(stream.to_commerce(row), "customer_id", ""))
            except RecordError:
                continue
        wanted.discard("")
        return sorted(wanted - people.by_customer(self.scope.website.pk, sorted(wanted)).keys())

    def _concerned(self, name: str, ids: Sequence[str]) -> set[int]:
        """The contacts whom these records concern as the ledger knows it now."""
        website, found = self.scope.website.pk, set[int]()
        if kind := PEOPLE.get(name):
            queries = [("contact_source", " AND kind = %s", [kind])]
        else:
            queries = [(_table(name), "", [])]
        if name == "orders":
            queries.append(("order_fact", "", []))
        for table, which, values in queries:
            for start in range(0, len(ids), _MOST):
                part = ids[start : start + _MOST]
                rows = hot.rows(
                    f"SELECT contact_id FROM {table} WHERE website_id = %s{which}"
                    f" AND source_id IN ({hot.marks(part)}) AND contact_id IS NOT NULL",
                    [website, *values, *part],
                )
                found.update(row[0] for row in rows)
        return found


def _table(name: str) -> str:
    return next(collection.table for collection in COLLECTIONS.values() if collection.stream == name)
