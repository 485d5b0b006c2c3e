"""Reading a shop's PostgreSQL, gently: read-only sessions in UTC, a limit on every statement, short pages.

Knows nothing of a platform. psycopg comes with the extra ``postgresql``. Errors come out by recovery: what a person
must change is a ConfigError, what passes by itself a RetryableError.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.observe.private import Secret
from dotbridge.sources.codes import (
    CREDENTIALS_REFUSED,
    DATABASE_UNKNOWN,
    DRIVER_MISSING,
    QUERY_REFUSED,
    QUERY_SLOW,
    RIGHT_MISSING,
    SHOP_UNREACHABLE,
    TABLE_MISSING,
)

Row = tuple[Any, ...]

_CREDENTIALS = {"28000", "28P01"}
_DATABASE = {"3D000"}
_RIGHT = {"42501"}
_MISSING = {"42P01", "42703"}
_SLOW = {"57014", "55P03", "25P03"}
_GONE = {"57P01", "57P02", "57P03", "57P05", "53300", "40001", "40P01", "25P04"}


class Database:
    """One shop's database. Safe to share: every thread gets a connection of its own, opened at its first query."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        password: str,
        database: str,
        *,
        statement_seconds: int = 60,
        connect_seconds: int = 10,
        tls: bool = False,
    ) -> None:
        self.database = database
        self.user = user
        self._password = Secret(password)
        self._seconds = statement_seconds
        self._options: dict[str, Any] = {
            "host": host,
            "port": port,
            "user": user,
            "dbname": database,
            "connect_timeout": connect_seconds,
            "application_name": "dotbridge",
            "client_encoding": "UTF8",
            **({"sslmode": "verify-full", "sslrootcert": "system"} if tls else {}),
        }
        self._local = threading.local()
        self._open: set[Any] = set()
        self._guard = threading.Lock()

    def query(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows; without ``args`` a % is a %. A lost connection is opened again once: reads may be repeated."""
        driver = _driver()
        live = getattr(self._local, "session", None)
        for attempt in ("first", "last"):
            try:
                live = live or self._connect(driver)
                found: list[Row] = live.execute(sql, args or None).fetchall()
            except driver.Error as error:
                lost = live is not None and (live.closed or live.broken)
                if lost:
                    self._drop(live)
                if not lost or attempt == "last":
                    raise self._understood(error) from error
                live = None
            else:
                return found
        raise AssertionError("the second attempt returns or raises")

    def close(self) -> None:
        """Gives back the connections of all threads. No other thread may be inside a query."""
        with self._guard:
            live, self._open = self._open, set()
        for each in live:
            each.close()
        self._local = threading.local()

    def _connect(self, driver: Any) -> Any:
        # Prepared statements would break behind a pooler that hands a session to several clients.
        fresh = driver.connect(
            **self._options, password=self._password.reveal(), autocommit=True, prepare_threshold=None
        )
        try:
            fresh.execute("SET default_transaction_read_only = on")
            fresh.execute("SET timezone = 'UTC'")
            fresh.execute("SET standard_conforming_strings = on")
            fresh.execute(f"SET statement_timeout = {int(self._seconds) * 1000}")
        except BaseException:
            fresh.close()
            raise
        with self._guard:
            self._open.add(fresh)
        self._local.session = fresh
        return fresh

    def _drop(self, live: Any) -> None:
        self._local.session = None
        with self._guard:
            self._open.discard(live)
        with contextlib.suppress(Exception):
            live.close()

    def _understood(self, error: Exception) -> DotbridgeError:
        state = str(getattr(error, "sqlstate", None) or "")
        text = " ".join(str(error).split())
        said = text.lower()
        if state in _CREDENTIALS or (not state and ("authentication failed" in said or "no pg_hba" in said)):
            return ConfigError(CREDENTIALS_REFUSED, f"The user is {self.user!r}.", field="db_user")
        if state in _DATABASE or (not state and "database" in said and "does not exist" in said):
            return ConfigError(DATABASE_UNKNOWN, f"The database is {self.database!r}.", field="db_name")
        if state in _RIGHT:
            return ConfigError(RIGHT_MISSING, f"{text} ({state})")
        if state in _MISSING:
            return ConfigError(TABLE_MISSING, f"{text} ({state})")
        if state in _SLOW:
            return RetryableError(QUERY_SLOW, f"{text} ({state})")
        if not state or state in _GONE or state.startswith(("08", "53")):
            return RetryableError(SHOP_UNREACHABLE, f"{text} ({state or type(error).__name__})")
        return FatalError(QUERY_REFUSED, f"{text} ({state})")


def numbers(ids: Sequence[str | int]) -> list[int]:
    """Ids for ``= ANY(%s)``; what is no number that a bigint holds cannot be an id here and is left out."""
    found = [int(each) for each in ids if isinstance(each, int) or (each.isascii() and each.isdigit())]
    return [each for each in found if each < 1 << 63]


def _driver() -> Any:
    try:
        return import_module("psycopg")
    except ImportError:
        raise ConfigError(DRIVER_MISSING) from None
