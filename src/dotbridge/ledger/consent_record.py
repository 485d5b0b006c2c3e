"""What people agreed to: kept when an opt-in is seen or a door hands one in, and never purged before it was exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.ledger import clock, hot


class Agreement(NamedTuple):
    """One record; ``consented_at`` is UTC text. ``ip`` and ``agent`` are "" where the shop does not tell them."""

    contact_id: int
    website_id: int
    text: str
    consented_at: str
    url: str = ""
    ip: str = ""
    agent: str = ""


class Unsent(NamedTuple):
    """A record that Dotdigital does not hold yet, with the address and Dotdigital's id (0 unknown) of its person."""

    id: int
    email: str
    number: int
    agreement: Agreement


def keep_records(account_id: int, records: Sequence[Agreement]) -> None:
    """Keeps records; the same person, website and instant is one record."""
    hot.many(
        "INSERT INTO consent_record (account_id, contact_id, website_id, text, consented_at, url, ip, agent, detail)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '') ON CONFLICT (contact_id, website_id, consented_at) DO NOTHING",
        [(account_id, *record) for record in records],
    )


def unsent(account_id: int, limit: int, after: int = 0) -> list[Unsent]:
    """The next records whose person Dotdigital holds, oldest first; those of others wait."""
    found = hot.rows(
        "SELECT r.id, c.email, COALESCE(c.contact_id, 0), r.contact_id, r.website_id, r.text, r.consented_at, r.url,"
        " r.ip, r.agent FROM consent_record r JOIN email_contact c ON c.id = r.contact_id"
        " WHERE r.account_id = %s AND r.sent_at IS NULL AND r.detail = '' AND r.id > %s AND c.contact_id IS NOT NULL"
        " AND c.state <> 'erased' ORDER BY r.id LIMIT %s",
        (account_id, after, limit),
    )
    return [Unsent(row[0], row[1], row[2], Agreement(*row[3:])) for row in found]


def sent(record_ids: Sequence[int]) -> None:
    """Dotdigital holds these records."""
    now = clock.now()
    hot.many(
        "UPDATE consent_record SET sent_at = %s WHERE id = %s AND sent_at IS NULL", [(now, one) for one in record_ids]
    )


def refused(record_id: int, detail: str) -> None:
    """Dotdigital refuses this record for its content; it stays, with the reason."""
    hot.execute("UPDATE consent_record SET detail = %s WHERE id = %s", (detail, record_id))
