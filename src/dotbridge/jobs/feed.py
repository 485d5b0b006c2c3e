"""One turn of a connection's change feed: rows of the shop's log become ids that wait for the live lane.

Ids and the place in the log are one transaction, so that a worker killed at any moment goes on exactly there. Polling
stays on as the safety net; when the log was purged before it was read, polls are due at once.
"""

from __future__ import annotations

from collections import Counter

from dotbridge.collector.scope import Scope
from dotbridge.jobs.claim import stays
from dotbridge.jobs.kept_open import KeptOpen
from dotbridge.jobs.kinds import KINDS
from dotbridge.jobs.schedule import wake, wake_told
from dotbridge.ledger import clock, events, hot
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Checkpoint
from dotbridge.ledger.shops import live_websites
from dotbridge.ledger.transaction import writing
from dotbridge.observe.boundary import reach
from dotbridge.observe.logging import get_logger
from dotbridge.sources.base import ChangeFeed

_log = get_logger(__name__)

STREAM = "change_feed"
#: Rows of one transaction of ours.
_MOST = 2000


def follow(scope: Scope, lease: Lease) -> tuple[Counter[str], bool]:
    """Reads on until the log has no more; (counts, whether this website reads the feed of its connection at all).

    Of several live websites the first reads the feed for all of them.
    """
    websites = live_websites(scope.connection)
    if websites[:1] != [scope.website.pk]:
        return Counter(), False
    with _OPEN.lent(scope) as feed:
        return (_follow(scope, lease, websites, feed), True) if feed is not None else (Counter(), False)


def _open(scope: Scope) -> ChangeFeed | None:
    return scope.source.change_feed()


_OPEN = KeptOpen(_open)


def _follow(scope: Scope, lease: Lease, websites: list[int], feed: ChangeFeed) -> Counter[str]:
    counts: Counter[str] = Counter()
    held = Checkpoint.objects.filter(website=scope.website, stream=STREAM).first()
    position = held.cursor if held else ""
    while True:
        if not position:
            position = feed.start()
            _keep(scope, lease, websites, {}, position)
            return counts
        changes = feed.read(position, _MOST)
        reach("feed-read")
        if changes.gap:
            _log.warning("change_feed.gap", connection=scope.connection.key)
            counts["gap"] += 1
        if changes.position != position:
            _keep(scope, lease, websites, changes.ids, changes.position)
        reach("feed-kept")
        if changes.gap:
            _poll(websites)
        counts["told"] += sum(len(ids) for ids in changes.ids.values())
        position = changes.position
        if lease.over() or not (changes.more or stays(lease, float(scope.settings["jobs.change_feed.every"]))):
            return +counts


def _keep(scope: Scope, lease: Lease, websites: list[int], ids: dict[str, set[str]], position: str) -> None:
    now = clock.now()
    with writing():
        lease.assert_held()
        for stream, told in ids.items():
            for website in websites:
                events.wait(website, stream, [(one, now + events.COALESCE) for one in sorted(told)], now)
        hot.save_checkpoint(scope.website.pk, STREAM, position, sum(len(told) for told in ids.values()))
    for website in websites if ids else ():
        wake_told(website)


def _poll(websites: list[int]) -> None:
    """What was purged is found by the polls, now."""
    for website in websites:
        for kind in KINDS.values():
            if kind.streams:
                wake(kind.name, f"website:{website}")
