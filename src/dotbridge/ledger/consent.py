"""What is known of people's consent: both sides' words, every change as an event, and the feeds' places.

An event that still has to be told to the other side is one without ``exported_at``. The caller holds the transaction.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from dotbridge.commerce.consent import word_of
from dotbridge.ledger import hot, people
from dotbridge.ledger.codes import NOT_MAILABLE
from dotbridge.ledger.models import ConsentFeed

CLOSED = frozenset({"unsubscribed", "blocked"})


class Event(NamedTuple):
    """One change to keep. ``evidence`` is JSON: what it was before (``was``), and until when by our clock (``after``)."""

    contact_id: int
    website_id: int | None
    direction: str
    word: str
    at: str
    seen_at: float
    source: str
    evidence: str = "{}"
    exported_at: float | None = None
    outcome: str = ""


class Waiting(NamedTuple):
    """An event that the other side has not been told yet."""

    id: int
    contact_id: int
    website_id: int
    word: str
    at: str
    seen_at: float
    after: float
    level: str


class Held(NamedTuple):
    """A contact as far as consent needs it."""

    id: int
    email: str
    status: str
    status_at: str
    learned: float
    has_batch: bool


class Told(NamedTuple):
    """The status of one person as Dotdigital tells it; ``number`` is its contact id, 0 unknown."""

    key: str
    status: str
    at: str
    number: int = 0


def evidence(was: str, after: float, **more: str) -> str:
    """The evidence of an event as JSON."""
    return orjson.dumps({"was": was, "after": after, **more}).decode()


def keep(account_id: int, events: Iterable[Event]) -> None:
    """Keeps events; one that is kept already stays as it is."""
    hot.many(
        "INSERT INTO consent_event (account_id, contact_id, website_id, channel, direction, word, at, seen_at, source,"
        " evidence, exported_at, outcome, digest) VALUES (%s, %s, %s, 'email', %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (account_id, digest) DO NOTHING",
        [(account_id, *event, _digest(event)) for event in events],
    )


def _digest(event: Event) -> bytes:
    parts = (event.contact_id, event.website_id, event.direction, event.word, event.at, f"{event.seen_at:.3f}")
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


def settle_event(event_ids: Sequence[int], outcome: str) -> None:
    """These events were dealt with. Another worker may have done the same: the first outcome stands."""
    hot.many(
        "UPDATE consent_event SET exported_at = %s, outcome = %s WHERE id = %s AND exported_at IS NULL",
        [(time.time(), outcome, one) for one in event_ids],
    )


def waiting(account_id: int, direction: str, limit: int, after_id: int = 0) -> list[Waiting]:
    """The next events of a direction that the other side has not been told, oldest first."""
    found = hot.rows(
        "SELECT id, contact_id, website_id, word, at, seen_at, evidence FROM consent_event WHERE account_id = %s"
        " AND direction = %s AND exported_at IS NULL AND website_id IS NOT NULL AND id > %s ORDER BY id LIMIT %s",
        (account_id, direction, after_id, limit),
    )
    events = []
    for row in found:
        known = orjson.loads(row[6])
        events.append(
            Waiting(
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                row[5],
                float(known.get("after") or 0),
                str(known.get("level") or ""),
            )
        )
    return events


def held(account_id: int, keys: Sequence[str]) -> dict[str, Held]:
    """The account's contacts with these normalised addresses."""
    return _held("account_id = %s AND email_key", keys, [account_id])


def held_by_id(ids: Sequence[int]) -> dict[int, Held]:
    """These contacts by our number."""
    return {one.id: one for one in _held("id", ids, []).values()}


def _held(where: str, values: Sequence[Any], args: list[Any]) -> dict[str, Held]:
    found: dict[str, Held] = {}
    for start in range(0, len(values), 500):
        part = values[start : start + 500]
        for row in hot.rows(
            "SELECT email_key, id, email, dotdigital_status, dotdigital_status_at, dotdigital_learned, batch"
            f" FROM email_contact WHERE {where} IN ({hot.marks(part)}) AND state <> 'erased'",
            [*args, *part],
        ):
            found[row[0]] = Held(row[1], row[2], row[3], row[4], row[5], row[6] is not None)
    return found


