"""What the shop's newsletter says of each source, and which change of it was seen to happen."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dotbridge.ledger import consent, hot
from dotbridge.ledger.consent import Event


class Word(NamedTuple):
    """The newsletter's word of one source as a page told it."""

    source_id: str
    contact_id: int
    word: str
    at: str
    read_started: float


class Kept(NamedTuple):
    """What the ledger holds of it: the word, since when we know it, and when we wrote it ourselves (0 never)."""

    word: str
    since: float
    written: float
    believed_from: float = 0.0


def kept(website_id: int, kind: str, ids: Sequence[str], overlap: float) -> dict[str, Kept]:
    """The words that the ledger holds. A read that began within ``overlap`` seconds of our own writing may come from a
    replica that has not heard of it, and is not believed."""
    if not ids:
        return {}
    found = hot.rows(
        "SELECT source_id, subscription, subscription_since, subscription_written FROM contact_source"
        f" WHERE website_id = %s AND kind = %s AND source_id IN ({hot.marks(ids)})",
        [website_id, kind, *ids],
    )
    return {row[0]: Kept(row[1], row[2], row[3], max(row[2], row[3] + overlap if row[3] else 0.0)) for row in found}


def is_news(word: str, read_started: float, held: Kept | None) -> bool:
    """Whether the shop says something else than the ledger holds."""
    return held is None or (word != held.word and read_started >= held.believed_from)


def looked_at(website_id: int, stream: str) -> float:
    """When the last whole look at everybody's word began, by our clock; 0 before the first one ended."""
    found = hot.rows("SELECT looked_at FROM checkpoint WHERE website_id = %s AND stream = %s", (website_id, stream))
    return float(found[0][0]) if found else 0.0


def pass_over(website_id: int, stream: str, began: float, *, ended: bool) -> None:
    """A page was read; ``ended``: it was the last of a pass that told everybody's word."""
    hot.execute(
        "UPDATE checkpoint SET looked_at = CASE WHEN %s = 1 THEN CASE WHEN pass_began > 0 THEN pass_began ELSE %s END"
        " ELSE looked_at END, pass_began = CASE WHEN %s = 1 THEN 0 WHEN pass_began > 0 THEN pass_began ELSE %s END"
        " WHERE website_id = %s AND stream = %s",
        (int(ended), began, int(ended), began, website_id, stream),
    )


def note(
    account_id: int, website_id: int, kind: str, told: Sequence[Word], held: Mapping[str, Kept], bound: float
) -> int:
    """Keeps words that are news, and an event for each change that was seen to happen; gives how many.

    ``bound``: when the last whole look began; 0 on the first, whose findings are no changes. One who is unsubscribed
    in Dotdigital and found subscribed on a first look is to be unsubscribed in the shop.
    """
    news = [one for one in told if is_news(one.word, one.read_started, held.get(one.source_id))]
    if not news:
        return 0
    now = time.time()
    events, first = [], []
    for one in news:
        was = held.get(one.source_id)
        if was is None and not bound:
            first.append(one)
            continue
        before = was.word if was else ""
        word = "unsubscribed" if one.word == "" and before == "subscribed" else one.word
        if not word or (was is None and word != "subscribed"):
            continue
        after = max(bound, was.since if was else 0.0)
        proof = consent.evidence(before, after)
        events.append(Event(one.contact_id, website_id, "shop", word, one.at, now, kind, proof))
    hot.many(
        "UPDATE contact_source SET subscription = %s, subscription_at = %s, subscription_since = %s,"
        " subscription_written = 0 WHERE website_id = %s AND kind = %s AND source_id = %s",
        [(one.word, one.at, now, website_id, kind, one.source_id) for one in news],
    )
    consent.keep(account_id, [*events, *_contradicted(website_id, first, now)])
    return len(events)


def _contradicted(website_id: int, first: Sequence[Word], now: float) -> list[Event]:
    found = {one.contact_id for one in first if one.word == "subscribed"}
    return [
        Event(one.id, website_id, "dotdigital", one.status, one.status_at, now, "first_look")
        for one in consent.held_by_id(sorted(found)).values()
        if consent.is_closed(one.status)
    ]
