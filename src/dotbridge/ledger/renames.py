"""A person's new address, where nobody else stands behind the old one: the contact keeps its number, its lists, its history.

The ledger takes the new address at once; Dotdigital is told by the importer before anything else of the person is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dotbridge.ledger import consent_moves, hot, people, removals


class Move(NamedTuple):
    """A source of ``contact`` that has another address now: normalised, and as typed."""

    contact: int
    website_id: int
    kind: str
    source_id: str
    email_key: str
    email: str


class Other(NamedTuple):
    """Another source of a contact that moves; ``email_key`` is the address that the contact moves to."""

    website_id: int
    kind: Literal["customer", "subscriber"]
    source_id: str
    email_key: str


def others(connection_id: int, moves: Sequence[Move]) -> list[Other]:
    """Who else of the same shop stands behind the contacts whose address moves; guests stay with their orders."""
    if not moves:
        return []
    found = []
    own = {(move.website_id, move.kind, move.source_id) for move in moves}
    for start in range(0, len(moves), 250):
        part = moves[start : start + 250]
        where = " OR ".join(["(c.id = %s AND c.email_key <> %s)"] * len(part))
        target = {move.contact: move.email_key for move in part}
        rows = hot.rows(
            "SELECT c.id, s.website_id, s.kind, s.source_id FROM email_contact c"
            " JOIN contact_source s ON s.contact_id = c.id AND s.kind <> 'guest'"
            " JOIN website w ON w.id = s.website_id"
            f" WHERE w.connection_id = %s AND ({where}) ORDER BY s.id",
            [connection_id, *(value for move in part for value in (move.contact, move.email_key))],
        )
        found += [
            Other(website, kind, source_id, target[contact])
            for contact, website, kind, source_id in rows
            if (website, kind, source_id) not in own
        ]
    return found


def rename(account_id: int, moves: Sequence[Move]) -> set[int]:
    """Renames the contacts that can be; gives which. The others stay, and their sources move. Inside a transaction.

    Not where a source that is none of these still has the old address, nor where the new one is somebody's already.
    """
    together: dict[tuple[int, str], list[Move]] = {}
    for move in moves:
        together.setdefault((move.contact, move.email_key), []).append(move)
    renamed = set()
    for (contact, email_key), group in together.items():
        others_than = " AND NOT (s.website_id = %s AND s.kind = %s AND s.source_id = %s)" * len(group)
        changed = hot.execute(
            "UPDATE email_contact SET renamed_from = CASE WHEN contact_id IS NULL AND accepted_at IS NULL AND batch IS NULL"
            " THEN '' WHEN renamed_from = '' THEN email ELSE renamed_from END,"
            " email_key = %s, email = %s, dirty = dirty + 1, version = version + 1"
            " WHERE id = %s AND account_id = %s AND state <> 'erased' AND email_key <> %s"
            " AND NOT EXISTS (SELECT 1 FROM email_contact o WHERE o.account_id = %s AND o.email_key = %s)"
            f" AND NOT EXISTS (SELECT 1 FROM contact_source s WHERE s.contact_id = email_contact.id{others_than})",
            (
                email_key,
                group[0].email,
                contact,
                account_id,
                email_key,
                account_id,
                email_key,
                *(value for move in group for value in (move.website_id, move.kind, move.source_id)),
            ),
        )
        if changed:
            renamed.add(contact)
    return renamed


class Rename(NamedTuple):
    """One contact to rename in Dotdigital; ``number`` is its id there, if known."""

    id: int
    number: int | None
    before: str
    email: str


def due(account_id: int, limit: int) -> list[Rename]:
    """The next contacts to rename. One on the road waits: its import carries the old address.

    So does one who is to be unsubscribed: nobody's new address is open while it is known that they opted out.
    """
    found = hot.rows(
        "SELECT c.id, c.contact_id, c.renamed_from, c.email FROM email_contact c"
        " WHERE c.account_id = %s AND NOT (c.renamed_from = '') AND c.batch IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM consent_delivery d JOIN consent_event e ON e.id = d.event_id"
        " WHERE d.contact_id = c.id AND d.done_at IS NULL AND d.side = 'dotdigital' AND e.word = 'unsubscribed')"
        " ORDER BY c.id LIMIT %s",
        (account_id, limit),
    )
    return [Rename(*row) for row in found]


_LOST = ", digest = NULL, accepted_digest = NULL"
#: What was known of the channel was known of another contact there.
_ANOTHER = (
    f"{_LOST}, channel_status = '', channel_status_at = '', channel_learned = 0, suppressed_reason = '',"
    " sales_sent = 0,"
    " code = CASE WHEN state = 'suppressed' THEN '' ELSE code END,"
    " detail = CASE WHEN state = 'suppressed' THEN '' ELSE detail END,"
    " state = CASE WHEN state = 'suppressed' THEN 'pending' ELSE state END"
)


def settle(one: Rename, number: int | None) -> bool:
    """Dotdigital holds the person under the new address as ``number`` (``None``: not at all); False when renamed again."""
    changed = _settle(one, number, "" if number is not None else _LOST)
    if changed and number is None and one.number is not None:
        removals.lost(one.id)
    return changed


def take_over(one: Rename, number: int, *, opted_out: bool) -> bool:
    """A contact that stood at the new address already, ``number``, is the person's from now on; False when renamed again.

    It has a status of its own. ``opted_out``: the contact before it had opted out; so has the person there.
    """
    opted_out = opted_out or consent_moves.has_opted_out(one.id)
    changed = _settle(one, number, _ANOTHER)
    if changed:
        people.wake_records([one.id])
        removals.change_owner(one.id)
        if opted_out:
            consent_moves.opt_out(one.id)
    return changed


def _settle(one: Rename, number: int | None, more: str) -> bool:
    return (
        hot.execute(
            f"UPDATE email_contact SET renamed_from = '', contact_id = %s, dirty = dirty + 1{more}"
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
