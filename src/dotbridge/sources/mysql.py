"""Reading a shop's MySQL or MariaDB, gently: read-only sessions in UTC, a limit on every statement, short pages.

Knows tables only by name and nothing of a platform. Errors come out by recovery: what a person must change is a
ConfigError, what passes by itself a RetryableError.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterable, Sequence
from typing import Any

from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.sources.codes import (
    CREDENTIALS_REFUSED,
    DATABASE_UNKNOWN,
    QUERY_REFUSED,
    QUERY_SLOW,
    RIGHT_MISSING,
    SETTING_UNFIT,
    SHOP_UNREACHABLE,
    TABLE_MISSING,
)
from dotbridge.sources.mysql_drivers import ERRORS, LOST, Row, Session, session

_NAME = re.compile(r"[A-Za-z0-9_$]+").fullmatch

_CREDENTIALS = {1045, 1251, 1275, 1524, 1698, 1820, 1862, 2059, 2061}
_DATABASE = {1044, 1049}
_RIGHT = {1142, 1143, 1227, 1370}
_MISSING = {1054, 1146}
_SLOW = {1205, 1317, 1907, 1969, 3024}
_GONE = {1040, 1042, 1053, 1077, 1079, 1129, 1152, 1153, 1158, 1159, 1160, 1161, 1203, 1213, 1226, 1836, 1927, 4031}
_CLIENT = range(2000, 2060)
_LOST_NUMBERS = {1053, 1077, 1079, 1927, 2006, 2013, 2055, 4031}

# In the order they are tried; a server that lacks one refuses it and stays usable.
_LIMITS = ("SET SESSION max_statement_time=%d", "SET SESSION max_execution_time=%d000")
#: MariaDB makes a temporary table of a thousand ids, and for texts beside them one on the disk, page by page.
_NO_TABLES = "SET SESSION in_predicate_conversion_threshold=0"


class Shop:
    """One shop's database. Safe to share: every thread gets a connection of its own, opened at its first query."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        password: str,
        database: str,
        prefix: str = "",
        *,
        statement_seconds: int = 60,
        connect_seconds: int = 10,
        tls: bool = False,
        driver: str = "",
        writable: bool = False,
    ) -> None:
        if prefix and not _NAME(prefix):
            raise ConfigError(SETTING_UNFIT, f"The table prefix {prefix!r} may hold letters, digits and _ only.")
        self.database = database
        self.user = user
        self.prefix = prefix
        self._seconds = statement_seconds
        self._options = {
            "host": host,
            "port": port,
            "user": user,
            "password": password,
            "database": database,
            "charset": "utf8mb4",
            "connect_timeout": connect_seconds,
            "autocommit": True,
        }
        self._tls = tls
        self._driver = driver
        self._first = () if writable else ("SET SESSION TRANSACTION READ ONLY",)
        self._local = threading.local()
        self._open: set[Session] = set()
        self._guard = threading.Lock()

    def table(self, name: str) -> str:
        """The quoted name of a table with the shop's prefix, for use in SQL."""
        if not _NAME(name):
            raise ValueError(f"{name!r} is no table name")
        return f"`{self.prefix}{name}`"

    def query(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows. A literal % is written %%. A lost connection is opened again once: reads may be repeated."""
        live: Session | None = getattr(self._local, "session", None)
        if live is not None:
            try:
                return live.run(sql, args)
            except (*ERRORS, *LOST) as error:
                if not _lost(error):
                    raise self._understood(error) from error
                self._drop(live)
        try:
            live = self._connect()
            return live.run(sql, args)
        except (*ERRORS, *LOST) as error:
            if live is not None and _lost(error):
                self._drop(live)
            raise self._understood(error) from error

    def close(self) -> None:
        """Gives back the connections of all threads. No other thread may be inside a query."""
        with self._guard:
            live, self._open = self._open, set()
        for each in live:
            each.close()
        self._local = threading.local()

    def _connect(self) -> Session:
        fresh = session(self._options, self._seconds + 30, self._tls, self._driver)
        try:
            fresh.run("SET SESSION time_zone='+00:00'", None)
            # MySQL before 5.6 has no read-only transactions, and no server has both of the limits.
            for wish in (*self._first, _NO_TABLES, *(limit % self._seconds for limit in _LIMITS)):
                try:
                    fresh.run(wish, None)
                except ERRORS as error:
                    if _lost(error):
                        raise
        except BaseException:
            with contextlib.suppress(*ERRORS, *LOST):
                fresh.close()
            raise
        with self._guard:
            self._open.add(fresh)
        self._local.session = fresh
        return fresh

    def _drop(self, live: Session) -> None:
        self._local.session = None
        with self._guard:
            self._open.discard(live)
        with contextlib.suppress(*ERRORS, *LOST):
            live.close()

    def _understood(self, error: Exception) -> DotbridgeError:
        number, text = _parts(error)
        if number in _CREDENTIALS:
            return ConfigError(CREDENTIALS_REFUSED, f"The user is {self.user!r} ({number}).", field="user")
        if number in _DATABASE:
            return ConfigError(DATABASE_UNKNOWN, f"The database is {self.database!r} ({number}).", field="database")
        if number in _RIGHT:
            return ConfigError(RIGHT_MISSING, f"{text} ({number})")
        if number in _MISSING:
            return ConfigError(TABLE_MISSING, f"{text} ({number})")
        if number in _SLOW:
            return RetryableError(QUERY_SLOW, f"{text} ({number})")
        if not number or number in _GONE or number in _CLIENT:
            return RetryableError(SHOP_UNREACHABLE, f"{text} ({number or type(error).__name__})")
        return FatalError(QUERY_REFUSED, f"{text} ({number})")


def integers(ids: Iterable[str | int]) -> str:
    """Ids as the inside of an IN list; what is no number cannot be an id here and is left out. "" for none."""
    return ",".join([str(int(each)) for each in ids if isinstance(each, int) or (each.isascii() and each.isdigit())])


def texts(values: Sequence[Any]) -> str:
    """As many placeholders as there are values."""
    return ",".join(["%s"] * len(values))


def _parts(error: Exception) -> tuple[int, str]:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if isinstance(error, LOST):
        return 0, str(error)
    return number, str(error.args[1]) if len(error.args) > 1 else str(error)


def _lost(error: Exception) -> bool:
    number, _ = _parts(error)
    return number in _LOST_NUMBERS or isinstance(error, LOST)
