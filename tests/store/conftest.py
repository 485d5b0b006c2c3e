"""The real store, synced once a session; every scene begins there, changes the shop, syncs again and is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dotbridge.sources.magento2.sql.schema import READ as MAGENTO_2
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.fixtures_mariadb import magento1_store, magento2_store, mariadb
from support.installation import Installation
from support.mariadb import MariaDb
from support.premises import SECOND, Premises, Synced
from support.real_store import RealStore
from support.standstill import Standstill

__all__ = ["magento1_store", "magento2_store", "mariadb"]


@pytest.fixture(scope="session")
def db(django_db_setup: None) -> None:
    """The test database, for scenes that outlast a test; pytest-django makes it only where a test asks for ``db``."""


@pytest.fixture(scope="session")
def premises(db: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """Where installations live; the sandbox has two accounts. One scene at a time may borrow them."""
    accounts = ((USER, PASSWORD, "r1"), (SECOND, PASSWORD, "r1"))
    with Sandbox(accounts) as sandbox:
        yield Premises(sandbox, tmp_path_factory.mktemp("home"), django_db_blocker)


@pytest.fixture(scope="session")
def shop(mariadb: MariaDb, magento1_store: str) -> Iterator[RealStore]:
    """The copy of the store that the first sync reads; to change it, ask for ``store``."""
    copy = RealStore(mariadb, magento1_store, "store_copy")
    yield copy
    copy.drop()


@pytest.fixture(scope="module")
def store(shop: RealStore) -> Iterator[RealStore]:
    """The copy, put back after the module."""
    yield shop
    shop.put_back()


@pytest.fixture(scope="session")
def synced(premises: Premises, shop: RealStore) -> Synced:
    """The first sync of everything, people who never subscribed included."""
    with premises.lent():
        installation = premises.installation(shop=shop)
        # Pages of a thousand make more imports of orders than may run at once.
        installation.configure(non_subscribers="send", page_size=1000)
        return Synced(premises.sync(installation, user=USER), Standstill(premises.sandbox))


@pytest.fixture
def dotbridge(premises: Premises, synced: Synced, shop: RealStore) -> Iterator[Installation]:
    """The installation as the first sync left it, for one test; the shop is put back afterwards."""
    with premises.lent(synced.moment):
        yield premises.installation(shop=shop)
    shop.put_back()


@pytest.fixture(scope="session")
def magento2(mariadb: MariaDb, magento2_store: str) -> Iterator[RealStore]:
    """A copy of the real Magento 2 store."""
    copy = RealStore(mariadb, magento2_store, "store2_copy", platform="magento2", tables=tuple(MAGENTO_2))
    yield copy
    copy.drop()


@pytest.fixture(scope="session")
def synced_magento2(premises: Premises, magento2: RealStore) -> Synced:
    """The first sync of everything by the database, people who never subscribed included."""
    with premises.lent():
        installation = premises.installation(shop=magento2)
        installation.configure(non_subscribers="send")
        return Synced(premises.sync(installation, user=USER), Standstill(premises.sandbox))
