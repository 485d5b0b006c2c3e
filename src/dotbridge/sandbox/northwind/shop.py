"""The shop's file: durable SQLite, one writer at a time, each change in one transaction.

``Shop`` hands out connections (one per thread) and opens transactions; ``Session`` is what the rest of the shop works
with: records by table and id, running numbers, the time of the change and its seeded chance.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import orjson

from dotbridge.sandbox.northwind import instants
from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.tables import PLAIN, TABLES, Table


class Session:
    """One transaction. ``at`` is the instant that everything in it happens; ``chance`` decides what is left open."""

    def __init__(self, connection: sqlite3.Connection, at: str, chance: Random) -> None:
        self.connection = connection
        self.at = at
        self.chance = chance
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The next number of a sequence, from 1 on; numbers of a rolled back transaction are given again."""
        if name not in self._numbers:
            row = self.connection.execute("SELECT value FROM sequence WHERE name = ?", (name,)).fetchone()
            self._numbers[name] = row[0] if row else 0
        self._numbers[name] += 1
        return self._numbers[name]

    def keep_numbers(self) -> None:
        self.connection.executemany("INSERT OR REPLACE INTO sequence VALUES (?, ?)", self._numbers.items())

    def load(self, table: Table, entity_id: int) -> Document | None:
        return load(self.connection, table, entity_id)

    def first(self, table: Table, where: str, *values: object) -> Document | None:
        """The first record (by ``where``, which may end in an order) or None."""
        row = self.connection.execute(f"SELECT body FROM {table.name} WHERE {where} LIMIT 1", values).fetchone()  # noqa: S608 - our own words
        return orjson.loads(row[0]) if row else None

    def any(self, table: Table, where: str = "1", *values: object) -> Document | None:
        """A record picked by chance among those that meet ``where``."""
        query = f"SELECT entity_id FROM {table.name} WHERE {where} ORDER BY entity_id"  # noqa: S608 - our own words
        ids = [row[0] for row in self.connection.execute(query, values)]
        return self.load(table, self.chance.choice(ids)) if ids else None

    def save(self, table: Table, document: Document) -> None:
        self.connection.execute(
            f"INSERT INTO {table.name} (entity_id, body) VALUES (?, ?)"  # noqa: S608 - our own words
            " ON CONFLICT (entity_id) DO UPDATE SET body = excluded.body",
            (document[table.key], orjson.dumps(document).decode()),
        )

    def delete(self, table: Table, entity_id: int) -> None:
        self.connection.execute(f"DELETE FROM {table.name} WHERE entity_id = ?", (entity_id,))  # noqa: S608 - our own words


def load(connection: sqlite3.Connection, table: Table, entity_id: int) -> Document | None:
    query = f"SELECT body FROM {table.name} WHERE entity_id = ?"  # noqa: S608 - our own words
    row = connection.execute(query, (entity_id,)).fetchone()
    return orjson.loads(row[0]) if row else None


class Shop:
    """The shop in ``path``; several threads may read, one writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._writing = threading.RLock()
        with self._writing:
            if not self.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                self._create()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; sees what is committed."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close this thread's connection; a thread that ends without it would keep the file open."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def meta(self, name: str) -> str | None:
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def change(self, *, at: str | None = None, chance: Random | None = None) -> Iterator[Session]:
        """A transaction that is committed at the end of the block, or undone by an exception.

        Without ``chance``, the shop's seed and the running number of the change decide, so that the same changes in the
        same order always pick the same records.
        """
        with self._writing:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                session = Session(self.connection, at or instants.now(), chance or Random())
                if chance is None:
                    session.chance.seed(f"{self.meta('seed')}:{session.number('change')}")
                yield session
                session.keep_numbers()
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def _create(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        for statement in (*PLAIN, *(part for table in TABLES for part in table.schema())):
            self.connection.execute(statement)
        self.connection.execute("COMMIT")
