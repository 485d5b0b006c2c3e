"""An opt-out goes with a person from one address to another. The caller holds the transaction.

A bounce stays behind, since it is the address's and not the person's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from dotbridge.commerce.consent import word_of
from dotbridge.ledger import clock, hot, newsletter
from dotbridge.ledger.consent_event import Event, evidence, keep

_OF_THE_MAILBOX = ("hard_bounced", "mail_blocked", "no_mx_record")


def is_opt_out(status: str) -> bool:
    """Whether the status is the person's own doing and not their mailbox's."""
    return word_of(status) in ("unsubscribed", "blocked") and status not in _OF_THE_MAILBOX


def moved(account_id: int, website_id: int, moves: Sequence[tuple[int, int]]) -> None:
    """Sources of a website went from one contact to another (before, after), by a change of address."""
    now = clock.now()
    keep(
        account_id,
        [
            Event(old, website_id, "shop", "moved", "", now, "moved", evidence("", 0.0, to=str(new)))
            for old, new in moves
        ],
    )
    statuses = _statuses([old for old, _ in moves])
    follow(account_id, [old for old, _ in moves if is_opt_out(statuses.get(old, ""))])


def has_opted_out(contact_id: int) -> bool:
    """Whether Dotdigital said last that the person has opted out."""
    return is_opt_out(_statuses([contact_id]).get(contact_id, ""))


def opt_out(contact_id: int) -> None:
    """The person has opted out, whatever the contact says that Dotdigital holds of them now."""
    for account, website in hot.rows(
        "SELECT c.account_id, s.website_id FROM email_contact c JOIN contact_source s ON s.contact_id = c.id"
        " WHERE c.id = %s ORDER BY s.id LIMIT 1",
        (contact_id,),
    ):
        since = evidence("", 0.0, contact=str(contact_id))
        keep(
            account, [Event(contact_id, website, "shop", "unsubscribed", "", clock.now(), "moved", since, "dotdigital")]
        )


def follow(account_id: int, contact_ids: Sequence[int]) -> None:
    """These people have opted out: so have they under the addresses that they went to, also if that was before."""
    keep(account_id, [event for one in contact_ids for event in _after(one, {one})])


def _after(contact_id: int, seen: set[int]) -> Iterator[Event]:
    """The opt-outs of the contacts that the person went to, one after the other."""
    now = clock.now()
    for website, proof in hot.rows(
        "SELECT website_id, evidence FROM consent_event WHERE contact_id = %s AND direction = 'shop'"
        " AND word = 'moved' ORDER BY id",
        (contact_id,),
    ):
        target = int(orjson.loads(proof)["to"])
        if target in seen:
            continue
        seen.add(target)
        # One that Dotdigital does not hold yet is made as unsubscribed; what it holds is told by a call.
        hot.execute(
            "UPDATE email_contact SET channel_status = 'unsubscribed', channel_learned = %s"
            " WHERE id = %s AND channel_status = '' AND contact_id IS NULL",
            (now, target),
        )
        since = evidence("", 0.0, contact=str(contact_id))
        yield Event(target, website, "shop", "unsubscribed", "", now, "moved", since, "dotdigital")
        if newsletter.words_of([target]).get(target, {}).get(website, "") not in ("", "unsubscribed"):
            yield Event(target, website, "dotdigital", "unsubscribed", "", now, "moved", since, "shop")
        yield from _after(target, seen)


def _statuses(contact_ids: Sequence[int]) -> dict[int, str]:
    if not contact_ids:
        return {}
    found = hot.rows(
        f"SELECT id, channel_status FROM email_contact WHERE id IN ({hot.marks(contact_ids)})", list(contact_ids)
    )
    return {row[0]: row[1] for row in found}
