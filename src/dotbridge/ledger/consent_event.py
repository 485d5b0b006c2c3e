"""Every change of a consent, seen or made, as an event; and the deliveries of those that the other side must hear of.

Events are append-only. The caller holds the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import orjson

from dotbridge.ledger import clock, hot


class Event(NamedTuple):
    """One change to keep. ``evidence`` is JSON; ``deliver`` names the side that must hear of it, ``note`` what it is
    marked with meanwhile."""

    contact_id: int
    website_id: int | None
    direction: Literal["shop", "dotdigital", "to_shop", "to_dotdigital"]
    word: str
    at: str
    seen_at: float
    source: str
    evidence: str = "{}"
    deliver: Literal["", "shop", "dotdigital"] = ""
    note: str = ""


def evidence(was: str, after: float, *, first: bool = False, **more: str) -> str:
    """The evidence of an event as JSON: what it was before, until when by our clock, and whether this was a first look."""
    return orjson.dumps({"was": was, "after": after, **({"first": True} if first else {}), **more}).decode()


def keep(account_id: int, events: Iterable[Event]) -> None:
    """Keeps events with their deliveries, and makes the account's ``consent_sync`` due if there are any."""
    waiting: list[tuple[Any, ...]] = []
    for event in events:
        number = hot.rows(
            "INSERT INTO consent_event (account_id, contact_id, website_id, channel, direction, word, at, seen_at,"
            " source, evidence) VALUES (%s, %s, %s, 'email', %s, %s, %s, %s, %s, %s) RETURNING id",
            (account_id, *event[:8]),
        )[0][0]
        if event.deliver:
            waiting.append((number, account_id, event.contact_id, event.website_id, event.deliver, event.note))
    hot.many(
        "INSERT INTO consent_delivery (event_id, account_id, contact_id, website_id, side, due_at, outcome)"
        " VALUES (%s, %s, %s, %s, %s, 0, %s)",
        waiting,
    )
    if waiting:
        wake(account_id)


def wake(account_id: int) -> None:
    """Makes the account's ``consent_sync`` due now; one that runs looks by itself whether something is left."""
    now = clock.now()
    hot.execute(
        "UPDATE job SET due_at = %s WHERE kind = 'consent_sync' AND account_id = %s AND due_at > %s",
        (now, account_id, now),
    )


def last_written(contact_id: int, website_id: int, before_id: int) -> str:
    """The word that we wrote to this website last for the person, if the shop has told nothing since; else ""."""
    found = hot.rows(
        "SELECT direction, word FROM consent_event WHERE contact_id = %s AND website_id = %s AND id < %s"
        " AND direction IN ('shop', 'to_shop') ORDER BY id DESC LIMIT 1",
        (contact_id, website_id, before_id),
    )
    return str(found[0][1]) if found and found[0][0] == "to_shop" else ""


def word_before(contact_id: int, website_id: int, event_id: int) -> str:
    """What the website had told of the person before this event, "" for nothing."""
    found = hot.rows(
        "SELECT word FROM consent_event WHERE contact_id = %s AND website_id = %s AND id < %s AND direction = 'shop'"
        " ORDER BY id DESC LIMIT 1",
        (contact_id, website_id, event_id),
    )
    return str(found[0][0]) if found else ""


def told_since(contact_id: int, website_id: int, event_id: int) -> bool:
    """Whether the website has told something of the person after this event."""
    query = "SELECT 1 FROM consent_event WHERE contact_id = %s AND website_id = %s AND id > %s AND direction = 'shop' LIMIT 1"
    return bool(hot.rows(query, (contact_id, website_id, event_id)))


def list_left(contact_id: int, website_id: int) -> tuple[str, float] | None:
    """(instant, when we learned it) if the person left the website's list of subscribers and has not joined again."""
    found = hot.rows(
        "SELECT word, at, seen_at FROM consent_event WHERE contact_id = %s AND website_id = %s AND source = 'list'"
        " AND direction IN ('dotdigital', 'to_dotdigital') ORDER BY id DESC LIMIT 1",
        (contact_id, website_id),
    )
    return (found[0][1], found[0][2]) if found and found[0][0] == "unsubscribed" else None


def opted_in_after(contact_ids: Sequence[int], website_id: int) -> dict[int, float]:
    """contact → until when, by our clock, the shop still said something else than the opt-in that was seen last; who has
    not opted in last is left out."""
    found: dict[int, float] = {}
    for start in range(0, len(contact_ids), 500):
        part = contact_ids[start : start + 500]
        for contact, word, proof in hot.rows(
            "SELECT contact_id, word, evidence FROM consent_event WHERE id IN (SELECT MAX(id) FROM consent_event"
            f" WHERE contact_id IN ({hot.marks(part)}) AND website_id = %s AND direction = 'shop' GROUP BY contact_id)",
            [*part, website_id],
        ):
            if word == "subscribed":
                found[contact] = float(orjson.loads(proof).get("after") or 0)
    return found
