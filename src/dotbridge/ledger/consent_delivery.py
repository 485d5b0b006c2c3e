"""Events that the other side must still hear of, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import orjson

from dotbridge.ledger import clock, hot


class Waiting(NamedTuple):
    """One event to deliver: ``after`` by our clock until when it was otherwise, ``first`` if it was only found.

    ``concluded``: no side told it, it follows from what was known of the person elsewhere, and is nobody's echo.
    ``again``: the same word once more, of a later instant than the one before; so is that no echo either. ``note``: what
    the delivery is marked with.
    """

    id: int
    contact_id: int
    website_id: int
    word: str
    at: str
    seen_at: float
    after: float
    level: str
    first: bool
    concluded: bool
    again: bool
    note: str


#: Sources of events that we conclude.
_CONCLUDED = ("moved", "made_anew")


def waiting(account_id: int, side: Literal["shop", "dotdigital"], limit: int, after_id: int = 0) -> list[Waiting]:
    """The next events that a side has not heard of and that are due, oldest first."""
    found = hot.rows(
        "SELECT e.id, e.contact_id, e.website_id, e.word, e.at, e.seen_at, e.evidence, e.source, d.outcome"
        " FROM consent_delivery d"
        " JOIN consent_event e ON e.id = d.event_id WHERE d.account_id = %s AND d.side = %s AND d.done_at IS NULL"
        " AND d.due_at <= %s AND d.event_id > %s ORDER BY d.event_id LIMIT %s",
        (account_id, side, clock.now(), after_id, limit),
    )
    events = []
    for row in found:
        known = orjson.loads(row[6])
        after, level = float(known.get("after") or 0), str(known.get("level") or "")
        first = bool(known.get("first"))
        concluded, again = row[7] in _CONCLUDED, known.get("was") == row[3]
        events.append(Waiting(*row[:6], after, level, first, concluded, again, row[8]))
    return events


def any_waiting(account_id: int, side: Literal["shop", "dotdigital"]) -> bool:
    """Whether a side has something to hear of now."""
    query = "SELECT 1 FROM consent_delivery WHERE account_id = %s AND side = %s AND done_at IS NULL AND due_at <= %s LIMIT 1"
    return bool(hot.rows(query, (account_id, side, clock.now())))


def settle(event_ids: Sequence[int], outcome: str) -> None:
    """These were dealt with. Another worker may have done the same: the first outcome stands."""
    now = clock.now()
    hot.many(
        "UPDATE consent_delivery SET done_at = %s, outcome = %s WHERE event_id = %s AND done_at IS NULL",
        [(now, outcome, one) for one in event_ids],
    )


def hold(event_ids: Sequence[int], why: str, seconds: float) -> None:
    """These could not be delivered: they wait on, marked with a code that a person sees, and are tried again later."""
    due = clock.now() + seconds
    hot.many(
        "UPDATE consent_delivery SET outcome = %s, due_at = %s WHERE event_id = %s AND done_at IS NULL",
        [(why, due, one) for one in event_ids],
    )


def postpone(event_ids: Sequence[int], seconds: float) -> None:
    """These are looked at again later, marked as they are."""
    due = clock.now() + seconds
    hot.many(
        "UPDATE consent_delivery SET due_at = %s WHERE event_id = %s AND done_at IS NULL",
        [(due, one) for one in event_ids],
    )


def wake_waiting(account_id: int, batch: int) -> None:
    """Whoever of the batch waits to be told to Dotdigital is looked at now: it has ended, and made them or not."""
    hot.execute(
        "UPDATE consent_delivery SET due_at = 0 WHERE account_id = %s AND side = 'dotdigital' AND done_at IS NULL"
        " AND due_at > 0 AND contact_id IN (SELECT id FROM email_contact WHERE batch = %s)",
        (account_id, batch),
    )


class Held(NamedTuple):
    """How many deliveries of a connection a person must help with, by the code that says how."""

    connection: str
    code: str
    number: int
    oldest: float


def held_up() -> list[Held]:
    """Everything that waits for a person, oldest first."""
    found = hot.rows(
        "SELECT c.key, d.outcome, COUNT(*), MIN(e.seen_at) FROM consent_delivery d"
        " JOIN consent_event e ON e.id = d.event_id JOIN website w ON w.id = d.website_id"
        " JOIN connection c ON c.id = w.connection_id WHERE d.done_at IS NULL AND d.outcome LIKE 'CON-%%'"
        " GROUP BY c.key, d.outcome ORDER BY 4"
    )
    return [Held(*row) for row in found]
