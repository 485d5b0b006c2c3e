"""One small shop for all tests that only read, one of its own for each test that changes something."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.northwind_shop import Northwind

SMALL = {"customers": 260, "orders": 700, "products": 120, "carts": 60}


@pytest.fixture(scope="session")
def shop() -> Iterator[Northwind]:
    """A shop that is only read."""
    with Northwind(**SMALL) as northwind:
        yield northwind


@pytest.fixture
def own_shop() -> Iterator[Northwind]:
    """A shop that the test may change."""
    with Northwind(customers=40, orders=60, products=60, carts=20) as northwind:
        yield northwind


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of answers recorded from a real Magento 2 store."""
    root = Path(__file__).parents[3]
    shared = Path(os.environ.get("DOTBRIDGE_SHARED") or root.parent / "shared")
    folder = shared / "fixtures/magento2/rest"
    if not folder.is_dir():
        pytest.skip(f"no recordings of a Magento store in {folder}")
    return folder
