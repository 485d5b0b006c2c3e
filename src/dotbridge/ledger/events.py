"""What shops have told: kept once, and turned into ids that wait to be read again.

Ids of one website and stream coalesce: whatever is told of one until it is due is one reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson

from dotbridge.ledger import clock, erasures, hot
from dotbridge.ledger.models import Website
from dotbridge.ledger.transaction import writing
from dotbridge.sources.base import Happened

#: Seconds for which what is told of one record is gathered.
COALESCE = 1.0


class Kept(NamedTuple):
    """How many events were new, how many were known already, and the websites with something to read."""

    new: int
    known: int
    websites: list[int]


def keep(connection_id: int, happened: Sequence[Happened], body: bytes, *, coalesce: float = COALESCE) -> Kept:
    """Stores events with their ids, all or nothing; one that the connection has told before has no effect.

    Websites that are not live get nothing: their history, or the next poll, brings what changed.
    """
    now, new = clock.now(), 0
    live = Website.objects.filter(connection_id=connection_id, state=Website.State.LIVE)
    websites = list(live.values_list("pk", flat=True))
    told = hashlib.sha256(body).hexdigest()
    erases = any(one.erased for one in happened) and erasures.wanted()
    with writing():
        for number, one in enumerate(happened):
            event = one.event_id or f"{told}:{number}"
            fresh = hot.execute(
                "INSERT INTO event (connection_id, event_id, stream, ids, deleted, at, received_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (connection_id, event_id, stream) DO NOTHING",
                (
                    connection_id,
                    event if len(event) <= 128 else hashlib.sha256(event.encode()).hexdigest(),
                    one.stream,
                    orjson.dumps(one.ids).decode(),
                    int(one.deleted),
                    one.at[:32],
                    now,
                ),
            )
            new += fresh
            for website in websites if fresh else ():
                if one.erased and erases:
                    erasures.ask(website, one.ids)
                wait(website, one.stream, [(source_id, now + coalesce) for source_id in one.ids], now)
    return Kept(new, len(happened) - new, websites if new else [])


_INTO = "waiting_id (website_id, stream, source_id, due_at, received_at, version)", "(%s, %s, %s, %s, %s, 1)"
_AGAIN = (
    "ON CONFLICT (website_id, stream, source_id) DO UPDATE SET version = waiting_id.version + 1, due_at = CASE WHEN"
    " excluded.due_at < waiting_id.due_at{or_due} THEN excluded.due_at ELSE waiting_id.due_at END"
)


def wait(website_id: int, stream: str, ids: Iterable[tuple[str, float]], now: float) -> None:
    """Lets these (source id, due at) wait, in the caller's transaction; one that waits already is due at the earlier."""
    rows = [(website_id, stream, source_id, due_at, now) for source_id, due_at in dict(ids).items()]
    hot.insert(*_INTO, _AGAIN.format(or_due=""), rows)


def postpone(website_id: int, stream: str, ids: Iterable[tuple[str, float]], now: float) -> None:
    """The same for ids that have just been read, too early: one that was due waits for its new time."""
    rows = [(website_id, stream, source_id, due_at, now) for source_id, due_at in dict(ids).items()]
    hot.insert(*_INTO, _AGAIN.format(or_due=" OR waiting_id.due_at <= excluded.received_at"), rows)


class Waiting(NamedTuple):
    """One id that is due; ``version`` tells whether more was told of it meanwhile."""

    id: int
    source_id: str
    version: int


def due(website_id: int, stream: str, limit: int) -> list[Waiting]:
    """The ids of a stream that are due, the longest waiting first."""
    found = hot.rows(
        "SELECT id, source_id, version FROM waiting_id WHERE website_id = %s AND due_at <= %s AND stream = %s"
        " ORDER BY due_at, id LIMIT %s",
        (website_id, clock.now(), stream, limit),
    )
    return [Waiting(*row) for row in found]


def done(ids: Sequence[Waiting]) -> None:
    """These were read. One of which more was told meanwhile stays: its reading may have come too early."""
    hot.many("DELETE FROM waiting_id WHERE id = %s AND version = %s", [(one.id, one.version) for one in ids])


def next_due(website_id: int, streams: Sequence[str]) -> float | None:
    """When the next id of these streams is due; ``None`` when none waits."""
    found = hot.rows(
        f"SELECT MIN(due_at) FROM waiting_id WHERE website_id = %s AND stream IN ({hot.marks(streams)})",
        [website_id, *streams],
    )
    return None if found[0][0] is None else float(found[0][0])
