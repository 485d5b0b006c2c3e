"""What all tests share: the installation's own folder is a temporary one, and `shared/` is found or named as missing."""

from __future__ import annotations

import os
import tempfile

_DATA = tempfile.TemporaryDirectory(prefix="dotbridge-tests-")
os.environ["DOTBRIDGE_DATA"] = _DATA.name

import pytest  # noqa: E402 - the environment comes first


@pytest.fixture(autouse=True, scope="session")
def _emptied_between_tests() -> None:
    """Between tests Django empties every table row by row on SQLite, which append-only tables refuse to anybody."""
    from django.db.backends.sqlite3.operations import DatabaseOperations

    from dotbridge.ledger.append_only import protection, release

    flush = DatabaseOperations.sql_flush

    def sql_flush(self, style, tables, **options):  # type: ignore[no-untyped-def]
        statements = flush(self, style, tables, **options)
        if "consent_event" not in tables:
            return statements
        return [*release("sqlite", "consent_event"), *statements, *protection("sqlite", "consent_event")]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
