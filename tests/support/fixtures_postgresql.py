"""Fixtures for tests that need a PostgreSQL: import them in a folder's conftest.

The server lives as long as the test session. Without PostgreSQL tests skip with the reason; with
DOTBRIDGE_REQUIRE_SERVICES=1 that is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from support.postgresql import PostgreSql


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """A private server."""
    if not PostgreSql.available():
        if os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") == "1":
            pytest.fail("PostgreSQL is not installed (postgresql)")
        pytest.skip("PostgreSQL is not installed (postgresql)")
    with PostgreSql() as server:
        yield server
