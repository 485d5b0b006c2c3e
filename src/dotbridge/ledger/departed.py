"""People behind whom nobody stands any more, for accounts that want them deleted in Dotdigital too."""

from __future__ import annotations

from typing import NamedTuple

from dotbridge.ledger import hot


class Departed(NamedTuple):
    """A contact of ours without a source; ``number`` is Dotdigital's id."""

    id: int
    number: int
    version: int


def due(account_id: int, limit: int, *, everybody: bool) -> list[Departed]:
    """The next that Dotdigital still holds: ``everybody``, or only whom a shop has erased."""
    asked = "" if everybody else " AND c.id IN (SELECT e.contact_id FROM erasure_asked e WHERE e.asked_at > 0)"
    found = hot.rows(
        "SELECT c.id, c.contact_id, c.version FROM email_contact c WHERE c.account_id = %s AND c.state = 'removed'"
        " AND c.contact_id IS NOT NULL AND c.batch IS NULL AND c.dirty <= c.mapped"
        f" AND NOT EXISTS (SELECT 1 FROM contact_source s WHERE s.contact_id = c.id){asked} ORDER BY c.id LIMIT %s",
        (account_id, limit),
    )
    return [Departed(*row) for row in found]


def deleted(one: Departed) -> None:
    """Dotdigital holds it no more. Whoever comes back meanwhile is made anew, with the status that is known of them."""
    hot.execute(
        "UPDATE email_contact SET contact_id = NULL, digest = NULL, accepted_digest = NULL, dirty = dirty + 1"
        " WHERE id = %s AND contact_id = %s",
        (one.id, one.number),
    )
    hot.execute("DELETE FROM erasure_asked WHERE contact_id = %s", (one.id,))