def learn(account_id: int, told: Sequence[tuple[Told, Held]], bound: float, *, learned: float | None = None) -> int:
    """Takes over statuses of Dotdigital that differ from those held; gives how many did.

    ``bound``: by our clock, until when the old status was still the one that Dotdigital told. Events for the websites
    that say something else are kept with it. ``learned`` is when the cause was known, for what we did ourselves.
    """
    moved = [(new, old) for new, old in told if new.status != old.status]
    if not moved:
        return 0
    now = learned or time.time()
    hot.many(
        "UPDATE email_contact SET dotdigital_status = %s, dotdigital_status_at = %s, dotdigital_learned = %s,"
        " suppressed_reason = %s, contact_id = COALESCE(contact_id, %s) WHERE id = %s",
        [
            (new.status, new.at, now, new.status if is_closed(new.status) else "", new.number or None, old.id)
            for new, old in moved
        ],
    )
    _suppress([old.id for new, old in moved if is_closed(new.status)])
    _lift([old.id for new, old in moved if not is_closed(new.status) and is_closed(old.status)])
    keep(account_id, _events(moved, bound, now))
    return len(moved)


def is_closed(status: str) -> bool:
    """Whether this status of Dotdigital keeps mail from the person."""
    return word_of(status) in CLOSED


def _events(moved: Sequence[tuple[Told, Held]], bound: float, now: float) -> Iterable[Event]:
    words = shop_words([old.id for _, old in moved])
    for new, old in moved:
        closed, was_closed = is_closed(new.status), is_closed(old.status)
        if not closed and not was_closed:
            continue
        proof = evidence(old.status, max(bound, old.learned) if old.status else 0.0)
        yield Event(old.id, None, "dotdigital", new.status, new.at, now, "feed", proof, now)
        for website, said in words.get(old.id, {}).items():
            if said != "unsubscribed" if closed else said == "unsubscribed":
                yield Event(old.id, website, "dotdigital", new.status, new.at, now, "feed", proof)


def _suppress(ids: Sequence[int]) -> None:
    """Nothing of these people is sent. One on the road is suppressed when its batch settles."""
    _each(
        "UPDATE email_contact SET state = 'suppressed', waits_for = '', code = %s, detail = %s"
        " WHERE state IN ('accepted', 'pending') AND batch IS NULL AND id IN ({})",
        ids,
        [NOT_MAILABLE.id, NOT_MAILABLE.what],
    )


def _lift(ids: Sequence[int]) -> None:
    """These people may be mailed again: they are mapped, and their records that were held back wait for them."""
    _each(
        "UPDATE email_contact SET state = 'pending', code = '', detail = '', digest = NULL, dirty = dirty + 1"
        " WHERE state = 'suppressed' AND id IN ({})",
        ids,
        [],
    )
    people.wake_records(ids)


def _each(sql: str, ids: Sequence[int], args: list[Any]) -> None:
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        hot.execute(sql.format(hot.marks(part)), [*args, *part])


