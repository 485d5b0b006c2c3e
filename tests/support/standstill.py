"""An installation and its sandbox at one moment, to be put back before each test: a real store takes long to sync.

The ledger is copied by SQLite's own backup, the sandbox by its file while its process stands still.
"""

from __future__ import annotations

import sqlite3
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
        sandbox.stop()
        self._sandbox = sandbox.database.read_bytes()
        sandbox.start()

    def put_back(self, sandbox: Sandbox) -> None:
        """Ledger and sandbox as they were then; the sandbox keeps its port."""
        self._ledger.put_back()
        sandbox.stop()
        for beside in ("-wal", "-shm"):
            sandbox.database.with_name(sandbox.database.name + beside).unlink(missing_ok=True)
        sandbox.database.write_bytes(self._sandbox)
        sandbox.start()


def _ledger() -> Any:
    connection.ensure_connection()
    assert connection.vendor == "sqlite", "only a ledger on SQLite can be put back"
    return connection.connection
