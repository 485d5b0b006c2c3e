"""What Dotdigital says of people's e-mail channel. The caller holds the transaction.

An unsubscribe holds back marketing and never data: the contact stays as it is. Only whom Dotdigital does not take, or
must not get, is suppressed, and nothing of theirs is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dotbridge.commerce.consent import word_of
from dotbridge.ledger import clock, consent_moves, hot, newsletter, people
from dotbridge.ledger.codes import NOT_MAILABLE
from dotbridge.ledger.consent_event import Event, evidence, keep


class Held(NamedTuple):
    """A contact as far as consent needs it; ``number`` is Dotdigital's id, 0 unknown. ``renamed_from``: Dotdigital holds
    the person under this address as yet, "" under ``email``."""

    id: int
    email: str
    status: str
    status_at: str
    learned: float
    number: int
    opt_in: str
    opt_in_at: float
    renamed_from: str


class Told(NamedTuple):
    """The status of one person as Dotdigital tells it; ``at`` since when, "" unknown; ``number`` its id, 0 unknown."""

    key: str
    status: str
    at: str
    number: int = 0


Pair = tuple[Told, Held]


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
            "SELECT email_key, id, email, channel_status, channel_status_at, channel_learned, COALESCE(contact_id, 0),"
            f" opt_in, opt_in_at, renamed_from FROM email_contact WHERE {where} IN ({hot.marks(part)}) AND state <> 'erased'",
            [*args, *part],
        ):
            found[row[0]] = Held(*row[1:])
    return found


def closed_of(batch: int) -> dict[str, Held]:
    """The people of a batch who are known not to be mailable, by normalised address."""
    found = hot.rows(
        "SELECT id FROM email_contact WHERE batch = %s"
        " AND channel_status NOT IN ('', 'subscribed', 'soft_bounced', 'pending_opt_in')",
        (batch,),
    )
    return {key: one for key, one in _held("id", [row[0] for row in found], []).items() if is_closed(one.status)}


def may_still_be_made(contact_id: int) -> bool:
    """Whether a document of the contact is on its way to Dotdigital or due to be mapped: one that Dotdigital does not hold
    now may be made by it, as it was wanted before. Whoever is to be renamed first is mapped only after that, and that waits
    for their unsubscribing."""
    query = (
        "SELECT 1 FROM email_contact WHERE id = %s AND (batch IS NOT NULL OR (dirty > mapped AND renamed_from = ''))"
    )
    return bool(hot.rows(query, (contact_id,)))


def is_closed(status: str) -> bool:
    """Whether this status of Dotdigital keeps marketing from the person."""
    return word_of(status) in ("unsubscribed", "blocked")


def learn(
    account_id: int,
    told: Sequence[Pair],
    bound: float,
    *,
    learned: float | None = None,
    source: str = "feed",
    dated: bool = False,
    anew: bool = False,
) -> int:
    """Takes over statuses of Dotdigital that differ from those held; gives how many did.

    ``bound``: by our clock, until when the old status was still the one that Dotdigital told. Events for the websites
    that say something else are kept with it. ``learned`` is when the cause was known, for what we did ourselves.
    ``dated``: the instants are those of the statuses, so that a later one is a status taken anew. ``anew``: Dotdigital
    has made these contacts just now, so that their statuses are nobody's doing.
    """
    moved = [(new, old) for new, old in told if _differs(new.status, old.status) or (dated and _renewed(new, old))]
    if not moved:
        return 0
    now = learned or clock.now()
    hot.many(
        "UPDATE email_contact SET channel_status = %s, channel_status_at = %s, channel_learned = %s,"
        " suppressed_reason = %s, contact_id = COALESCE(contact_id, %s) WHERE id = %s",
        [
            (new.status, new.at, now, new.status if _is_blocked(new.status) else "", new.number or None, old.id)
            for new, old in moved
        ],
    )
    _suppress([old.id for new, old in moved if _is_blocked(new.status)])
    _lift([old.id for new, old in moved if not _is_blocked(new.status) and _is_blocked(old.status)])
    _note_opt_ins(account_id, moved, now)
    keep(account_id, _events(moved, bound, now, source, anew=anew))
    consent_moves.follow(account_id, [old.id for new, old in moved if consent_moves.is_opt_out(new.status)])
    return len(moved)


_NO_WORD_IN_V3 = ("mail_blocked", "no_mx_record")


def _is_blocked(status: str) -> bool:
    return word_of(status) == "blocked"


def _differs(new: str, old: str) -> bool:
    """v3 has no word for two statuses of v2 and tells the nearest one (§16.3): of those a soft bounce lifts nothing."""
    if not new or (old in _NO_WORD_IN_V3 and new == "soft_bounced"):
        return False
    return not old or word_of(new) != word_of(old)


def _renewed(new: Told, old: Held) -> bool:
    """Whether the person unsubscribed again, and so had come back meanwhile without our seeing it."""
    return new.status == old.status == "unsubscribed" and bool(old.status_at) and new.at > old.status_at


def _is_first(new: Told, old: Held) -> bool:
    """Nothing was known before, or Dotdigital has made the contact (anew): its status is no change of the person's."""
    return not old.status or not old.number or (bool(new.number) and old.number != new.number)


