"""The shops of three platforms and an installation that hears of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.fixtures_postgresql import postgresql
from support.postgresql import PostgreSql
from support.street import Street, open_street

__all__ = ["postgresql"]


@pytest.fixture(scope="module")
def street(postgresql: PostgreSql, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with open_street(postgresql, tmp_path_factory.mktemp("doors")) as found:
        yield found
