"""Tests that say ``both_databases`` are run a second time, by a session of their own, on a private PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.postgresql import PostgreSql

TESTS = Path(__file__).resolve().parents[2]
#: ``suite_….py`` is only collected here: what it asks of the database one writer at a time cannot answer.
SUITES = (
    "integration/path",
    "integration/ledger/test_upgrade.py",
    "property",
    "integration/postgresql/suite_concurrency.py",
)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.timeout(900)
def test_what_holds_on_sqlite_holds_on_postgresql(postgresql: PostgreSql) -> None:
    given = {**os.environ, "DOTBRIDGE_DATABASE": postgresql.url(postgresql.create())}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-m",
        "both_databases",
        "-p",
        "no:cacheprovider",
        "--color=no",
    ]
    command += [str(TESTS / suite) for suite in SUITES]
    done = subprocess.run(
        command, env=given, cwd=TESTS.parent, capture_output=True, text=True, timeout=880, check=False
    )
    print(done.stdout[-4000:])
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
