"""The sample shop Northwind, opened as a connection would open it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dotbridge.http.retry import Retries
from dotbridge.sources.magento2.shop import Shop
from dotbridge.sources.magento2.source import Magento2
from support.fixtures_mariadb import magento2_store, mariadb
from support.magento2_reading import Open
from support.magento2_tables import OpenTables
from support.mariadb import MariaDb
from support.northwind_shop import Northwind

__all__ = ["magento2_store", "mariadb"]

SMALL = {"customers": 260, "orders": 700, "products": 120, "carts": 60}
QUICK = Retries(attempts=4, total=5.0, first=0.01, most=0.02)


@pytest.fixture(scope="session")
def northwind() -> Iterator[Northwind]:
    """A shop that is only read."""
    with Northwind(**SMALL) as shop:
        yield shop


@pytest.fixture
def own_northwind() -> Iterator[Northwind]:
    """A shop that the test may change."""
    with Northwind(customers=40, orders=60, products=60, carts=20) as shop:
        yield shop


@pytest.fixture
def open_shop() -> Iterator[Open]:
    """Opens a shop at an address, by default with the bearer token, and closes it after the test."""
    opened: list[Shop] = []

    def open_at(url: str, token: str = "", **settings: Any) -> Shop:
        given = {"base_url": url, "bearer_token": token, "allow_private": True, **settings}
        opened.append(Shop(given, retries=QUICK))
        return opened[-1]

    yield open_at
    for shop in opened:
        shop.rest.close()


@pytest.fixture(scope="module")
def open_tables(mariadb: MariaDb) -> Iterator[OpenTables]:
    """Opens a shop by its database's name; further settings as keywords, dots written as double underscores."""
    opened: list[Magento2] = []

    def opening(database: str, **settings: Any) -> Magento2:
        connection = {
            "host": mariadb.host,
            "port": mariadb.port,
            "user": mariadb.user,
            "password": mariadb.password,
            "database": database,
        }
        shop = Magento2(connection | {name.replace("__", "."): value for name, value in settings.items()})
        opened.append(shop)
        return shop

    yield opening
    for shop in opened:
        shop.close()
