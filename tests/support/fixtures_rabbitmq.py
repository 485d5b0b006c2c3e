"""Fixtures for tests that need a RabbitMQ: import them in a folder's conftest.

The server lives as long as the test session. Without RabbitMQ tests skip with the reason; with
DOTBRIDGE_REQUIRE_SERVICES=1 that is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from support.rabbitmq import RabbitMq


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMq]:
    """A private server."""
    if not RabbitMq.available():
        if os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") == "1":
            pytest.fail("RabbitMQ is not installed (rabbitmq-server)")
        pytest.skip("RabbitMQ is not installed (rabbitmq-server)")
    with RabbitMq() as server:
        yield server
