"""A long stream of a website's history, read by several workers: cut into ranges of ids that may come in any order.

The history's own job reads the first page, which sets the instant from which changes are read afterwards, and cuts what
follows; then it and its helpers take one range after the other. People are read by one worker alone: whether everybody's
newsletter word was told is known of a pass as a whole.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from django.db import connection

from dotbridge.collector.departures import PEOPLE
from dotbridge.collector.order_facts import STREAM as FACTS
from dotbridge.collector.order_facts import read_order_facts, take_order_facts
from dotbridge.collector.scope import Scope
from dotbridge.collector.stage import Passed
from dotbridge.collector.streams import Progress, load_cursor, read_stream, take_page
from dotbridge.ledger import clock, hot, ranges
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Job
from dotbridge.ledger.transaction import writing
from dotbridge.sources.base import Cursor, Stream

_json = msgspec.json.Decoder(Cursor)


def mark_of(phase: str) -> str:
    """The name under which a phase of the history keeps how far it is."""
    return FACTS if phase == "facts" else phase


def read_side_by_side(scope: Scope, phase: str, lease: Lease) -> Progress:
    """Goes on with a phase that reads a stream, alone or with helpers, for one turn."""
    mark = mark_of(phase)
    if ranges.standing(scope.website.pk, mark) is None:
        return _begin(scope, phase, lease)
    counts = help_read(scope, phase, lease)
    left = ranges.standing(scope.website.pk, mark)
    if left is not None and left.open == 0:
        _join(scope, mark, left, lease)
        return Progress(counts, more=False)
    return Progress(counts, more=True)


def help_read(scope: Scope, phase: str, lease: Lease) -> Counter[str]:
    """Takes ranges of the phase, one after the other, until the turn is over or none is left."""
    counts: Counter[str] = Counter()
    stream = _stream(scope, phase)
    mark = mark_of(phase)
    if stream is None:
        return counts
    try:
        while not _is_paused(scope) and (part := ranges.take(scope.website.pk, mark, lease.job_id)) is not None:
            cursor = _json.decode(part.cursor)
            while cursor.phase == "all":
                done, cursor = _page(scope, phase, stream, cursor, part.id, lease)
                counts += done
                if lease.over() or _is_paused(scope):
                    return counts
    finally:
        ranges.leave(lease.job_id, lease.token)
    return counts


def _begin(scope: Scope, phase: str, lease: Lease) -> Progress:
    """The first page, and what follows cut into ranges; a short stream, or one that has no parts, is read alone."""
    cursor, _ = load_cursor(scope, mark_of(phase))
    if not _worth(scope, phase) or cursor.phase != "all":
        return _alone(scope, phase, lease)
    counts: Counter[str] = Counter()
    if not cursor.after:
        # Over as soon as it looks, so that it reads one page.
        progress = _alone(scope, phase, Lease(lease.job_id, lease.token, lease.started, lease.stop, turn=-1.0))
        if not progress.more:
            return progress
        counts += progress.counts
        cursor, _ = load_cursor(scope, mark_of(phase))
        if cursor.phase != "all":
            # One page was all there is, and what changed meanwhile is there already.
            return Progress(counts, more=True)
    if _cut(scope, phase, cursor, lease):
        return Progress(counts, more=True)
    progress = _alone(scope, phase, lease)
    return Progress(counts + progress.counts, progress.more)


def _page(
    scope: Scope, phase: str, stream: Stream[Any], cursor: Cursor, part: int, lease: Lease
) -> tuple[Counter[str], Cursor]:
    page = stream.read(scope.site, cursor, scope.settings["page_size"])
    ended = page.next_cursor.phase != "all"
    text = msgspec.json.encode(page.next_cursor).decode()
    passed = Passed(mark_of(phase), text, len(page.rows), clock.now() if ended else None, part=part)
    if phase == "facts":
        return take_order_facts(scope, stream, page.rows, lease, passed), page.next_cursor
    started = page.read_started + clock.ahead()
    return take_page(scope, phase, stream, page.rows, started, lease, passed, compares=True), page.next_cursor


def _alone(scope: Scope, phase: str, lease: Lease) -> Progress:
    return read_order_facts(scope, lease) if phase == "facts" else read_stream(scope, phase, lease)


def _stream(scope: Scope, phase: str) -> Stream[Any] | None:
    return scope.streams.get("orders" if phase == "facts" else phase)


def _worth(scope: Scope, phase: str) -> bool:
    """On SQLite there is one writer, so helpers would wait for each other."""
    stream = _stream(scope, phase)
    several = connection.vendor == "postgresql" and int(scope.settings["history.workers"]) > 1
    return several and phase not in PEOPLE and stream is not None and stream.in_parts


def _cut(scope: Scope, phase: str, cursor: Cursor, lease: Lease) -> bool:
    """Cuts what lies behind the cursor into ranges; False when that is one range alone, which needs no helpers."""
    stream, size = _stream(scope, phase), max(1, int(scope.settings["history.range"]))
    parts: list[tuple[str, int]] = []
    after = cursor.after
    # What is put into the shop meanwhile belongs to the last range, which has no end.
    for until, records in stream.ends(scope.site, after, size) if stream is not None else ():
        begin = msgspec.structs.replace(cursor, after=after, until=until)
        parts.append((msgspec.json.encode(begin).decode(), records))
        after = until
    if len(parts) < 2:
        return False
    with writing():
        lease.assert_held()
        ranges.plan(scope.website.pk, mark_of(phase), parts)
    return True


def _join(scope: Scope, mark: str, left: ranges.Standing, lease: Lease) -> None:
    """All ranges are read: the stream's own checkpoint stands behind them, as if one worker had read it alone."""
    cursor = ranges.last_cursor(scope.website.pk, mark)
    with writing():
        lease.assert_held()
        hot.save_checkpoint(scope.website.pk, mark, cursor, left.read, clock.now())
        ranges.forget(scope.website.pk, mark)


def _is_paused(scope: Scope) -> bool:
    """A person who pauses the history pauses its helpers with it."""
    return Job.objects.filter(kind="history", website=scope.website, paused=1).exists()
