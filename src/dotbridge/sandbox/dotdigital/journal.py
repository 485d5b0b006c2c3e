"""The journal of requests: what was sent, how it was answered, and the bodies, so that tests can walk them.

It never holds credentials. The newest requests are kept; older ones go, with bodies that no unfinished job needs.
"""

from __future__ import annotations

import base64
import sqlite3
from dataclasses import dataclass
from typing import Any

_KEPT = 20_000


@dataclass(slots=True)
class Entry:
    """One request while it is answered."""

    at: str
    method: str
    target: str
    sent_bytes: int
    body: int
    account: int | None = None
    tier: str = ""
    counted: bool = False
    status: int | None = None
    fault: str = ""
    answered_bytes: int = 0


def keep_body(db: sqlite3.Connection, body: bytes) -> int:
    """Store a body; 0 for none."""
    if not body:
        return 0
    return db.execute("INSERT INTO body (content) VALUES (?)", (body,)).lastrowid or 0


def write(db: sqlite3.Connection, entry: Entry) -> None:
    cursor = db.execute(
        "INSERT INTO request (at, account, tier, counted, method, target, status, fault, sent_bytes, answered_bytes,"
        " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.at, entry.account, entry.tier, entry.counted, entry.method, entry.target, entry.status, entry.fault,
            entry.sent_bytes, entry.answered_bytes, entry.body or None,
        ),
    )  # fmt: skip
    number = cursor.lastrowid or 0
    if number % 1000 == 0:
        _trim(db, number - _KEPT)


def _trim(db: sqlite3.Connection, last: int) -> None:
    db.execute("DELETE FROM request WHERE number <= ?", (last,))
    db.execute(
        "DELETE FROM body WHERE id < (SELECT coalesce(min(body), 0) FROM request)"
        " AND id NOT IN (SELECT body FROM job WHERE finished IS NULL AND body IS NOT NULL)"
    )


def read(db: sqlite3.Connection, since: int, limit: int, *, bodies: bool) -> list[dict[str, Any]]:
    """Requests after a number, oldest first; bodies as text, or base64 where they are none."""
    rows = db.execute(
        "SELECT r.number, r.at, a.user, r.method, r.target, r.status, r.fault, r.sent_bytes, r.answered_bytes,"
        " r.tier, CASE WHEN ? THEN b.content END FROM request r LEFT JOIN account a ON a.id = r.account"
        " LEFT JOIN body b ON b.id = r.body WHERE r.number > ? ORDER BY r.number LIMIT ?",
        (bodies, since, limit),
    )
    names = ("number", "at", "account", "method", "path", "status", "fault", "sent_bytes", "answered_bytes", "tier")
    entries = []
    for row in rows:
        entry = dict(zip(names, row, strict=False))
        if bodies:
            entry |= _readable(row[10])
        entries.append(entry)
    return entries


def _readable(content: bytes | None) -> dict[str, Any]:
    try:
        return {"body": None if content is None else content.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(content or b"").decode()}
