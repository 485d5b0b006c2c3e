"""One scripted server per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration.client.scripted import Scripted


@pytest.fixture
def server() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.close()
