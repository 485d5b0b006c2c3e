"""What the shop's newsletter says of each source, and which change of it was seen to happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dotbridge.commerce.clock import instant_of
from dotbridge.ledger import clock, hot
from dotbridge.ledger.consent_event import Event, evidence, keep


class Word(NamedTuple):
    """The newsletter's word of one source as a page told it."""

    source_id: str
    contact_id: int
    word: str
    at: str
    read_started: float


class Kept(NamedTuple):
    """What the ledger holds of it: the word, since when we know it, and from when on a read is believed."""

    word: str
    since: float
    believed_from: float
    at: str = ""


def kept(website_id: int, kind: str, ids: Sequence[str], overlap: float) -> dict[str, Kept]:
    """The words that the ledger holds. A read that began within ``overlap`` seconds of our own writing may come from a
    replica that has not heard of it, and is not believed."""
    if not ids:
        return {}
    found = hot.rows(
        "SELECT source_id, subscription, subscription_since, subscription_written, subscription_at FROM contact_source"
        f" WHERE website_id = %s AND kind = %s AND source_id IN ({hot.marks(ids)})",
        [website_id, kind, *ids],
    )
    return {row[0]: Kept(row[1], row[2], max(row[2], row[3] + overlap if row[3] else 0.0), row[4]) for row in found}


def is_news(word: str, at: str, read_started: float, held: Kept | None) -> bool:
    """Whether the shop says something else than the ledger holds, or the person has unsubscribed once more."""
    if held is None:
        return True
    again = word == "unsubscribed" and bool(held.at) and at > held.at
    return (word != held.word or again) and read_started >= held.believed_from


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


class Place(NamedTuple):
    """Where words are read. ``bound``: when the last whole look began; 0 on the first, whose findings are no changes.
    ``confirms``: opt-ins are confirmed in Dotdigital before anything is sent."""

    account_id: int
    website_id: int
    kind: str
    bound: float
    confirms: bool = False


def note(place: Place, told: Sequence[Word], held: Mapping[str, Kept]) -> list[Event]:
    """Keeps words that are news, and an event for each change that was seen to happen; gives these.

    Who has unsubscribed in Dotdigital and is found subscribed on a first look is to be unsubscribed in the shop.
    """
    news = [one for one in told if is_news(one.word, one.at, one.read_started, held.get(one.source_id))]
    if not news:
        return []
    now = clock.now()
    events, first = [], []
    for one in news:
        was = held.get(one.source_id)
        if was is not None and not was.since:
            was = None  # a source whose word was never asked for
        if was is None and not place.bound:
            first.append(one)
            continue
        before = was.word if was else ""
        word = "unsubscribed" if one.word == "" and before == "subscribed" else one.word
        if not word or (was is None and word not in ("subscribed", "unsubscribed")):
            continue
        proof = evidence(before, max(place.bound, was.since if was else 0.0))
        mark = "confirm" if word == "subscribed" and place.confirms else ""
        event = Event(
            one.contact_id, place.website_id, "shop", word, one.at, now, place.kind, proof, "dotdigital", mark
        )
        events.append(event)
    seen = {event.contact_id for event in events}
    hot.many(
        "UPDATE contact_source SET subscription = %s, subscription_at = %s, subscription_since = %s,"
        " subscription_seen = CASE WHEN %s = 1 THEN %s ELSE subscription_seen END, subscription_written = 0"
        " WHERE website_id = %s AND kind = %s AND source_id = %s",
        [
            (one.word, one.at, now, int(one.contact_id in seen), now, place.website_id, place.kind, one.source_id)
            for one in news
        ],
    )
    keep(place.account_id, [*events, *_contradicted(place.website_id, first, now)])
    return events


def _contradicted(website_id: int, first: Sequence[Word], now: float) -> list[Event]:
    ids = sorted({one.contact_id for one in first if one.word == "subscribed"})
    events = []
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        for contact, status, at in hot.rows(
            "SELECT id, channel_status, channel_status_at FROM email_contact"
            f" WHERE channel_status NOT IN ('', 'subscribed', 'soft_bounced') AND id IN ({hot.marks(part)})",
            part,
        ):
            proof = evidence("", 0.0, first=True)
            events.append(Event(contact, website_id, "dotdigital", status, at, now, "first_look", proof, "shop"))
    return events


