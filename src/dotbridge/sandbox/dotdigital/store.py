"""The sandbox's own SQLite file: one connection, one lock, one transaction per request.

What was answered is committed; a killed sandbox loses nothing of it (WAL outlives the process). Nothing outside this
package reads the file.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS clock (standing_at TEXT, ahead_seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL UNIQUE, password TEXT NOT NULL, region TEXT NOT NULL,
    settings TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS data_field (
    account INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, visibility TEXT NOT NULL, default_value TEXT,
    PRIMARY KEY (account, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS list (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE,
    visibility TEXT NOT NULL, system TEXT NOT NULL DEFAULT '', UNIQUE (account, name));
CREATE TABLE IF NOT EXISTS program (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
  created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, email TEXT, mobile TEXT,
    status TEXT NOT NULL, opt_in TEXT NOT NULL, challenged INTEGER NOT NULL, email_type TEXT NOT NULL,
    sms_status TEXT NOT NULL, whatsapp_status TEXT NOT NULL, fields TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, binned TEXT,
    UNIQUE (account, email), UNIQUE (account, mobile));
CREATE INDEX IF NOT EXISTS contact_binned ON contact (binned) WHERE binned IS NOT NULL;
CREATE INDEX IF NOT EXISTS contact_updated ON contact (account, updated);
CREATE TABLE IF NOT EXISTS membership (
    list INTEGER NOT NULL, contact INTEGER NOT NULL, status TEXT NOT NULL,
    PRIMARY KEY (list, contact)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS membership_contact ON membership (contact);
CREATE TABLE IF NOT EXISTS suppression (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, contact INTEGER NOT NULL, list INTEGER,
    reason TEXT NOT NULL, removed TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS suppression_since ON suppression (account, removed);
CREATE INDEX IF NOT EXISTS suppression_contact ON suppression (contact);
CREATE TABLE IF NOT EXISTS suppressed_domain (
    account INTEGER NOT NULL, domain TEXT NOT NULL, PRIMARY KEY (account, domain)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consent (
    id INTEGER PRIMARY KEY AUTOINCREMENT, contact INTEGER NOT NULL, text TEXT, consented TEXT, url TEXT, ip TEXT,
    agent TEXT, created TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS consent_contact ON consent (contact);
CREATE TABLE IF NOT EXISTS collection (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE,
    type TEXT NOT NULL, scope TEXT NOT NULL, schema TEXT NOT NULL DEFAULT '{}', UNIQUE (account, name));
CREATE TABLE IF NOT EXISTS record (
    collection INTEGER NOT NULL, key TEXT NOT NULL, contact INTEGER NOT NULL, json TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, PRIMARY KEY (collection, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_contact ON record (contact, collection);
CREATE TABLE IF NOT EXISTS job (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account INTEGER NOT NULL, kind TEXT NOT NULL,
    body INTEGER, options TEXT NOT NULL, submitted TEXT NOT NULL, due TEXT, polls INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0, verdict TEXT, status TEXT, result TEXT, finished TEXT);
CREATE INDEX IF NOT EXISTS job_open ON job (due) WHERE finished IS NULL;
CREATE TABLE IF NOT EXISTS job_plan (
    id INTEGER PRIMARY KEY, kind TEXT, verdict TEXT, remaining INTEGER);
CREATE TABLE IF NOT EXISTS request (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, account INTEGER, tier TEXT NOT NULL,
    counted INTEGER NOT NULL, method TEXT NOT NULL, target TEXT NOT NULL, status INTEGER, fault TEXT NOT NULL,
    sent_bytes INTEGER NOT NULL, answered_bytes INTEGER NOT NULL, body INTEGER);
CREATE INDEX IF NOT EXISTS request_usage ON request (account, at) WHERE counted;
CREATE TABLE IF NOT EXISTS body (id INTEGER PRIMARY KEY AUTOINCREMENT, content BLOB NOT NULL);
"""

STATE_TABLES = (
    "data_field", "list", "program", "contact", "membership", "suppression", "suppressed_domain", "consent", "collection",
    "record", "job", "job_plan", "request", "body", "clock",
)  # fmt: skip


class Store:
    """The one connection and its lock; every use stands inside ``transaction``."""

    def __init__(self, database: Path | str) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA cache_size = -65536")
        self._db.executescript(SCHEMA)
        with self.transaction() as db:
            start_clock(db)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a write transaction: committed at the end, rolled back on any error."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()


@contextmanager
def savepoint(db: sqlite3.Connection) -> Iterator[None]:
    """Undo what was written inside when an error leaves the block."""
    db.execute("SAVEPOINT inner_step")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK TO inner_step")
        db.execute("RELEASE inner_step")
        raise
    db.execute("RELEASE inner_step")


def start_clock(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO clock SELECT NULL, 0 WHERE NOT EXISTS (SELECT 1 FROM clock)")


def empty(db: sqlite3.Connection) -> None:
    """Forget everything but the accounts and how they sign in."""
    for table in STATE_TABLES:
        db.execute(f"DELETE FROM {table}")
    db.execute("DELETE FROM sqlite_sequence")
    db.execute("UPDATE account SET settings = '{}'")
    start_clock(db)
