"""A person's new address, where nobody else stands behind the old one: the contact keeps its number, its lists, its history.

The ledger takes the new address at once; Dotdigital is told by the importer before anything else of the person is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.ledger import hot


class Move(NamedTuple):
    """A source of ``contact`` that has another address now: normalised, and as typed."""

    contact: int
    website_id: int
    kind: str
    source_id: str
    email_key: str
    email: str


def rename(account_id: int, moves: Sequence[Move]) -> set[int]:
    """Renames the contacts that can be; gives which. The others stay, and their sources move. Inside a transaction.

    Not where another source still has the old address, nor where the new one is somebody's already.
    """
    renamed = set()
    for move in moves:
        changed = hot.execute(
            "UPDATE email_contact SET renamed_from = CASE WHEN contact_id IS NULL AND accepted_at IS NULL AND batch IS NULL"
            " THEN '' WHEN renamed_from = '' THEN email ELSE renamed_from END,"
            " email_key = %s, email = %s, dirty = dirty + 1, version = version + 1"
            " WHERE id = %s AND account_id = %s AND state <> 'erased' AND email_key <> %s"
            " AND NOT EXISTS (SELECT 1 FROM email_contact o WHERE o.account_id = %s AND o.email_key = %s)"
            " AND NOT EXISTS (SELECT 1 FROM contact_source s WHERE s.contact_id = email_contact.id"
            " AND (s.website_id <> %s OR s.kind <> %s OR s.source_id <> %s))",
            (
                move.email_key,
                move.email,
                move.contact,
                account_id,
                move.email_key,
                account_id,
                move.email_key,
                move.website_id,
                move.kind,
                move.source_id,
            ),
        )
        if changed:
            renamed.add(move.contact)
    return renamed


class Rename(NamedTuple):
    """One contact to rename in Dotdigital; ``number`` is its id there, if known."""

    id: int
    number: int | None
    before: str
    email: str


def due(account_id: int, limit: int) -> list[Rename]:
    """The next contacts to rename. One on the road waits: its import carries the old address."""
    found = hot.rows(
        "SELECT id, contact_id, renamed_from, email FROM email_contact"
        " WHERE account_id = %s AND NOT (renamed_from = '') AND batch IS NULL ORDER BY id LIMIT %s",
        (account_id, limit),
    )
    return [Rename(*row) for row in found]


def settle(one: Rename, number: int | None) -> bool:
    """Dotdigital holds the person under the new address as ``number`` (``None``: not at all); False when renamed again."""
    known = "" if number is not None else ", digest = NULL, accepted_digest = NULL"
    return (
        hot.execute(
            f"UPDATE email_contact SET renamed_from = '', contact_id = %s, dirty = dirty + 1{known}"
            " WHERE id = %s AND renamed_from = %s AND email = %s",
            (number, one.id, one.before, one.email),
        )
        == 1
    )


def follow_up(one: Rename) -> None:
    """Renamed again meanwhile: Dotdigital holds the person under the address of this step."""
    hot.execute(
        "UPDATE email_contact SET renamed_from = %s WHERE id = %s AND renamed_from = %s",
        (one.email, one.id, one.before),
    )
