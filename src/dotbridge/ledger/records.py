"""Records of a website in the ledger: what is held of a page's, and the wanted state of those that moved.

The hottest SQL of all: what the rows of a page have in common goes to the database once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from dotbridge.ledger import hot


class Known(NamedTuple):
    """What the ledger holds of a record, as far as a new read needs it.

    ``taken`` is the digest that Dotdigital took last; ``held`` whether Dotdigital may hold the record at all;
    ``warned`` whether something was noted when it was mapped last.
    """

    id: int
    state: str
    waits_for: str
    code: str
    digest: bytes | None
    taken: bytes | None
    mapping_version: int
    contact_id: int | None
    held: bool
    warned: bool

    @property
    def accepted(self) -> bool:
        """Whether Dotdigital holds what was last taken."""
        return self.taken is not None


class Standing(NamedTuple):
    """What rows of a page share: whose they are, when they were read, and how they stand."""

    website_id: int
    account_id: int
    collection: str
    scope: str
    read_started: float
    mapping_version: int
    state: str
    waits_for: str = ""
    code: str = ""
    detail: str = ""
    batch: int | None = None


class RecordRow(NamedTuple):
    """One row to stage; the order behind ``standing`` is that of the upsert's columns."""

    standing: Standing
    source_id: str
    key: str
    contact_id: int | None
    source_updated: str
    warnings: str
    digest: bytes | None

    @property
    def place(self) -> tuple[str, str, str]:
        """Collection, scope and source id: what makes a record of a website that one."""
        return self.standing.collection, self.standing.scope, self.source_id


def known(table: str, website_id: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    """What the ledger holds of these (scope, source id) of one website: one query a page."""
    if not keys:
        return {}
    args: list[Any] = [part for key in keys for part in key]
    wanted = f"VALUES {', '.join(['(%s, %s)'] * len(keys))}"
    if connection.vendor == "postgresql":
        scopes, ids = hot.array(args[::2]), hot.array(args[1::2])
        wanted, args = f"SELECT * FROM unnest({scopes[0]}, {ids[0]})", [scopes[1], ids[1]]
    found = hot.rows(
        f"WITH k(scope, source_id) AS ({wanted}) "
        "SELECT r.scope, r.source_id, r.id, r.state, r.waits_for, r.code, r.digest, r.accepted_digest,"
        f" r.mapping_version, r.contact_id, r.accepted_at IS NOT NULL, r.warnings <> '' FROM k JOIN {table} r"
        " ON r.website_id = %s AND r.scope = k.scope AND r.source_id = k.source_id",
        [*args, website_id],
    )
    return {
        (row[0], row[1]): Known(
            row[2],
            row[3],
            row[4],
            row[5],
            hot.as_bytes(row[6]),
            hot.as_bytes(row[7]),
            row[8],
            row[9],
            bool(row[10]),
            bool(row[11]),
        )
        for row in found
    }


def _record_conflict(table: str) -> str:
    target = "website_id, collection, scope, source_id" if table == "email_insight" else "website_id, scope, source_id"
    plain = (
        "key",
        "collection",
        "source_updated",
        "read_started",
        "mapping_version",
        "warnings",
        "digest",
    )
    kept = ("contact_id", "state", "code", "detail")
    sets = [f"{c} = excluded.{c}" for c in plain]
    # A row on the road keeps its place there; settling finds the newer version and asks for one more read.
    sets += [f"{c} = CASE WHEN {table}.batch IS NULL THEN excluded.{c} ELSE {table}.{c} END" for c in kept]
    sets += [
        f"waits_for = CASE WHEN {table}.batch IS NULL THEN excluded.waits_for ELSE 'read' END",
        f"attempts = CASE WHEN {table}.digest = excluded.digest THEN {table}.attempts ELSE 0 END",
        f"version = {table}.version + 1",
        f"batch = COALESCE({table}.batch, excluded.batch)",
        f"batch_version = CASE WHEN {table}.batch IS NULL THEN {table}.version + 1 ELSE {table}.batch_version END",
    ]
    return (
        f"ON CONFLICT ({target}) DO UPDATE SET {', '.join(sets)}"
        # The live lane or a retry may have staged a newer read of the same record meanwhile: then it stands.
        f" WHERE (excluded.source_updated, excluded.read_started) >= ({table}.source_updated, {table}.read_started)"
        f" AND {table}.state <> 'erased'"
    )


_CONFLICT = {
    table: _record_conflict(table)
    for table in ("email_order", "email_quote", "email_catalog", "email_review", "email_wishlist", "email_insight")
}


_COLUMNS = (*Standing._fields, *RecordRow._fields[1:])
_VALUES = f"({', '.join(['%s'] * len(_COLUMNS))}, 1, 1, 0)"


def stage(table: str, staged: Sequence[RecordRow]) -> bool:
    """Writes what is wanted now; a row already on the road stays there and is read again after it settles.

    Gives whether every row was written: one of which a newer read is held, or that is erased, stands as it is.
    """
    once = staged
    if len({row.source_id for row in staged}) < len(staged):
        # A shop's page may hold a record twice; the later one is the newer. Or once for each store view.
        once = list({row.place: row for row in staged}.values())
    into = f"{table} ({', '.join(_COLUMNS)}, version, batch_version, attempts)"
    groups = _together(once)
    if len(groups) > 1 and connection.vendor == "postgresql":
        # All in one statement, so that they are taken in the order in which everybody takes them.
        whole = [(*row.standing, *row[1:]) for row in once]
        return hot.insert(into, _VALUES, _CONFLICT[table], whole) == len(once)
    written = 0
    for standing, rows in groups.items():
        written += hot.insert(into, _VALUES, _CONFLICT[table], rows, standing)
    return written == len(once)


def _together(staged: Iterable[RecordRow]) -> dict[Standing, list[tuple[object, ...]]]:
    groups: dict[Standing, list[tuple[object, ...]]] = {}
    last, rows = None, []
    for row in staged:
        # Rows of one batch come one after the other and hold the very same standing.
        if row.standing is not last:
            last = row.standing
            rows = groups.setdefault(last, [])
        rows.append(row[1:])
    return groups
