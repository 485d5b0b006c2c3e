"""One turn of a connection's change feed: rows of the shop's log become ids that wait for the live lane.

Ids and the place in the log are one transaction, so that a worker killed at any moment goes on exactly there. Polling
stays on as the safety net; when the log was purged before it was read, polls are due at once.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from dotbridge.collector.scope import Scope
from dotbridge.jobs.claim import somebody_waits
from dotbridge.jobs.kinds import KINDS
from dotbridge.jobs.schedule import wake, wake_told
from dotbridge.ledger import clock, events, hot
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Checkpoint, Website
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
    live = Website.objects.filter(connection=scope.connection, state=Website.State.LIVE).order_by("pk")
    websites = list(live.values_list("pk", flat=True))
    if websites[:1] != [scope.website.pk]:
        return Counter(), False
    with _OPEN.lent(scope) as feed:
        return (_follow(scope, lease, websites, feed), True) if feed is not None else (Counter(), False)


class _Feeds:
    """Feeds of connections, open from turn to turn: opening one costs more than a look at a log that did not move.

    Another worker of this process may have the next turn; a feed is lent to one at a time, and none is kept of a
    connection whose settings have changed, or whose last turn failed.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[object, ChangeFeed]] = {}
        self._guard = threading.Lock()

    @contextmanager
    def lent(self, scope: Scope) -> Iterator[ChangeFeed | None]:
        """The feed of the website's connection, ``None`` where it has none or wants none."""
        row = scope.connection
        settings = (row.platform, orjson.dumps(row.settings, option=orjson.OPT_SORT_KEYS), row.secrets)
        with self._guard:
            known, feed = self._kept.pop(row.pk, (None, None))
        if feed is not None and known != settings:
            feed.close()
            feed = None
        feed = feed or scope.source.change_feed()
        try:
            yield feed
        except BaseException:
            if feed is not None:
                feed.close()
            raise
        if feed is None:
            return
        with self._guard:
            # A worker whose lease ran out may still hold another one; it is not needed any more.
            _, other = self._kept.get(row.pk, (None, None))
            self._kept[row.pk] = (settings, feed)
        if other is not None:
            other.close()


_OPEN = _Feeds()


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
        if lease.over() or not (changes.more or _stays(scope, lease)):
            return +counts


def _stays(scope: Scope, lease: Lease) -> bool:
    """Waits for the next look, with everything open: a turn for each look would cost ten times as much. False when the
    worker is wanted elsewhere, or was only asked for this once."""
    if not lease.patient or somebody_waits(lease):
        return False
    lease.stop.wait(float(scope.settings["jobs.change_feed.every"]))
    return not lease.over()


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
