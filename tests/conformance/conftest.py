"""A bench for each registered platform, and for the toy platform, which is registered by one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dotbridge.sources import registry
from support.benches import BENCHES, bench
from support.benches.base import Bench
from support.commercetools_server import CommercetoolsServer
from support.fixtures_mariadb import mariadb
from support.fixtures_postgresql import postgresql
from support.northwind_shop import Northwind

__all__ = ["mariadb", "postgresql"]

SHOPS = sorted({*registry.PLATFORMS, *BENCHES})


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """One folder, one line: this is the line."""
    monkeypatch.setitem(registry.PLATFORMS, "toy", "support.toy_shop:Toy")


@pytest.fixture(scope="session")
def northwind() -> Iterator[Northwind]:
    with Northwind(customers=4, orders=4, products=8, carts=2) as shop:
        yield shop


@pytest.fixture(scope="session")
def commercetools_server() -> Iterator[CommercetoolsServer]:
    with CommercetoolsServer() as server:
        yield server


@pytest.fixture(scope="session", params=SHOPS)
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The bench of a platform and way, with whatever server it names as its constructor's only parameter."""
    key = request.param
    assert key in BENCHES, f"the platform {key} has no bench: add it to tests/support/benches"
    kind = bench(key)
    needs = next(iter(kind.__init__.__annotations__))
    made: Any = tmp_path_factory.mktemp("bench") if needs == "folder" else request.getfixturevalue(_FIXTURES[needs])
    found: Bench = kind(made)  # type: ignore[call-arg]  # each bench names what it needs
    return found


_FIXTURES = {
    "server": "mariadb",
    "northwind": "northwind",
    "commercetools_server": "commercetools_server",
    "postgresql": "postgresql",
}


@pytest.fixture
def shop(kept: Bench, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """The bench, emptied; a case that does not apply is skipped with the bench's own reason."""
    case = request.node.originalname
    if case in kept.without:
        pytest.skip(kept.without[case])
    kept.empty()
    yield kept
    kept.empty()
