"""Faults are seeded: the seed is printed, and ``DOTBRIDGE_SEED`` repeats a run."""

from __future__ import annotations

import os
import random

import pytest

from support.fixtures_toy import dotbridge, sandbox, sandbox_server, shop

__all__ = ["dotbridge", "sandbox", "sandbox_server", "shop"]

SEED = int(os.environ.get("DOTBRIDGE_SEED") or random.randrange(1_000_000))


def pytest_report_header() -> str:
    return f"faults: DOTBRIDGE_SEED={SEED}"


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance of its own for each test, so that one alone can be repeated."""
    print(f"DOTBRIDGE_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")
