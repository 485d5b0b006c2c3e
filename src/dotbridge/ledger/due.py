"""Contacts that are due: which are mapped next, who stands behind them, and what is then wanted of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.ledger import hot


class Due(NamedTuple):
    """A contact that must be mapped: its address, what was last wanted, and the reasons counted so far."""

    id: int
    email_key: str
    email: str
    dirty: int
    state: str
    code: str
    digest: bytes | None
    mapping_version: int
    contact_id: int | None
    accepted: bool
    on_road: bool
    warned: bool
    suppressed: str
    channel: str
    fields_sent: int


def due_contacts(
    account_id: int, website_id: int, limit: int, only: Sequence[int] | None = None, after: int = 0
) -> list[Due]:
    """The next contacts to map whose oldest source is of this website, or of ``only`` these all that are due.

    ``after``: the last one of the page before. Without it every page would pass again over those already mapped, which
    PostgreSQL keeps in its index until they are tidied up.
    Those with a website whose order history is still being read wait for it. Of ``only`` these also one on the road is
    mapped: what is wanted of it now goes beside the import, and once more after it.
    """
    if only is None:
        which = (
            "c.id > %s AND c.batch IS NULL AND %s = COALESCE((SELECT s.website_id FROM contact_source s WHERE s.contact_id = c.id"
            " ORDER BY s.id LIMIT 1), %s)"
        )
        chosen = [after, website_id, website_id]
    else:
        which, chosen = f"c.id IN ({hot.marks(only)})", [*only]
    reading = _websites_reading(account_id)
    waiting = (
        " AND NOT EXISTS (SELECT 1 FROM contact_source s WHERE s.contact_id = c.id"
        f" AND s.website_id IN ({hot.marks(reading)}))"
        if reading
        else ""
    )
    # Of a few contacts the index of those that are due is no help: a backfill makes it long.
    account = "c.account_id" if only is None else "c.account_id + 0"
    found = hot.rows(
        "SELECT c.id, c.email_key, c.email, c.dirty, c.state, c.code, c.digest, c.mapping_version, c.contact_id,"
        " c.accepted_digest IS NOT NULL, c.batch IS NOT NULL, c.warnings <> '', c.suppressed_reason, c.channel_status,"
        " c.sales_sent"
        f" FROM email_contact c WHERE {account} = %s AND c.dirty > c.mapped AND c.state <> 'erased' AND {which}"
        # Dotdigital is told of a new address first.
        " AND c.renamed_from = ''"
        f"{waiting}"
        # Who is to be asked for a confirmation first must not be made, and so subscribed, by an import meanwhile.
        " AND (c.contact_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM consent_delivery d WHERE d.contact_id = c.id"
        " AND d.done_at IS NULL AND d.outcome = 'confirm'))"
        " ORDER BY c.id LIMIT %s",
        [account_id, *chosen, *reading, limit],
    )
    return [
        Due(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            hot.as_bytes(row[6]),
            row[7],
            row[8],
            bool(row[9]),
            bool(row[10]),
            bool(row[11]),
            row[12],
            row[13],
            row[14],
        )
        for row in found
    ]


def _websites_reading(account_id: int) -> list[int]:
    """Websites of the account whose order history is not complete yet."""
    return [
        row[0]
        for row in hot.rows(
            "SELECT id FROM website WHERE account_id = %s AND state = 'history' AND NOT facts_complete", (account_id,)
        )
    ]


def sources_of(contact_ids: Sequence[int]) -> list[tuple[int, int, str, str]]:
    """(contact id, website id, kind, source id) of everyone behind these contacts, oldest source first."""
    return [
        (row[0], row[1], row[2], row[3])
        for row in hot.rows(
            "SELECT contact_id, website_id, kind, source_id FROM contact_source"
            f" WHERE contact_id IN ({hot.marks(contact_ids)}) ORDER BY id",
            list(contact_ids),
        )
    ]


class ContactRow(NamedTuple):
    """What is wanted of a contact now, in the order of the update's place-holders.

    ``fields_sent``: the fields that its document fills and that are emptied again (``mapping.contacts.document``).
    """

    email: str
    digest: bytes | None
    read_started: float
    mapping_version: int
    warnings: str
    is_guest: int
    is_subscriber: int
    subscriber_status: str
    fields_sent: int
    state: str
    code: str
    detail: str
    batch: int | None
    mapped: int
    id: int


def stage_contacts(staged: Sequence[ContactRow]) -> None:
    """Writes what is wanted; a contact on the road stays there, and is mapped again after it settles."""
    hot.many(
        "UPDATE email_contact SET email = %s, digest = %s, read_started = %s, mapping_version = %s, warnings = %s,"
        " is_guest = %s, is_subscriber = %s, subscriber_status = %s, sales_sent = sales_sent | %s,"
        " version = version + 1,"
        " state = CASE WHEN batch IS NULL THEN %s ELSE state END, code = CASE WHEN batch IS NULL THEN %s ELSE code END,"
        " detail = CASE WHEN batch IS NULL THEN %s ELSE detail END, waits_for = '',"
        " batch_version = CASE WHEN batch IS NULL THEN version + 1 ELSE batch_version END,"
        " batch = COALESCE(batch, %s), mapped = %s"
        # Erased meanwhile by a person: then nothing of this read may come back. Read again meanwhile: then that stands.
        " WHERE id = %s AND state <> 'erased' AND read_started <= %s",
        [(*row, row.read_started) for row in staged],
    )


def mark_mapped(seen: Sequence[tuple[int, int]]) -> None:
    """These contacts were mapped and had nothing new: (reasons seen, contact id)."""
    hot.many("UPDATE email_contact SET mapped = %s WHERE id = %s AND mapped < dirty", seen)