def shop_words(contact_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """contact → website → the most careful newsletter word that the website's sources say; without word: left out."""
    words: dict[int, dict[int, str]] = {}
    caution = ("unsubscribed", "unconfirmed", "not_active", "subscribed")
    for start in range(0, len(contact_ids), 500):
        part = contact_ids[start : start + 500]
        for contact, website, word in hot.rows(
            "SELECT contact_id, website_id, subscription FROM contact_source WHERE subscription <> ''"
            f" AND contact_id IN ({hot.marks(part)})",
            list(part),
        ):
            said = words.setdefault(contact, {})
            said[website] = min(said.get(website, "subscribed"), word, key=caution.index)
    return words


def shop_known(contact_id: int, website_id: int) -> tuple[str, float]:
    """(instant by the shop's clock, when we learned it) of the newest word of a website on this person."""
    found = hot.rows(
        "SELECT subscription_at, subscription_since FROM contact_source WHERE contact_id = %s AND website_id = %s"
        " AND subscription <> '' ORDER BY subscription_since DESC LIMIT 1",
        (contact_id, website_id),
    )
    return (found[0][0], found[0][1]) if found else ("", 0.0)


def addresses(contact_ids: Sequence[int], website_id: int) -> dict[int, set[str]]:
    """contact → its addresses as the website's sources spell them."""
    found: dict[int, set[str]] = {}
    for start in range(0, len(contact_ids), 500):
        part = contact_ids[start : start + 500]
        for contact, email in hot.rows(
            "SELECT contact_id, email FROM contact_source WHERE website_id = %s AND kind <> 'guest'"
            f" AND contact_id IN ({hot.marks(part)})",
            [website_id, *part],
        ):
            found.setdefault(contact, set()).add(email)
    return found


def wrote_to_shop(known_since: Mapping[int, float], website_id: int, word: str) -> None:
    """The website's sources of these people say what we just wrote; a read that began earlier is not believed.

    ``known_since`` is when we knew the cause, by contact: one change on two sides has one time.
    """
    now = time.time()
    hot.many(
        "UPDATE contact_source SET subscription = %s, subscription_at = '', subscription_since = %s,"
        " subscription_written = %s WHERE contact_id = %s AND website_id = %s AND subscription <> ''",
        [(word, since, now, one, website_id) for one, since in known_since.items()],
    )


def last_written(contact_id: int, website_id: int, before_id: int) -> str:
    """The word that we wrote to this website last for the person, if the shop has told nothing since; else ""."""
    found = hot.rows(
        "SELECT direction, word FROM consent_event WHERE contact_id = %s AND website_id = %s AND id < %s"
        " AND direction IN ('shop', 'to_shop') ORDER BY id DESC LIMIT 1",
        (contact_id, website_id, before_id),
    )
    return str(found[0][1]) if found and found[0][0] == "to_shop" else ""


def list_left(contact_id: int, website_id: int) -> tuple[str, float] | None:
    """(instant, when we learned it) if the person left the website's list of subscribers and has not joined again."""
    found = hot.rows(
        "SELECT word, at, seen_at FROM consent_event WHERE contact_id = %s AND website_id = %s AND source = 'list'"
        " AND direction IN ('dotdigital', 'to_dotdigital') ORDER BY id DESC LIMIT 1",
        (contact_id, website_id),
    )
    return (found[0][1], found[0][2]) if found and found[0][0] == "unsubscribed" else None


def feed(account_id: int, name: str, beginning: str) -> ConsentFeed:
    """The feed's place; a new one begins at ``beginning``."""
    return ConsentFeed.objects.get_or_create(account_id=account_id, feed=name, defaults={"cursor": beginning})[0]


def want_statuses(account_id: int) -> None:
    """Contacts were just sent: what Dotdigital says of them is wanted at once."""
    hot.execute(
        "INSERT INTO consent_feed (account_id, feed, cursor, position, newest, pulled_at, wanted_at)"
        " VALUES (%s, 'modified', %s, '', '', 0, %s)"
        " ON CONFLICT (account_id, feed) DO UPDATE SET wanted_at = excluded.wanted_at",
        (account_id, BEGINNING, time.time()),
    )


#: Where a feed begins that was never read.
BEGINNING = "2000-01-01T00:00:00Z"


def statuses_wanted(account_id: int) -> bool:
    """Whether contacts were sent whose status has not been read since."""
    query = "SELECT 1 FROM consent_feed WHERE account_id = %s AND feed = 'modified' AND wanted_at > pulled_at"
    return bool(hot.rows(query, (account_id,)))
