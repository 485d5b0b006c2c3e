"""Deletions leave no trace in a shop: all its ids are compared with ours, collection by collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from dotbridge.collector.scope import Scope
from dotbridge.ledger import compare, people
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.removals import mark_departed
from dotbridge.ledger.transaction import writing
from dotbridge.mapping.registry import COLLECTIONS

PEOPLE = {"customers": "customer", "subscribers": "subscriber"}


def find_departures(scope: Scope, lease: Lease | None = None) -> Counter[str]:
    """Marks every record and every person that left the shop; gives counts by stream."""
    counts: Counter[str] = Counter()
    for name in scope.streams:
        with compare.shop_ids(id_pages(scope, name)):
            if kind := PEOPLE.get(name):
                gone = compare.departed_sources(scope.website.pk, kind)
            else:
                gone = compare.departed_records(_table(name), scope.website.pk)
        if gone:
            counts[name] = take_out(scope, name, gone, lease)
    guests = compare.departed_guests(scope.website.pk)
    if guests:
        counts["guests"] = len(guests)
        with writing():
            if lease is not None:
                lease.assert_held()
            people.remove_sources(scope.website.pk, "guest", guests)
    return counts


def take_out(scope: Scope, name: str, ids: Sequence[str], lease: Lease | None = None) -> int:
    """Marks records or people of a stream that the shop holds no more; gives how many were named."""
    with writing():
        if lease is not None:
            lease.assert_held()
        if kind := PEOPLE.get(name):
            people.remove_sources(scope.website.pk, kind, ids)
        else:
            mark_departed(_table(name), scope.website.pk, ids)
    return len(ids)


def _table(name: str) -> str:
    return next(c.table for c in COLLECTIONS.values() if c.stream == name)


def id_pages(scope: Scope, name: str) -> Callable[[str], Sequence[str]]:
    """The ids of a stream within the website, page by page."""
    stream = scope.streams[name]
    return lambda after: stream.ids(scope.site, after, compare.PAGE)
