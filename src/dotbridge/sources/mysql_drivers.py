"""Two drivers behind one small face: asyncmy (compiled, fast) and PyMySQL (pure, where asyncmy cannot be imported).

Both give the same rows. asyncmy is asynchronous; its event loop is private to the session, and nobody outside sees it.
A session belongs to one thread.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any, Protocol

import pymysql

try:
    import asyncmy
    import asyncmy.errors

    ERRORS: tuple[type[Exception], ...] = (asyncmy.errors.MySQLError, pymysql.MySQLError)
except ImportError:  # no wheel for this machine
    asyncmy = None  # type: ignore[assignment] # looked at before each use
    ERRORS = (pymysql.MySQLError,)

#: What a broken connection may raise besides the drivers' own errors.
LOST: tuple[type[Exception], ...] = (OSError, EOFError, TimeoutError, asyncio.TimeoutError, asyncio.IncompleteReadError)

Row = tuple[Any, ...]


class Session(Protocol):
    """One connection of one thread."""

    def run(self, sql: str, args: Sequence[Any] | None) -> list[Row]:
        """All rows of a statement."""

    def close(self) -> None:
        """Gives the connection back; never raises."""


class AsyncmySession:
    """asyncmy on a private event loop."""

    def __init__(self, options: dict[str, Any], read_timeout: float, tls: bool) -> None:
        self._loop = asyncio.new_event_loop()
        self._connection: Any = None
        try:
            self._connection = self._loop.run_until_complete(
                asyncmy.connect(**options, read_timeout=read_timeout, ssl=_tls(tls))
            )
        except BaseException:
            self._loop.close()
            raise

    def run(self, sql: str, args: Sequence[Any] | None) -> list[Row]:
        """All rows of a statement."""
        return self._loop.run_until_complete(self._run(sql, args))

    async def _run(self, sql: str, args: Sequence[Any] | None) -> list[Row]:
        async with self._connection.cursor() as cursor:
            await cursor.execute(sql, args)
            return list(await cursor.fetchall())

    def close(self) -> None:
        """Gives the connection back."""
        if self._loop.is_closed():
            return
        try:
            self._loop.run_until_complete(self._connection.ensure_closed())
        except (*ERRORS, *LOST):
            self._connection.close()
        # One turn more lets the transport say goodbye before its loop goes.
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()


class PymysqlSession:
    """PyMySQL, about a third of the speed."""

    def __init__(self, options: dict[str, Any], read_timeout: float, tls: bool) -> None:
        self._connection = pymysql.connect(
            **options, read_timeout=read_timeout, write_timeout=read_timeout, ssl=_tls(tls)
        )

    def run(self, sql: str, args: Sequence[Any] | None) -> list[Row]:
        """All rows of a statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, args)
            return list(cursor.fetchall())

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection.open:
            try:
                self._connection.close()
            except (*ERRORS, *LOST):
                return


def session(options: dict[str, Any], read_timeout: float, tls: bool, driver: str = "") -> Session:
    """A fresh connection by the fastest driver there is, or by the one that is named.

    Where a caller's own event loop runs in this thread, asyncmy cannot have one of its own: PyMySQL needs none.
    """
    if asyncmy is not None and driver != "pymysql" and not _in_a_loop():
        return AsyncmySession(options, read_timeout, tls)
    return PymysqlSession(options, read_timeout, tls)


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _tls(wanted: bool) -> ssl.SSLContext | None:
    return ssl.create_default_context() if wanted else None
