"""Faults are seeded: the seed is printed, and ``DOTBRIDGE_SEED`` repeats a run."""

from __future__ import annotations

import os
import random

import pytest

from support.dotdigital_sandbox import Sandbox
from support.fixtures_postgresql import postgresql
from support.fixtures_rabbitmq import rabbitmq
from support.fixtures_toy import dotbridge, sandbox, sandbox_server, shop
from support.installation import Installation
from support.road import change_setting, number, statuses, time_passes
from support.toy_shop import ToyShop, order, person

__all__ = ["dotbridge", "postgresql", "rabbitmq", "sandbox", "sandbox_server", "shop"]

SEED = int(os.environ.get("DOTBRIDGE_SEED") or random.randrange(1_000_000))


def pytest_report_header() -> str:
    return f"faults: DOTBRIDGE_SEED={SEED}"


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance of its own for each test, so that one alone can be repeated."""
    print(f"DOTBRIDGE_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits: where something would sleep, time passes in the ledger."""
    monkeypatch.setattr("time.sleep", time_passes)


@pytest.fixture
def standing(hurry: None, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> Installation:
    """Four customers and one order are in Dotdigital; running imports are asked for so seldom that none is waited for."""
    sandbox.post_control("settings", {"import_polls": 0})
    for one in range(1, 5):
        shop.put("customers", person(one))
    shop.put("orders", order(1, customer=1, status="new"))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert statuses(sandbox) == {number(1): "new"}
    change_setting("importer.poll_seconds", 20)
    return dotbridge
