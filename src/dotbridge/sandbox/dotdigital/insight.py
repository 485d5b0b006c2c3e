"""Insight collections and their records, shared by v2 and v3 (contract, sections 15 and 17).

A key belongs to the collection, not to the contact; the scope is fixed by the first write; contacts are never created
here. Bulk writes go through ``Writer``, which checks every record alone and writes the good ones in sets.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from dataclasses import dataclass, field
from typing import Any

import orjson

from . import insight_schema
from .clock import iso
from .insight_schema import MisfitError, Schema

ACCOUNT, CONTACT = "account", "contact"
LONGEST_KEY = 255
TYPES = (
    "cartInsight", "catalog", "consentInsight", "custom", "easyEditorExtensions", "nostoEmailCampaigns", "orders",
    "productCategories", "webInsight", "wishList",
)  # fmt: skip
_TYPE_WORDS = {word.lower(): word for word in TYPES}
_NAME = re.compile(r"[-A-Za-z_][-A-Za-z0-9_]{0,254}\Z")
RECORD_COLUMNS = "key, json, created, updated, contact"


@dataclass(frozen=True, slots=True)
class Collection:
    id: int
    name: str
    type: str
    scope: str
    schema: Schema


def valid_name(name: str) -> bool:
    return bool(_NAME.match(name))


def type_word(given: Any) -> str | None:
    """The collection type in its own spelling, whatever casing was given."""
    return _TYPE_WORDS.get(str(given).lower())


def _collection(row: tuple[Any, ...]) -> Collection:
    return Collection(row[0], row[1], row[2], row[3], insight_schema.load(orjson.loads(row[4])))


def find(db: sqlite3.Connection, account_id: int, name: str) -> Collection | None:
    """The collection of this name, in any casing."""
    query = "SELECT id, name, type, scope, schema FROM collection WHERE account = ? AND name = ?"
    row = db.execute(query, (account_id, name)).fetchone()
    return _collection(row) if row else None


def find_or_create(db: sqlite3.Connection, account_id: int, name: str, scope: str, kind: str) -> Collection:
    found = find(db, account_id, name)
    if found is not None:
        return found
    cursor = db.execute(
        "INSERT INTO collection (account, name, type, scope) VALUES (?, ?, ?, ?)", (account_id, name, kind, scope)
    )
    return Collection(cursor.lastrowid or 0, name, kind, scope, Schema())


def every(db: sqlite3.Connection, account_id: int) -> list[tuple[Collection, int]]:
    """All collections of an account, each with its number of records."""
    rows = db.execute(
        "SELECT c.id, c.name, c.type, c.scope, c.schema, (SELECT count(*) FROM record r WHERE r.collection = c.id)"
        " FROM collection c WHERE c.account = ? ORDER BY c.id",
        (account_id,),
    )
    return [(_collection(row[:5]), row[5]) for row in rows]


def guess_type(name: str) -> str:
    """The type that v2, which does not state one, gives a collection by its name."""
    lower = name.lower()
    if lower.startswith("catalog"):
        return "catalog"
    return {"wishlist": "wishList"}.get(lower) or _TYPE_WORDS.get(lower, "custom")


@dataclass(slots=True)
class Entry:
    """One record to write; ``contact`` is its owner's id, 0 for the account; ``misfit`` says why it cannot go."""

    key: str
    contact: int
    document: Any
    misfit: MisfitError | None = None


@dataclass(slots=True)
class Writer:
    """Writes many records into one collection."""

    db: sqlite3.Connection
    collection: Collection
    now: dt.datetime
    replaced: set[str] = field(default_factory=set)

    def write(self, entries: list[Entry]) -> None:
        """Write what fits; every entry that does not keeps its ``misfit``."""
        owners = self._owners([entry.key for entry in entries if entry.misfit is None])
        self.replaced = set(owners)
        stamp, rows = iso(self.now), []
        seen: set[str] = set()
        schema = self.collection.schema
        for entry in entries:
            if entry.misfit is not None:
                continue
            try:
                _check_key(entry, seen, owners)
                schema.take(entry.document)
            except MisfitError as misfit:
                entry.misfit = misfit
                continue
            seen.add(entry.key)
            document = orjson.dumps(entry.document).decode()
            rows.append((self.collection.id, entry.key, entry.contact, document, stamp, stamp))
        self.db.executemany(
            "INSERT INTO record (collection, key, contact, json, created, updated) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (collection, key) DO UPDATE SET json = excluded.json, updated = excluded.updated",
            rows,
        )
        if schema.changed:
            stored = orjson.dumps(insight_schema.dump(schema.members)).decode()
            self.db.execute("UPDATE collection SET schema = ? WHERE id = ?", (stored, self.collection.id))
            schema.changed = False

    def _owners(self, keys: list[str]) -> dict[str, int]:
        query = "SELECT key, contact FROM record WHERE collection = ? AND key IN (SELECT value FROM json_each(?))"
        return dict(self.db.execute(query, (self.collection.id, orjson.dumps(keys).decode())).fetchall())


def _check_key(entry: Entry, seen: set[str], owners: dict[str, int]) -> None:
    if not entry.key or len(entry.key) > LONGEST_KEY:
        raise MisfitError("InvalidClientKey", f"a key has 1 to {LONGEST_KEY} characters")
    if entry.key in seen:
        raise MisfitError("DuplicateKey", f"the key '{entry.key}' occurs more than once in this import")
    if owners.get(entry.key, entry.contact) != entry.contact:
        raise MisfitError("KeyExistingForDifferentContact", f"the key '{entry.key}' belongs to another contact")


def read_record(db: sqlite3.Connection, collection: Collection, key: str) -> tuple[Any, ...] | None:
    """The row of ``RECORD_COLUMNS`` under this key."""
    query = f"SELECT {RECORD_COLUMNS} FROM record WHERE collection = ? AND key = ?"
    row: tuple[Any, ...] | None = db.execute(query, (collection.id, key)).fetchone()
    return row


def delete_records(db: sqlite3.Connection, collection: Collection, keys: list[str], contact: int | None) -> list[str]:
    """Delete by key, of one owner if given; the keys that were there."""
    chosen = orjson.dumps(keys).decode()
    rows = db.execute(
        "DELETE FROM record WHERE collection = ? AND key IN (SELECT value FROM json_each(?))"
        " AND (? IS NULL OR contact = ?) RETURNING key",
        (collection.id, chosen, contact, contact),
    )
    return [row[0] for row in rows.fetchall()]


def empty(db: sqlite3.Connection, collection: Collection, contact: int | None = None) -> int:
    """Delete all records, or all of one contact; how many there were. The schema stays."""
    cursor = db.execute(
        "DELETE FROM record WHERE collection = ? AND (? IS NULL OR contact = ?)", (collection.id, contact, contact)
    )
    return cursor.rowcount
