"""Fixtures for tests that need an Oro: import them in a folder's conftest. Each test has a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.oro_api import OroApi
from support.oro_shop import OroShop
from support.postgresql import PostgreSql

PRISTINE = "oro_pristine"


@pytest.fixture(scope="session")
def pristine_oro(postgresql: PostgreSql) -> OroShop:
    """The sample shop, never changed."""
    return OroShop(postgresql, PRISTINE)


@pytest.fixture
def oro(postgresql: PostgreSql, pristine_oro: OroShop) -> OroShop:
    """A copy of the sample shop that the test may change."""
    return OroShop(postgresql, "oro_copy", like=PRISTINE)


@pytest.fixture
def oro_api(oro: OroShop) -> Iterator[OroApi]:
    """The copy's API."""
    with OroApi(oro) as api:
        yield api
