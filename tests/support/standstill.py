"""An installation and its sandbox at one moment, to be put back before each test: a real store takes long to sync.

Both are copied by SQLite's own backup, the sandbox while its process runs on.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from django.db import connection

from support.dotdigital_sandbox import Sandbox


class LedgerCopy:
    """What the ledger held when the copy was taken."""

    def __init__(self) -> None:
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        _ledger().backup(self._copy)

    def put_back(self) -> None:
        """The ledger as it was then."""
        self._copy.backup(_ledger())


class Standstill:
    """What ledger and sandbox held when it was taken. Both must be idle whenever it is taken or put back."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._ledger = LedgerCopy()
        self._sandbox = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(sandbox.database)) as held:
            held.backup(self._sandbox)

    def put_back(self, sandbox: Sandbox) -> None:
        """Ledger and sandbox as they were then."""
        self._ledger.put_back()
        with closing(sqlite3.connect(sandbox.database)) as held:
            self._sandbox.backup(held)


def _ledger() -> Any:
    connection.ensure_connection()
    assert connection.vendor == "sqlite", "only a ledger on SQLite can be put back"
    return connection.connection