def moved_on(website_id: int, kind: str, found: Mapping[str, tuple[str, str]]) -> set[int]:
    """Contacts whose source says something else now, or says it anew, than the ledger holds: {source id: (word, at)}.

    Since our own writing, where the shop has not told its instant, only what is clearly later than it counts.
    """
    if not found:
        return set()
    changed = set()
    for source_id, contact, word, at, written in hot.rows(
        "SELECT source_id, contact_id, subscription, subscription_at, subscription_written FROM contact_source"
        f" WHERE website_id = %s AND kind = %s AND source_id IN ({hot.marks(list(found))})",
        [website_id, kind, *found],
    ):
        says, since = found[source_id]
        limit = at or (instant_of(written + _OWN_WRITING) if written else "")
        if says != word or (bool(limit) and since > limit):
            changed.add(contact)
    return changed


def sources(contact_ids: Sequence[int], website_id: int, kind: str) -> dict[str, int]:
    """Sources of these people in a website that have a newsletter word, each with its contact."""
    found: dict[str, int] = {}
    for start in range(0, len(contact_ids), 500):
        part = contact_ids[start : start + 500]
        # "+ 0": the way leads over the contact. Without statistics SQLite would rather go through a whole website.
        query = (
            "SELECT source_id, contact_id FROM contact_source"
            " WHERE website_id + 0 = %s AND kind = %s AND subscription <> ''"
            f" AND contact_id IN ({hot.marks(part)})"
        )
        found.update((row[0], row[1]) for row in hot.rows(query, [website_id, kind, *part]))
    return found


#: Seconds within which an instant of the shop may be that of our own writing.
_OWN_WRITING = 300.0

_CAUTION = ("unsubscribed", "unconfirmed", "not_active", "subscribed")


def words_of(contact_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """contact → website → the newsletter's word; a website without one is left out.

    Several sources of a website may disagree: the change that was seen last counts, else the most careful word.
    """
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for start in range(0, len(contact_ids), 500):
        part = contact_ids[start : start + 500]
        for contact, website, word, seen in hot.rows(
            "SELECT contact_id, website_id, subscription, subscription_seen FROM contact_source"
            f" WHERE subscription <> '' AND contact_id IN ({hot.marks(part)})",
            list(part),
        ):
            found = (-seen, _CAUTION.index(word))
            best[contact, website] = min(best.get((contact, website), found), found)
    words: dict[int, dict[int, str]] = {}
    for (contact, website), (_, number) in best.items():
        words.setdefault(contact, {})[website] = _CAUTION[number]
    return words


class Known(NamedTuple):
    """Since when a website says its word: by its clock ("" unknown), when we learned it, when we saw it change (0: it
    was only found)."""

    at: str = ""
    learned: float = 0.0
    seen: float = 0.0


#: Of somebody whom the website has no word on.
NOTHING_KNOWN = Known()


def known(contact_ids: Sequence[int], website_id: int) -> dict[int, Known]:
    """contact → what is known of a website's newest word on the person; who has none there is left out."""
    found: dict[int, Known] = {}
    for start in range(0, len(contact_ids), 500):
        part = contact_ids[start : start + 500]
        rows = hot.rows(
            "SELECT contact_id, subscription_at, subscription_since, subscription_seen FROM contact_source"
            f" WHERE website_id + 0 = %s AND subscription <> '' AND contact_id IN ({hot.marks(part)})"
            " ORDER BY subscription_seen, subscription_since",
            [website_id, *part],
        )
        found.update((row[0], Known(*row[1:])) for row in rows)
    return found


def addresses(contact_ids: Sequence[int], website_id: int) -> dict[int, set[str]]:
    """contact → its addresses as the website's sources spell them."""
    found: dict[int, set[str]] = {}
    for start in range(0, len(contact_ids), 500):
        part = contact_ids[start : start + 500]
        for contact, email in hot.rows(
            "SELECT contact_id, email FROM contact_source WHERE website_id + 0 = %s AND kind <> 'guest'"
            f" AND contact_id IN ({hot.marks(part)})",
            [website_id, *part],
        ):
            found.setdefault(contact, set()).add(email)
    return found


def wrote(
    known_since: Mapping[int, float], website_id: int, word: str, stamps: Sequence[tuple[str, str, str]] = ()
) -> None:
    """The website's sources of these people say what we just wrote; a read that began earlier is not believed.

    ``known_since`` is when we knew the cause, by contact: one change on two sides has one time. ``stamps`` are (kind,
    source id, instant) as the shop has noted our writing.
    """
    now = clock.now()
    hot.many(
        "UPDATE contact_source SET subscription = %s, subscription_at = '', subscription_since = %s,"
        " subscription_seen = %s, subscription_written = %s"
        " WHERE contact_id = %s AND website_id = %s AND subscription <> ''",
        [(word, since, now, now, one, website_id) for one, since in known_since.items()],
    )
    hot.many(
        "UPDATE contact_source SET subscription_at = %s WHERE website_id = %s AND kind = %s AND source_id = %s",
        [(at, website_id, kind, source_id) for kind, source_id, at in stamps],
    )
