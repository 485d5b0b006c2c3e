"""Records that wait for a read: their contact was accepted, a newer version was passed by, someone asked for a retry.

They are read again by id and take the same road as any page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dotbridge.collector.scope import Scope
from dotbridge.collector.streams import take_page
from dotbridge.ledger import clock, hot
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.removals import mark_departed
from dotbridge.ledger.states import WaitsFor
from dotbridge.ledger.transaction import writing
from dotbridge.mapping.base import Collection
from dotbridge.mapping.registry import COLLECTIONS


def read_waiting(scope: Scope, keys: Sequence[str], lease: Lease | None = None) -> Counter[str]:
    """Reads once every record of these collections whose wait is over; each id at most once in a call."""
    counts: Counter[str] = Counter()
    for key in keys:
        collection = COLLECTIONS[key]
        after = 0
        while lease is None or not lease.over():
            found = _ready(scope, collection, after, scope.settings["page_size"])
            if not found:
                break
            after = found[-1][0]
            counts += read_ids(scope, collection, [source_id for _, source_id in found], lease)
    return counts


def read_ids(
    scope: Scope, collection: Collection[object], ids: Sequence[str], lease: Lease | None = None
) -> Counter[str]:
    """Reads these ids and stages what they are now; those that are gone are marked for removal."""
    stream = scope.streams.get(collection.stream)
    if stream is None:
        return Counter()
    wanted = list(dict.fromkeys(ids))
    started = clock.now()
    rows = stream.fetch(scope.site, wanted)
    counts = take_page(scope, stream.name, stream, rows, started, lease)
    gone = sorted(set(wanted) - {stream.identify(row)[0] for row in rows})
    if gone:
        with writing():
            if lease is not None:
                lease.assert_held()
            mark_departed(collection.table, scope.website.pk, gone)
        counts["departed"] += len(gone)
    return counts


def _ready(scope: Scope, collection: Collection[object], after: int, limit: int) -> list[tuple[int, str]]:
    """(row id, source id) of records whose wait is over: their contact has come to a state, or nothing holds them."""
    found = hot.rows(
        f"SELECT r.id, r.source_id FROM {collection.table} r LEFT JOIN email_contact c ON c.id = r.contact_id"
        f" WHERE r.website_id = %s AND r.id > %s AND r.state = 'pending' AND r.waits_for IN (%s, %s, %s)"
        " AND (r.waits_for <> %s OR c.contact_id IS NOT NULL"
        " OR c.state IN ('rejected', 'excluded', 'suppressed', 'removed', 'erased')) ORDER BY r.id LIMIT %s",
        (scope.website.pk, after, WaitsFor.READ, WaitsFor.CUSTOMER, WaitsFor.CONTACT, WaitsFor.CONTACT, limit),
    )
    return [(row[0], row[1]) for row in found]
