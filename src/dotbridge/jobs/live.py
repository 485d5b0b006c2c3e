"""One turn of the live lane of a website: what was told is read, mapped and sent at once, people first.

An id leaves its queue only after that. Whatever dies before has it read once more, which does no harm.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from dotbridge.collector.live import LiveReading
from dotbridge.collector.scope import Scope
from dotbridge.importer.account import may_send
from dotbridge.importer.live import deliver, remove
from dotbridge.ledger import events, live
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount, Website
from dotbridge.observe.boundary import reach

#: Ids of one stream above which single calls would take longer than an import.
SPILL = 200
#: Ids read for single calls at once: few, so that each turn of the account's lane is short.
_PAGE = 50
#: Ids of one stream that are taken up together.
_STORM = 5000


def take_live_turn(scope: Scope, streams: Sequence[str], lease: Lease) -> Counter[str]:
    """Does what is due now; gives counts, ``sent`` those that Dotdigital took by single calls."""
    counts: Counter[str] = Counter()
    # What a worker before us staged and could not send any more.
    counts["sent"] += deliver(scope.account.pk, lease=lease)
    if scope.website.state != Website.State.LIVE:
        return +counts
    while not lease.over():
        account = DotdigitalAccount.objects.get(pk=scope.account.pk)
        due = {name: events.due(scope.website.pk, name, _STORM) for name in streams}
        if not any(due.values()):
            break
        singly = account.canary == DotdigitalAccount.Canary.PASSED and may_send(account)
        for stormy in (False, True):
            # What is calm goes before what is not: a storm of products must not hold an order up.
            chosen = {name: ids for name, ids in due.items() if ids and (len(ids) > SPILL) == stormy}
            counts += _turn(scope, chosen, lease, singly=singly and not stormy)
    return +counts


def next_due(scope: Scope, streams: Sequence[str]) -> float | None:
    """When the lane has something to do again (epoch seconds); ``None`` when nothing waits."""
    times = [live.next_due(scope.account.pk)]
    if scope.website.state == Website.State.LIVE:
        times.append(events.next_due(scope.website.pk, streams))
    known = [one for one in times if one is not None]
    return max(min(known), time.time()) if known else None


def _turn(scope: Scope, due: dict[str, list[events.Waiting]], lease: Lease, *, singly: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    size = _PAGE if singly else int(scope.settings["page_size"])
    for name, ids in due.items():
        for start in range(0, len(ids), size):
            part = ids[start : start + size]
            reading = LiveReading(scope, lease, singly=singly)
            reading.read(name, [one.source_id for one in part])
            reach("live-staged")
            reading.map_people()
            if singly:
                counts["sent"] += deliver(scope.account.pk, reading.wanted, lease)
                if reading.follow():
                    counts["sent"] += deliver(scope.account.pk, reading.wanted, lease)
                counts["removed"] += remove(scope.account.pk, scope.website.pk, reading.gone)
            reach("live-sent")
            events.done(part)
            counts += reading.counts
    return counts
