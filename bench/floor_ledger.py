"""What a trusted connector owes per record besides the bare transfer, in the shortest honest way.

Digests looked up and unchanged records skipped; the body sealed and synced before one short transaction that holds
batch, rows, checkpoint, and an order's facts, a product's facts or who stands behind a contact; `submitting` committed before the call, `submitted` after it; one
transaction that settles. SQLite with WAL and synchronous=FULL, or PostgreSQL by COPY.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY = AESGCM(bytes(range(32)))
_TABLES = """
CREATE TABLE IF NOT EXISTS batch (id BIGINT PRIMARY KEY, state TEXT NOT NULL, records INT NOT NULL, size INT NOT NULL,
 first_id INT NOT NULL, last_id INT NOT NULL, import_id TEXT);
CREATE TABLE IF NOT EXISTS record (source_id INT, website_id INT, number TEXT NOT NULL, store_id INT, status TEXT,
 updated_at TEXT NOT NULL, digest BLOB NOT NULL, state TEXT NOT NULL, batch BIGINT NOT NULL,
 PRIMARY KEY (source_id, website_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS order_fact (source_id INT, website_id INT, email TEXT, number TEXT NOT NULL,
 placed_at TEXT NOT NULL, status TEXT, currency TEXT, total INT NOT NULL, base_total INT NOT NULL,
 base_refunded INT NOT NULL, PRIMARY KEY (source_id, website_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS line_fact (source_id INT, line INT, product_id INT, quantity INT NOT NULL,
 total INT NOT NULL, PRIMARY KEY (source_id, line)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (source_id INT, website_id INT, kind TEXT, email TEXT NOT NULL,
 updated_at TEXT NOT NULL, PRIMARY KEY (source_id, website_id, kind)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS person (email TEXT PRIMARY KEY, contact_id INT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS product_fact (source_id INT, website_id INT, brand TEXT NOT NULL, categories TEXT NOT NULL,
 PRIMARY KEY (source_id, website_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoint (stream TEXT PRIMARY KEY, last_id INT NOT NULL) WITHOUT ROWID;
"""
_STAGE = {"record": 9, "order_fact": 10, "line_fact": 5, "source": 5, "person": 2, "product_fact": 4}
_UPSERT = {name: f"INSERT OR REPLACE INTO {name} VALUES ({', '.join('?' * size)})" for name, size in _STAGE.items()}


class FloorLedger:
    """One database and one folder of bodies."""

    marks, begin = "?", "BEGIN IMMEDIATE"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._database: Any = self._open()

    def _open(self) -> Any:
        database = sqlite3.connect(self._folder / "floor.sqlite3", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.executescript(_TABLES)
        return database

    def known(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """The digests of these (source id, website id), in one query."""
        values = ",".join([f"({source_id},{website_id})" for source_id, website_id in keys])
        found = self._database.execute(
            f"WITH k(s, w) AS (VALUES {values}) SELECT s, w, digest FROM k JOIN record ON source_id=s AND website_id=w"
        )
        return {(source_id, website_id): digest for source_id, website_id, digest in found}

    def write(self, table: str, rows: Sequence[Any]) -> None:
        """Writes many rows over those of the same key."""
        self._database.executemany(_UPSERT[table], rows)

    def seal(self, batch: int, records: Sequence[bytes]) -> int:
        """Writes and syncs a body; gives its size."""
        nonce, name = os.urandom(12), b"%016x" % batch
        whole = b"\x00\x01" + nonce + _KEY.encrypt(nonce, zlib.compress(b"\n".join(records), 1), name)
        handle = os.open(self._folder / name.decode(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(handle, whole)
        os.fsync(handle)
        os.close(handle)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return len(whole)

    def opened(self, batch: int) -> bytes:
        """The body read back."""
        name = b"%016x" % batch
        whole = (self._folder / name.decode()).read_bytes()
        return zlib.decompress(_KEY.decrypt(whole[2:14], whole[14:], name))

    def stage(self, sizes: dict[int, int], rows: dict[str, list[Any]], changed: Sequence[int], cursor: int) -> None:
        """One transaction for a page; sizes of bodies by batch, ``rows`` by table. Known orders lose their lines first."""
        with self._writing() as database:
            for batch, size in sizes.items():
                numbers = [row[0] for row in rows["record"] if row[-1] == batch]
                values = (batch, "queued", len(numbers), size, numbers[0], numbers[-1], None)
                database.execute(f"INSERT INTO batch VALUES ({', '.join([self.marks] * 7)})", values)
            if changed:
                database.execute(f"DELETE FROM line_fact WHERE source_id IN ({','.join(map(str, changed))})")
            for table, written in rows.items():
                self.write(table, written)
            self._pass(cursor)

    def passed(self, cursor: int) -> None:
        """A page with nothing new."""
        with self._writing():
            self._pass(cursor)

    def move(self, batch: int, old: str, new: str, import_id: str | None = None) -> None:
        """One compare-and-swap of a batch."""
        with self._writing() as database:
            sql = "UPDATE batch SET state=?, import_id=? WHERE id=? AND state=?".replace("?", self.marks)
            assert database.execute(sql, (new, import_id, batch, old)).rowcount == 1

    def settle(self, batch: int, people: Sequence[tuple[str, int]] = ()) -> None:
        """Accepts the batch's rows, found by the range of keys that the batch keeps; keeps people's ids."""
        with self._writing() as database:
            if people:
                self.write("person", people)
            mark = self.marks
            low, high = database.execute(f"SELECT first_id, last_id FROM batch WHERE id={mark}", (batch,)).fetchone()
            database.execute(
                f"UPDATE record SET state='accepted' WHERE source_id BETWEEN {mark} AND {mark} AND batch={mark}"
                " AND state='staged'",
                (low, high, batch),
            )
            database.execute(f"UPDATE batch SET state='settled' WHERE id={mark} AND state='submitted'", (batch,))

    def _pass(self, cursor: int) -> None:
        self._database.execute(
            f"INSERT INTO checkpoint VALUES ('orders', {self.marks})"
            " ON CONFLICT (stream) DO UPDATE SET last_id = excluded.last_id",
            (cursor,),
        )

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        self._database.execute(self.begin)
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


class PostgresqlLedger(FloorLedger):
    """The same in PostgreSQL: rows by COPY, lines straight into their table, the others over a temporary one."""

    marks, begin = "%s", "BEGIN"

    def __init__(self, folder: Path, url: str) -> None:
        self._url = url
        super().__init__(folder)

    def _open(self) -> Any:
        database = psycopg.connect(self._url, autocommit=True)
        database.execute("SET client_min_messages=warning")
        for statement in _TABLES.replace("BLOB", "BYTEA").replace(" WITHOUT ROWID", "").split(";\n"):
            database.execute(statement.encode())
        for table in ("record", "order_fact"):
            database.execute(f"CREATE TEMP TABLE new_{table} (LIKE {table}) ON COMMIT DELETE ROWS".encode())
        return database

    def write(self, table: str, rows: Sequence[Any]) -> None:
        """Writes many rows over those of the same key."""
        via = table if table == "line_fact" else f"new_{table}"
        with self._database.cursor() as cursor:
            with cursor.copy(f"COPY {via} FROM STDIN".encode()) as target:
                for row in rows:
                    target.write_row(row)
            if via != table:
                names = [column.name for column in cursor.execute(f"SELECT * FROM {table} LIMIT 0").description]
                sets = ", ".join([f"{name} = excluded.{name}" for name in names[2:]])
                cursor.execute(
                    f"INSERT INTO {table} SELECT * FROM {via} ON CONFLICT (source_id, website_id) DO UPDATE SET {sets}"
                )


def new_batch() -> int:
    """A number for a batch."""
    return secrets.randbits(52)
