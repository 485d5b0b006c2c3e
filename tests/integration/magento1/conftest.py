"""The real store, opened; and copies of it that a test may change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dotbridge.sources.magento1.schema import READ
from dotbridge.sources.magento1.source import Magento1
from support.fixtures_mariadb import magento1_store, mariadb
from support.magento1 import Open
from support.mariadb import MariaDb

__all__ = ["magento1_store", "mariadb"]


@pytest.fixture
def open_shop(mariadb: MariaDb) -> Iterator[Open]:
    """Opens a shop by its database's name; further settings as keywords, dots written as double underscores."""
    opened: list[Magento1] = []

    def opening(database: str, **settings: Any) -> Magento1:
        connection = {
            "host": mariadb.host,
            "port": mariadb.port,
            "user": mariadb.user,
            "password": mariadb.password,
            "database": database,
        }
        shop = Magento1(connection | {name.replace("__", "."): value for name, value in settings.items()})
        opened.append(shop)
        return shop

    yield opening
    for shop in opened:
        shop.close()


@pytest.fixture
def shop(open_shop: Open, magento1_store: str) -> Magento1:
    """The real store, to be read only."""
    return open_shop(magento1_store)


@pytest.fixture
def copy(mariadb: MariaDb, magento1_store: str) -> Iterator[str]:
    """A copy of the real store that the test may change."""
    mariadb.copy(magento1_store, "magento1_copy", READ)
    yield "magento1_copy"
    mariadb.execute("mysql", "DROP DATABASE magento1_copy")
