"""One clock for everything the sandbox stamps or waits for: it runs, stands still, or jumps ahead on command.

Its setting is stored, so that a sandbox that was killed wakes up at the same time of day.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3

_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")


def iso(instant: dt.datetime) -> str:
    """UTC text with milliseconds, so that text order is time order."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def parse_instant(text: str) -> dt.datetime:
    """UTC instant of ISO 8601 text: date alone, 0-7 decimals, ``Z`` or offset; ValueError if it is none (2.4)."""
    instant = dt.datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", text.strip()))
    return instant.replace(tzinfo=dt.UTC) if instant.tzinfo is None else instant.astimezone(dt.UTC)


def _stored(db: sqlite3.Connection) -> tuple[str | None, float]:
    row = db.execute("SELECT standing_at, ahead_seconds FROM clock").fetchone()
    return row[0], row[1]


def now(db: sqlite3.Connection) -> dt.datetime:
    standing_at, ahead = _stored(db)
    if standing_at is not None:
        return parse_instant(standing_at)
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=ahead)


def advance(db: sqlite3.Connection, seconds: float) -> None:
    standing_at, ahead = _stored(db)
    if standing_at is None:
        db.execute("UPDATE clock SET ahead_seconds = ?", (ahead + seconds,))
    else:
        stand(db, parse_instant(standing_at) + dt.timedelta(seconds=seconds))


def stand(db: sqlite3.Connection, instant: dt.datetime) -> None:
    """Stop the clock at an instant."""
    db.execute("UPDATE clock SET standing_at = ?", (instant.isoformat(),))


def run(db: sqlite3.Connection) -> None:
    """Let the clock run on from where it stands."""
    ahead = (now(db) - dt.datetime.now(dt.UTC)).total_seconds()
    db.execute("UPDATE clock SET standing_at = NULL, ahead_seconds = ?", (ahead,))
