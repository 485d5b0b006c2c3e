"""All hot SQL: look-up, stage and settle, as plain statements that run unchanged on SQLite and PostgreSQL.

The ORM's bulk upsert costs 15-25 times the CPU, so what happens once per record happens here. Everything is
compare-and-swap: a statement names the state it expects, and the comment beside it says who else may have won.
The caller holds the transaction (``ledger.transaction``); no network, storage or mapping happens inside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection

from dotbridge.errors import RetryableError
from dotbridge.ledger import clock
from dotbridge.ledger.codes import LEASE_LOST, NOT_MAILABLE
from dotbridge.ledger.copying import copy, storable
from dotbridge.ledger.states import OPEN_BATCHES, Transport
from dotbridge.ledger.transaction import locked

#: Values of one statement, where SQLite takes as many: it took 999 in its beginnings, and 32,766 today.
_VALUES = 5_000

#: Unit separator. An id that holds it itself is no reason to fail: such a list goes as one.
_BETWEEN = "\x1f"

_OPEN = ", ".join(f"'{state}'" for state in OPEN_BATCHES)


class BatchRow(NamedTuple):
    """A new batch."""

    id: int
    account_id: int
    website_id: int | None
    kind: str
    record_table: str
    collection: str
    collection_scope: str
    collection_type: str
    lane: str
    priority: int
    canary: int
    body: str
    body_sha256: str
    records: int
    size: int
    parent: int | None = None
    transport: str = Transport.V3.value
    legs: str = ""
    leg: int = 0


@lru_cache(64)
def _native(sql: str) -> str:
    """The statement with SQLite's own marks. Django would put them in anew each time, one by one."""
    return sql.replace("%s", "?").replace("%%", "%")


@contextmanager
def _cursor() -> Iterator[tuple[Any, Callable[[str], str]]]:
    """A cursor of the database itself, where Django would only translate, and what puts a statement in its words."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with connection.wrap_database_errors, closing(connection.connection.cursor()) as bare:
            yield bare, _native
    else:
        with connection.cursor() as cursor:
            yield cursor, str


def execute(sql: str, args: Sequence[Any] = ()) -> int:
    """Runs one statement and gives the number of rows it changed."""
    with _cursor() as (cursor, words):
        cursor.execute(words(sql), args if connection.vendor == "sqlite" else storable(args))
        return int(cursor.rowcount)


def rows(sql: str, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of one query."""
    with _cursor() as (cursor, words):
        cursor.execute(words(sql), args if connection.vendor == "sqlite" else storable(args))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def many(sql: str, args: Sequence[Sequence[Any]]) -> None:
    """Runs one statement for each of many rows."""
    if args:
        with _cursor() as (cursor, words):
            cursor.executemany(words(sql), args if connection.vendor == "sqlite" else [storable(row) for row in args])


def insert(into: str, values: str, then: str, staged: Sequence[Sequence[Any]], shared: Sequence[Any] = ()) -> int:
    """Inserts many rows, as many in one statement as every SQLite takes: a statement for each costs twice the CPU.

    PostgreSQL gets them by COPY. ``into`` is table and columns, ``values`` one row's place-holders in brackets, ``then``
    what to do on a conflict; ``shared`` are the first values of every row, given once. No two of the rows may be
    the same record. Gives how many were written; a conflict may leave one out.
    """
    if not staged:
        return 0
    if connection.vendor == "postgresql":
        return copy(into, values, then, staged, shared)
    written = 0
    with _cursor() as (cursor, words):
        step = (min(_VALUES, _most_values()) - len(shared)) // len(staged[0])
        for start in range(0, len(staged), step):
            part = staged[start : start + step]
            statement = words(_insertion(into, values, then, len(part), len(shared)))
            cursor.execute(statement, (*shared, *chain.from_iterable(part)))
            written += cursor.rowcount
    return written


