"""An Oro: its PostgreSQL, its API over the same rows, and an installation that reads it into the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.fixtures_oro import oro, oro_api, pristine_oro
from support.fixtures_postgresql import postgresql
from support.premises import Premises

__all__ = ["oro", "oro_api", "postgresql", "pristine_oro"]


@pytest.fixture(scope="session")
def db(django_db_setup: None) -> None:
    """The test database, for scenes that outlast a test."""


@pytest.fixture(scope="session")
def premises(db: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """Where installations live."""
    with Sandbox(((USER, PASSWORD, "r1"),)) as sandbox:
        yield Premises(sandbox, tmp_path_factory.mktemp("oro"), django_db_blocker)
