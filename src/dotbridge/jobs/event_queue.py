"""One turn at a connection's event queue: messages are kept like posts to the event door, and only then deleted.

A worker killed in between finds them in the queue again, and the event's own name says that it is known already.
"""

from __future__ import annotations

from collections import Counter

from dotbridge.collector.scope import Scope
from dotbridge.errors import RecordError
from dotbridge.jobs.claim import stays
from dotbridge.jobs.kept_open import KeptOpen
from dotbridge.jobs.told import take_in
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.shops import live_websites
from dotbridge.observe.boundary import reach
from dotbridge.observe.logging import get_logger
from dotbridge.sources.event_queue import EventQueue, Pulled

_log = get_logger(__name__)


def pull_events(scope: Scope, lease: Lease) -> tuple[Counter[str], bool]:
    """Pulls until the queue is empty; (counts, whether this website pulls for its connection at all).

    Of several live websites the first pulls for all of them.
    """
    if live_websites(scope.connection)[:1] != [scope.website.pk]:
        return Counter(), False
    with _OPEN.lent(scope) as queue:
        return (_pull(scope, lease, queue), True) if queue is not None else (Counter(), False)


def _open(scope: Scope) -> EventQueue | None:
    return scope.source.event_queue()


_OPEN = KeptOpen(_open)


def _pull(scope: Scope, lease: Lease, queue: EventQueue) -> Counter[str]:
    counts: Counter[str] = Counter()
    while True:
        found = queue.pull()
        reach("queue-pulled")
        done = [one for one in found if _take_in(scope, queue, one, counts)]
        reach("queue-kept")
        queue.delete(done)
        if lease.over() or not (done or stays(lease, float(scope.settings["jobs.event_queue.every"]))):
            return +counts


def _take_in(scope: Scope, queue: EventQueue, message: Pulled, counts: Counter[str]) -> bool:
    """Whether the message is kept. One that cannot be understood stays in the queue: it may not be ours to delete, and
    the queue's own rule for what nobody takes puts it aside."""
    try:
        kept = take_in(scope.connection, queue.decode(message), message.body)
    except RecordError as error:
        _log.warning("event.refused", connection=scope.connection.key, code=error.code.id)
        counts["refused"] += 1
        return False
    counts["told"] += kept.new
    counts["known"] += kept.known
    return True
