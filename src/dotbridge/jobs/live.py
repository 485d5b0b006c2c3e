"""One turn of the live lane of a website: what was told is read, mapped and sent at once, people first.

An id leaves its queue only after that. Whatever dies before has it read once more, which does no harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from dotbridge.collector.live import LiveReading
from dotbridge.collector.scope import Scope
from dotbridge.importer.account import may_send
from dotbridge.importer.live import Delivery
from dotbridge.jobs.kinds import URGENT
from dotbridge.jobs.schedule import wake_told
from dotbridge.ledger import clock, events, live
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount, Job, Website
from dotbridge.observe.boundary import reach

#: Ids of one stream above which single calls would take longer than an import.
SPILL = 200
#: Ids read for single calls at once: few, so that each turn of the account's lane is short.
_PAGE = 50
#: Seconds that a turn waits for the next id, with everything open, where no other website wants the worker.
_LINGER = 1.5


def take_live_turn(scope: Scope, streams: Sequence[str], lease: Lease) -> Counter[str]:
    """Does what is due now; gives counts, ``sent`` those that Dotdigital took by single calls."""
    counts: Counter[str] = Counter()
    page = max(int(scope.settings["page_size"]), SPILL + 1)
    with closing(Delivery(scope.account.pk, wake_told)) as delivery:
        # What a worker before us staged and could not send any more.
        counts["sent"] += delivery.send(lease=lease)
        while scope.website.state == Website.State.LIVE and not lease.over():
            due = {name: events.due(scope.website.pk, name, page) for name in streams}
            if not any(due.values()):
                if not _linger(scope, streams, lease):
                    break
                continue
            account = DotdigitalAccount.objects.get(pk=scope.account.pk)
            singly = account.canary == DotdigitalAccount.Canary.PASSED and may_send(account)
            for stormy in (False, True):
                # What is calm goes before each page of what is not: a storm of one kind must not hold the others up.
                chosen = {name: ids for name, ids in due.items() if ids and (len(ids) > SPILL) == stormy}
                counts += _turn(scope, chosen, lease, delivery if singly and not stormy else None)
    return +counts


def next_due(scope: Scope, streams: Sequence[str]) -> float | None:
    """When the lane has something to do again (epoch seconds); ``None`` when nothing waits."""
    times = [live.next_due(scope.account.pk)]
    if scope.website.state == Website.State.LIVE:
        times.append(events.next_due(scope.website.pk, streams))
    known = [one for one in times if one is not None]
    return max(min(known), clock.now()) if known else None


def _linger(scope: Scope, streams: Sequence[str], lease: Lease) -> bool:
    """Waits for an id that is due in a moment; False when there is none, or another website wants the worker."""
    first = events.next_due(scope.website.pk, streams)
    if first is None or first - clock.now() > _LINGER:
        return False
    others = Job.objects.filter(kind__in=URGENT, state=Job.State.IDLE, due_at__lte=first)
    if others.exclude(pk=lease.job_id).exists():
        return False
    lease.stop.wait(max(0.0, first - clock.now()))
    return True


def _turn(scope: Scope, due: dict[str, list[events.Waiting]], lease: Lease, delivery: Delivery | None) -> Counter[str]:
    counts: Counter[str] = Counter()
    size = int(scope.settings["page_size"]) if delivery is None else _PAGE
    for name, ids in due.items():
        for start in range(0, len(ids), size):
            part = ids[start : start + size]
            reading = LiveReading(scope, lease, singly=delivery is not None)
            reading.read(name, [one.source_id for one in part])
            reach("live-staged")
            reading.map_people()
            if delivery is not None:
                counts["sent"] += delivery.send(reading.wanted, lease)
                counts["removed"] += delivery.remove(scope.website.pk, reading.gone)
            reach("live-sent")
            events.done(part)
            counts += reading.counts
    return counts