@lru_cache(64)
def _insertion(into: str, values: str, then: str, rows: int, shared: int) -> str:
    """The statement for so many rows; a page has full ones of one length and a last one."""
    for number in range(1, shared + 1):
        values = values.replace("%s", f"?{number}", 1)
    return f"INSERT INTO {into} VALUES {', '.join([values] * rows)} {then}"


def _most_values() -> int:
    limit: int = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    return limit


def marks(values: Sequence[Any]) -> str:
    """Place-holders for an IN list."""
    return ", ".join(["%s"] * len(values))


def among(values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The condition that a column is one of these (at least one), to stand behind its name, and its arguments.

    PostgreSQL gets one list: its driver reads statements in Python, and a thousand place-holders cost it a millisecond.
    """
    if connection.vendor == "postgresql":
        words, value = array(values)
        return f"= ANY({words})", [value]
    return f"IN ({marks(values)})", [*values]


def array(values: Sequence[Any]) -> tuple[str, Any]:
    """A list of texts, or of ids, not empty, as PostgreSQL reads it, and the argument for it.

    It is joined and split again: the driver writes a list one value after the other, in Python.
    """
    if isinstance(values[0], int):
        return "string_to_array(%s, ',')::bigint[]", ",".join(map(str, values))
    whole = _BETWEEN.join(values)
    if not whole or whole.count(_BETWEEN) >= len(values):
        return "%s::text[]", list(values)
    return f"string_to_array(%s, '{_BETWEEN}')", whole


def as_bytes(value: Any) -> bytes | None:
    """A digest as the database gives it: PostgreSQL hands out views."""
    return None if value is None else bytes(value)


def insert_batch(batch: BatchRow) -> None:
    """A queued batch, due at once."""
    execute(
        f"INSERT INTO email_importer ({', '.join(batch._fields)}, state, waits_for, code, detail, import_id, attempts,"
        f" due_at, token, lease_until, created_at, accepted, rejected)"
        f" VALUES ({marks(batch)}, 'queued', '', '', '', '', 0, 0, '', 0, %s, 0, 0)",
        [*batch, clock.now()],
    )


def hold(job_id: int | None, token: str) -> None:
    """Asserts, inside the transaction, that the job is still ours; raises RetryableError(LEASE_LOST) otherwise.

    The lease may have run out while the page was read, and another worker taken the job: then nothing of ours commits.
    """
    if (
        job_id is not None
        and execute("UPDATE job SET token = token WHERE id = %s AND token = %s", (job_id, token)) != 1
    ):
        raise RetryableError(LEASE_LOST)


def save_checkpoint(website_id: int, stream: str, cursor: str, read: int, compared_at: float | None = None) -> None:
    """Moves a stream's checkpoint over what the same transaction stages."""
    execute(
        "INSERT INTO checkpoint (website_id, stream, cursor, compared_at, read, moved_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (website_id, stream) DO UPDATE SET cursor = excluded.cursor,"
        " read = checkpoint.read + excluded.read, moved_at = excluded.moved_at,"
        " compared_at = CASE WHEN excluded.compared_at > 0 THEN excluded.compared_at ELSE checkpoint.compared_at END",
        (website_id, stream, cursor, compared_at or 0, read, clock.now()),
    )


def pointing(batch: int, table: str) -> set[str] | None:
    """Document keys of the batch that may go: rows that still point at it in the version it carries.

    ``None`` when that is every row of the batch, the usual case. A newer version, an erasure or a suppression that
    came after staging leaves its key out.
    """
    total = rows("SELECT records FROM email_importer WHERE id = %s", (batch,))[0][0]
    condition = "r.batch = %s AND r.batch_version = r.version"
    if table == "email_contact":
        condition += " AND r.suppressed_reason = ''"
        count, listing = f"SELECT COUNT(*) FROM email_contact r WHERE {condition}", "r.id"
        source = "email_contact r"
    else:
        source = f"{table} r LEFT JOIN email_contact c ON c.id = r.contact_id AND c.state IN ('suppressed', 'erased')"
        condition += " AND c.id IS NULL"
        count, listing = f"SELECT COUNT(*) FROM {source} WHERE {condition}", "r.key"
    if rows(count, (batch,))[0][0] == total:
        return None
    return {str(row[0]) for row in rows(f"SELECT {listing} FROM {source} WHERE {condition}", (batch,))}


class Refusal(NamedTuple):
    """One record that Dotdigital or we refused, by document key (or contact id of ours)."""

    state: str
    waits_for: str
    code: str
    detail: str
    key: str


def lock_batch(table: str, batch: int) -> None:
    """Takes the rows of a batch in the order in which all writers take them, before they move in several steps."""
    order = "id" if table == "email_contact" else "website_id, scope, source_id"
    if connection.vendor == "postgresql":
        execute(locked(f"SELECT id FROM {table} WHERE batch = %s ORDER BY {order}"), (batch,))


def settle_refused(table: str, batch: int, refused: Sequence[Refusal]) -> None:
    """Moves the named rows of a batch out of it. A row whose wanted version moved on is left to ``settle_rest``."""
    column = "id" if table == "email_contact" else "key"
    many(
        f"UPDATE {table} SET state = %s, waits_for = %s, code = %s, detail = %s, batch = NULL, attempts = attempts + 1"
        f" WHERE {column} = %s AND batch = %s AND batch_version = version",
        [(*refusal, batch) for refusal in refused],
    )


def settle_warned(table: str, batch: int, warned: Sequence[tuple[str, str]]) -> None:
    """Adds what Dotdigital dropped to rows that it took all the same: (warnings as JSON, key)."""
    column = "id" if table == "email_contact" else "key"
    many(
        f"UPDATE {table} SET warnings = %s WHERE {column} = %s AND batch = %s AND batch_version = version",
        [(*pair, batch) for pair in warned],
    )


def settle_rest(table: str, batch: int) -> int:
    """Accepts every row that still is in the batch, and gives how many.

    A row whose wanted version moved on while this one was on the road is read once more; what Dotdigital holds of it is
    then unknown to us, but something it does. The live lane and the collector are the ones that move it on.
    """
    now = clock.now()
    # A suppression that came while the contact was on the road: nothing more of theirs goes.
    state, code = "'accepted'", "''"
    if table == "email_contact":
        state = "CASE WHEN suppressed_reason <> '' THEN 'suppressed' ELSE 'accepted' END"
        code = f"CASE WHEN suppressed_reason <> '' THEN '{NOT_MAILABLE.id}' ELSE '' END"
    taken = execute(
        f"UPDATE {table} SET state = {state}, accepted_digest = digest, accepted_at = %s, batch = NULL,"
        f" waits_for = '', code = {code}, detail = '', attempts = 0 WHERE batch = %s AND batch_version = version",
        (now, batch),
    )
    again = "'', dirty = dirty + 1" if table == "email_contact" else "'read'"
    execute(
        f"UPDATE {table} SET state = 'pending', waits_for = {again}, batch = NULL, accepted_digest = NULL,"
        " accepted_at = %s WHERE batch = %s",
        (now, batch),
    )
    return taken


def release(table: str, batch: int, *, perhaps_taken: bool = False) -> None:
    """Gives the rows of a batch back to be read and sent again.

    ``perhaps_taken``: Dotdigital may hold them, so that one that leaves the shop now must be removed there.
    """
    again = "'', dirty = dirty + 1" if table == "email_contact" else "'read'"
    held = "COALESCE(accepted_at, %s)" if perhaps_taken else "accepted_at"
    lock_batch(table, batch)
    execute(
        f"UPDATE {table} SET state = 'pending', waits_for = {again}, batch = NULL, accepted_digest = NULL,"
        f" attempts = attempts + 1, accepted_at = {held} WHERE batch = %s",
        (clock.now(), batch) if perhaps_taken else (batch,),
    )


def rehang(table: str, old: int, new: int, keys: Sequence[str]) -> None:
    """Hangs rows of one batch on another, after a split."""
    column = "id" if table == "email_contact" else "key"
    many(f"UPDATE {table} SET batch = %s WHERE batch = %s AND {column} = %s", [(new, old, key) for key in keys])


def resend(table: str, account_id: int, collection: str, keys: Sequence[str]) -> None:
    """Asks for these documents to be sent once more: what Dotdigital holds of them is no longer known.

    A row that is on the road counts as moved on, so that it is read again after it settles. One that was taken out of
    Dotdigital may stand there again, and is taken out once more.
    """
    many(*_resend(table, account_id, collection, keys))
    if table == "email_contact":
        many(
            "UPDATE list_membership SET state = 'leaving' WHERE contact_id = %s AND state = 'left'",
            [(key,) for key in keys],
        )
    if table != "email_contact":
        many(
            f"UPDATE {table} SET state = 'pending', waits_for = 'removal', version = version + 1, accepted_at = %s"
            " WHERE account_id = %s AND collection = %s AND key = %s AND state IN ('removed', 'excluded')",
            [(clock.now(), account_id, collection, key) for key in keys],
        )


def _resend(table: str, account_id: int, collection: str, keys: Sequence[str]) -> tuple[str, list[tuple[Any, ...]]]:
    if table == "email_contact":
        where = "id = %s"
        args: list[tuple[Any, ...]] = [(key,) for key in keys]
        again = "dirty = dirty + 1"
    else:
        where = "account_id = %s AND collection = %s AND key = %s"
        args = [(account_id, collection, key) for key in keys]
        again = "state = CASE WHEN batch IS NULL THEN 'pending' ELSE state END, waits_for = 'read'"
    # What waits for its removal already keeps waiting for that.
    statement = (
        f"UPDATE {table} SET digest = NULL, accepted_digest = NULL, version = version + 1, {again}"
        f" WHERE {where} AND state IN ('accepted', 'staged', 'pending') AND waits_for <> 'removal'"
    )
    return statement, args


def move_batch(batch: int, old: Sequence[str], new: str, **values: Any) -> bool:
    """One compare-and-swap of a batch; False when another worker moved it first."""
    sets = "".join([f", {column} = %s" for column in values])
    return (
        execute(
            f"UPDATE email_importer SET state = %s{sets} WHERE id = %s AND state IN ({marks(old)})",
            [new, *values.values(), batch, *old],
        )
        == 1
    )


def claim_batch(
    account_id: int, kind: str, limit: int, token: str, lease: float, *, canary: bool
) -> tuple[Any, ...] | None:
    """Takes the account's next queued batch into ``submitting``, if fewer than ``limit`` of its kind are under way.

    Claims of one account come one after the other: two workers never get the same batch, and together never exceed the
    limit. Gives (id,) or ``None``.
    """
    rows(locked("SELECT id FROM dotdigital_account WHERE id = %s"), (account_id,))
    now = clock.now()
    gate = " AND b.canary = 1" if canary else ""
    found = rows(
        "UPDATE email_importer SET state = 'submitting', token = %s, lease_until = %s, submitting_at = %s,"
        " attempts = attempts + 1 WHERE state = 'queued' AND id = (SELECT b.id FROM email_importer b"
        f" WHERE b.account_id = %s AND b.kind = %s AND b.lane = 'bulk' AND b.state = 'queued' AND b.due_at <= %s{gate}"
        " AND (SELECT COUNT(*) FROM email_importer o WHERE o.account_id = b.account_id AND o.kind = b.kind"
        " AND o.lane = 'bulk' AND o.state IN ('submitting', 'submitted')) < %s"
        " ORDER BY b.priority, b.created_at, b.id LIMIT 1) RETURNING id",
        (token, now + lease, now, account_id, kind, now, limit),
    )
    return found[0] if found else None


def open_batches(account_id: int) -> int:
    """How many batches of the account are not settled yet."""
    query = f"SELECT COUNT(*) FROM email_importer WHERE account_id = %s AND state IN ({_OPEN})"
    return int(rows(query, (account_id,))[0][0])
