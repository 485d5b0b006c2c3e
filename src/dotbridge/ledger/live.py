"""Batches of the live lane: claimed beside the imports, and settled record by record as their single calls answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dotbridge.ledger import clock, events, hot
from dotbridge.ledger.models import Website
from dotbridge.ledger.states import BatchState, Lane, WaitsFor

#: What the live lane wants now: (collection, document key) -> digest. Lives as long as one turn.
Wanted = dict[tuple[str, str], bytes | None]


def claim(account_id: int, token: str, lease: float) -> int | None:
    """Takes the account's next live batch into ``submitting``; contacts go before what hangs on them.

    Also one whose worker died: single upserts may be repeated, so its outcome does not matter.
    """
    now = clock.now()
    free = "(state = 'queued' AND due_at <= %s OR state = 'submitting' AND lease_until < %s)"
    found = hot.rows(
        "UPDATE email_importer SET state = 'submitting', token = %s, lease_until = %s, submitting_at = %s,"
        " attempts = attempts + 1 WHERE id = (SELECT id FROM email_importer WHERE account_id = %s AND lane = 'live'"
        # Asked again of the row itself: another worker may have taken it since the inner look.
        f" AND {free} ORDER BY priority, created_at, id LIMIT 1) AND {free} RETURNING id",
        (token, now + lease, now, account_id, now, now, now, now),
    )
    return int(found[0][0]) if found else None


def sendable(batch: int, table: str, collection: str, keys: Sequence[str], wanted: Wanted) -> set[str]:
    """Which documents of the batch may go: those that it holds in the version that is wanted, and those that an open
    import holds while this turn knows that the document is the newest one wanted. The latter go now, and once more
    after the import has settled, which may put an older value back.
    """
    contacts = table == "email_contact"
    column = "id" if contacts else "key"
    source = f"{table} r" if contacts else f"{table} r LEFT JOIN email_contact c ON c.id = r.contact_id"
    held = " AND (c.id IS NULL OR c.state NOT IN ('suppressed', 'erased'))"
    if contacts:
        held = " AND r.suppressed_reason = ''"
    where = "" if contacts else " AND r.collection = %s"
    values: list[Any] = [int(key) for key in keys] if contacts else [*keys]
    found = hot.rows(
        f"SELECT r.{column}, r.batch, r.batch_version, r.version, r.digest FROM {source} WHERE r.{column}"
        f" IN ({hot.marks(values)}) AND r.account_id = (SELECT account_id FROM email_importer WHERE id = %s)"
        f"{where} AND r.state <> 'erased'{held}",
        [*values, batch, *([] if contacts else [collection])],
    )
    may: set[str] = set()
    for key, on, version, wanted_version, digest in found:
        ours = on == batch and version == wanted_version
        newest = on is not None and on != batch and wanted.get((collection, str(key))) == hot.as_bytes(digest)
        if ours or newest:
            may.add(str(key))
    return may


def accept(table: str, batch: int, keys: Sequence[str]) -> int:
    """Accepts these rows of the batch; one whose wanted version moved on meanwhile is left in it."""
    column = "id" if table == "email_contact" else "key"
    now = clock.now()
    return sum(
        hot.execute(
            f"UPDATE {table} SET state = 'accepted', accepted_digest = digest, accepted_at = %s, batch = NULL,"
            f" waits_for = '', code = '', detail = '', attempts = 0"
            f" WHERE {column} = %s AND batch = %s AND batch_version = version",
            (now, int(key) if column == "id" else key, batch),
        )
        for key in keys
    )


def follow(contact_ids: Sequence[int], streams: Mapping[str, str]) -> set[int]:
    """Lets the records that wait for these contacts be read at once (``streams`` by table); gives their websites. In the
    caller's transaction.

    Whoever sent a contact may be another worker than the one whose records follow it: that one found it on its way.
    """
    now, found = clock.now(), dict[tuple[int, str], list[str]]()
    for table, stream in streams.items() if contact_ids else ():
        waiting = hot.rows(
            f"SELECT r.website_id, r.source_id FROM {table} r JOIN website w ON w.id = r.website_id"
            f" WHERE r.contact_id IN ({hot.marks(contact_ids)}) AND r.state = 'pending' AND r.waits_for IN (%s, %s)"
            " AND w.state = %s ORDER BY r.id",
            [*contact_ids, WaitsFor.CONTACT, WaitsFor.READ, Website.State.LIVE],
        )
        for website, source_id in waiting:
            found.setdefault((website, stream), []).append(source_id)
    for (website, stream), ids in found.items():
        events.wait(website, stream, [(source_id, now) for source_id in ids], now)
    return {website for website, _ in found}


def hold(batch: int, token: str) -> bool:
    """Whether the batch is still ours, asked inside the transaction that settles it."""
    return hot.execute("UPDATE email_importer SET token = token WHERE id = %s AND token = %s", (batch, token)) == 1


def move(batch: int, token: str, state: BatchState, **values: Any) -> bool:
    """Moves a live batch that is still ours; False when its lease ran out and another worker took it."""
    sets: Mapping[str, Any] = {"state": state.value, "token": "", "lease_until": 0, **values}
    return (
        hot.execute(
            f"UPDATE email_importer SET {', '.join(f'{name} = %s' for name in sets)}"
            " WHERE id = %s AND token = %s AND state = 'submitting'",
            (*sets.values(), batch, token),
        )
        == 1
    )


def to_bulk(batch: int, token: str) -> bool:
    """Lets an import take the rest of the batch; its report then says what is wrong with which record."""
    return move(batch, token, BatchState.QUEUED, lane=Lane.BULK.value, due_at=0, attempts=0)


def next_due(account_id: int) -> float | None:
    """When a live batch of the account wants to be sent; ``None`` when none waits."""
    found = hot.rows(
        "SELECT MIN(CASE WHEN state = 'submitting' THEN lease_until ELSE due_at END) FROM email_importer"
        " WHERE account_id = %s AND lane = 'live' AND state IN ('queued', 'submitting')",
        (account_id,),
    )
    return None if found[0][0] is None else float(found[0][0])