def _events(moved: Sequence[Pair], bound: float, now: float, source: str, *, anew: bool) -> Iterable[Event]:
    words = newsletter.words_of([old.id for _, old in moved])
    for new, old in moved:
        closed = is_closed(new.status)
        if not closed and not is_closed(old.status):
            continue
        first = anew or (source == "feed" and _is_first(new, old))
        proof = evidence(old.status, 0.0 if first else max(bound, old.learned), first=first)
        yield Event(old.id, None, "dotdigital", new.status, new.at, now, source, proof)
        if first and not closed:
            # Who had opted out was made anew, as subscribed: that is no opt-in.
            yield from _undone(old.id, now, proof)
            continue
        for website, said in words.get(old.id, {}).items():
            if (said != "unsubscribed") if closed else (said == "unsubscribed"):
                yield Event(old.id, website, "dotdigital", new.status, new.at, now, source, proof, "shop")


def _undone(contact_id: int, now: float, proof: str) -> Iterable[Event]:
    query = "SELECT website_id FROM contact_source WHERE contact_id = %s ORDER BY id LIMIT 1"
    for row in hot.rows(query, (contact_id,)):
        yield Event(contact_id, row[0], "shop", "unsubscribed", "", now, "made_anew", proof, "dotdigital")


def _suppress(ids: Sequence[int]) -> None:
    """Nothing of these people is sent. One on the road is suppressed when its batch settles."""
    _each(
        "UPDATE email_contact SET state = 'suppressed', waits_for = '', code = %s, detail = %s"
        " WHERE state IN ('accepted', 'pending') AND batch IS NULL AND id IN ({})",
        ids,
        [NOT_MAILABLE.id, NOT_MAILABLE.what],
    )


def _lift(ids: Sequence[int]) -> None:
    """Dotdigital takes these people again: they are mapped, and their records that were held back wait for them."""
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


def _note_opt_ins(account_id: int, moved: Sequence[Pair], now: float) -> None:
    for new, old in moved:
        word = word_of(new.status)
        if word == "pending":
            ask(account_id, old, None, now)
        elif old.opt_in in ("pending", "expired") and word in ("subscribed", "blocked"):
            _opt_in(account_id, old, None, "confirmed" if word == "subscribed" else "expired", now)


def ask(account_id: int, person: Held, website_id: int | None, now: float) -> None:
    """The person is asked to confirm a double opt-in."""
    _opt_in(account_id, person, website_id, "pending", now)


def _opt_in(account_id: int, person: Held, website_id: int | None, word: str, now: float) -> None:
    hot.execute("UPDATE email_contact SET opt_in = %s, opt_in_at = %s WHERE id = %s", (word, now, person.id))
    side: Any = "to_dotdigital" if website_id is not None else "dotdigital"
    keep(account_id, [Event(person.id, website_id, side, word, "", now, "double_opt_in")])


def expire(account_id: int, since: float) -> int:
    """Ends double opt-ins that have waited since before this time (epoch seconds); gives how many."""
    found = hot.rows(
        "UPDATE email_contact SET opt_in = 'expired' WHERE account_id = %s AND opt_in = 'pending' AND opt_in_at < %s"
        " RETURNING id",
        (account_id, since),
    )
    now = clock.now()
    keep(account_id, [Event(row[0], None, "dotdigital", "expired", "", now, "double_opt_in") for row in found])
    return len(found)
