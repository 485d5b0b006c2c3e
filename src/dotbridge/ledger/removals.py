"""What left the shop, and what a rule took out: marked here, taken out of Dotdigital by the importer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.ledger import facts, hot, people
from dotbridge.ledger.codes import OWNER_CHANGED


def mark_departed(table: str, website_id: int, ids: Sequence[str]) -> None:
    """Records that left the shop: those that Dotdigital may hold wait for their removal, the others are removed.

    One that is on the road is read again after it settles, and is found gone then.
    """
    for start in range(0, len(ids), 500):
        part = list(ids[start : start + 500])
        if table == "email_order":
            owners = hot.rows(
                f"SELECT contact_id FROM order_fact WHERE website_id = %s AND source_id IN ({hot.marks(part)})",
                [website_id, *part],
            )
            people.mark_dirty(row[0] for row in owners if row[0] is not None)
            facts.remove_orders(website_id, part)
        hot.execute(
            f"UPDATE {table} SET digest = NULL, version = version + 1, code = '', detail = '',"
            " state = CASE WHEN batch IS NOT NULL THEN state"
            " WHEN accepted_at IS NULL THEN 'removed' ELSE 'pending' END,"
            " waits_for = CASE WHEN batch IS NOT NULL THEN 'read' WHEN accepted_at IS NULL THEN '' ELSE 'removal' END"
            f" WHERE website_id = %s AND source_id IN ({hot.marks(part)}) AND state NOT IN ('removed', 'erased')",
            [website_id, *part],
        )


def change_owner(contact_id: int) -> None:
    """Another contact of Dotdigital stands for the person now: their records are taken out at the one and sent for the
    other. One that is on the road is read again after it settles."""
    for table in _PERSONAL:
        hot.execute(
            f"UPDATE {table} SET version = version + 1, digest = NULL, accepted_digest = NULL,"
            " waits_for = CASE WHEN batch IS NULL THEN 'removal' ELSE 'read' END,"
            " code = CASE WHEN batch IS NULL THEN %s ELSE code END,"
            " detail = CASE WHEN batch IS NULL THEN %s ELSE detail END,"
            " state = CASE WHEN batch IS NULL THEN 'pending' ELSE state END"
            " WHERE contact_id = %s AND accepted_at IS NOT NULL AND state IN ('accepted', 'staged', 'pending')"
            " AND waits_for <> 'removal'",
            (OWNER_CHANGED.id, OWNER_CHANGED.what, contact_id),
        )


def lost(contact_id: int) -> None:
    """Dotdigital has lost the person, and their records with them: they are sent again."""
    for table in _PERSONAL:
        hot.execute(
            f"UPDATE {table} SET version = version + 1, digest = NULL, accepted_digest = NULL, waits_for = 'read',"
            " state = CASE WHEN batch IS NULL THEN 'pending' ELSE state END"
            " WHERE contact_id = %s AND accepted_at IS NOT NULL AND (state IN ('accepted', 'staged')"
            " OR (state = 'pending' AND waits_for <> 'removal'))",
            (contact_id,),
        )


_PERSONAL = [table for table in people.RECORD_TABLES if table != "email_catalog"]


class Removal(NamedTuple):
    """One document to take out of Dotdigital; ``email`` is "" for an account's own documents."""

    id: int
    version: int
    collection: str
    key: str
    code: str
    email: str


def due_removals(
    table: str, account_id: int, limit: int, only: tuple[int, Sequence[str]] | None = None
) -> list[Removal]:
    """The next documents of the account to take out; of ``only`` these (website, source ids), if given."""
    which, chosen = "", list[object]()
    if only is not None:
        which = f" AND r.website_id = %s AND r.source_id IN ({hot.marks(only[1])})"
        chosen = [only[0], *only[1]]
    found = hot.rows(
        f"SELECT r.id, r.version, r.collection, r.key, r.code, COALESCE(c.email, '') FROM {table} r"
        " LEFT JOIN email_contact c ON c.id = r.contact_id"
        f" WHERE r.account_id = %s AND r.state = 'pending' AND r.waits_for = 'removal'{which} ORDER BY r.id LIMIT %s",
        (account_id, *chosen, limit),
    )
    return [Removal(*row) for row in found]


def settle_removals(table: str, done: Sequence[Removal]) -> None:
    """These are out of Dotdigital: removed, or excluded where a rule took them out, or to be read for their new owner.

    A record that came back meanwhile has another version and stays pending.
    """
    hot.many(
        f"UPDATE {table} SET state = CASE code WHEN '' THEN 'removed' WHEN %s THEN 'pending' ELSE 'excluded' END,"
        " waits_for = CASE code WHEN %s THEN 'read' ELSE '' END, code = CASE code WHEN %s THEN '' ELSE code END,"
        " digest = NULL, accepted_digest = NULL, accepted_at = NULL"
        " WHERE id = %s AND version = %s AND state = 'pending' AND waits_for = 'removal'",
        [(*[OWNER_CHANGED.id] * 3, one.id, one.version) for one in done],
    )
