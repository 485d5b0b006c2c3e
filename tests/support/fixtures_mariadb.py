"""Fixtures for tests that need a MariaDB: import them in a folder's conftest.

The server lives as long as the test session. Without MariaDB, or without the real store, tests skip with the reason;
with DOTBRIDGE_REQUIRE_SERVICES=1 a missing server is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.mariadb import MariaDb

STORE = "magento1_store"
STORE_2 = "magento2_store"


def shared() -> Path:
    """Where the real stores lie: DOTBRIDGE_SHARED, else the folder ``shared`` beside the project."""
    return Path(os.environ.get("DOTBRIDGE_SHARED") or Path(__file__).parents[3] / "shared")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """A private server."""
    if not MariaDb.available():
        if os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") == "1":
            pytest.fail("MariaDB is not installed (mariadb-server)")
        pytest.skip("MariaDB is not installed (mariadb-server)")
    with MariaDb() as server:
        yield server


@pytest.fixture(scope="session")
def magento1_store(mariadb: MariaDb) -> str:
    """The database that holds the real Magento 1 store; tests must leave it as it is."""
    dump = shared() / "fixtures/magento1/store.sql.gz"
    if not dump.exists():
        pytest.skip(f"there is no real Magento 1 store at {dump}")
    mariadb.load(dump, STORE)
    return STORE


@pytest.fixture(scope="session")
def magento2_store(mariadb: MariaDb) -> str:
    """The database that holds the real Magento 2 store; tests must leave it as it is."""
    dump = shared() / "fixtures/magento2/store.sql.gz"
    if not dump.exists():
        pytest.skip(f"there is no real Magento 2 store at {dump}")
    mariadb.load(dump, STORE_2)
    return STORE_2
