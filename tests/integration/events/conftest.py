"""An installation whose toy shop posts to the event door; what it held at first is in Dotdigital already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from dotbridge.ledger import events, keys
from dotbridge.ledger.models import Connection, DotdigitalAccount, Website
from dotbridge.sources import registry
from support.dotdigital_sandbox import Sandbox
from support.event_sender import SECRET
from support.fixtures_toy import dotbridge, sandbox, sandbox_server, shop
from support.installation import Installation
from support.toy_shop import ToyShop, order, person, product

__all__ = ["dotbridge", "sandbox", "sandbox_server", "shop"]


@pytest.fixture(autouse=True)
def coalesced_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the second in which events are gathered."""
    monkeypatch.setattr(events.keep, "__kwdefaults__", {"coalesce": 0.0})


@pytest.fixture
def live(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> Installation:
    """Three customers, an order and a product are in Dotdigital; imports end at the first look."""
    sandbox.post_control("settings", {"import_polls": 0})
    for one in range(1, 4):
        shop.put("customers", person(one))
    shop.put("orders", order(1, customer=1, status="new"))
    shop.put("products", product(7))
    dotbridge.configuration["connections"]["shop"]["settings"]["event_secret"] = SECRET
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    return dotbridge


@pytest.fixture
def door(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A connection of two websites behind the event door, and nothing else."""
    monkeypatch.setitem(registry.PLATFORMS, "toy", "support.toy_shop:Toy")
    settings.KEY_FILE = str(tmp_path / "keys")
    keys.keyring.cache_clear()
    keys.create_keyring()
    account = DotdigitalAccount.objects.create(key="main", username="api", password="secret")
    connection = Connection.objects.create(
        key="shop", platform="toy", account=account, secrets=orjson.dumps({"event_secret": SECRET}).decode()
    )
    for number, code in enumerate(("uk", "eu"), 1):
        Website.objects.create(
            connection=connection, account=account, source_id=str(number), code=code, name=code, state="live"
        )
    return connection
