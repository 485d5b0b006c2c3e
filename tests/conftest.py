"""What all tests share: the installation's own folder is a temporary one, and `shared/` is found or named as missing."""

from __future__ import annotations

import os
import tempfile

_DATA = tempfile.TemporaryDirectory(prefix="dotbridge-tests-")
os.environ["DOTBRIDGE_DATA"] = _DATA.name

from typing import Any  # noqa: E402 - the environment comes first

import pytest  # noqa: E402
from django.db.backends.sqlite3.base import DatabaseOperations  # noqa: E402

from dotbridge.ledger.append_only import protection, release  # noqa: E402

_flush = DatabaseOperations.sql_flush


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_are_emptied_between_tests() -> None:
    """On SQLite Django empties every table row by row, which an append-only one refuses to anybody."""

    def sql_flush(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
        statements: list[str] = _flush(self, style, tables, **options)
        if "consent_event" not in tables:
            return statements
        return [*release("sqlite", "consent_event"), *statements, *protection("sqlite", "consent_event")]

    DatabaseOperations.sql_flush = sql_flush
