"""One installation with a toy shop and the Dotdigital sandbox, all of them real and on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from dotbridge.ledger import keys
from dotbridge.sources import registry
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_server: Sandbox) -> Sandbox:
    sandbox_server.delete_control("faults")
    sandbox_server.post_control("reset")
    sandbox_server.post_control("accounts", {"user": USER, "password": PASSWORD})
    return sandbox_server


@pytest.fixture
def shop(tmp_path: Path) -> ToyShop:
    return ToyShop(tmp_path / "shop.sqlite3")


@pytest.fixture
def dotbridge(
    transactional_db: Any,
    sandbox: Sandbox,
    shop: ToyShop,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Installation:
    monkeypatch.setitem(registry.PLATFORMS, "toy", "support.toy_shop:Toy")
    settings.KEY_FILE = str(tmp_path / "keys")
    settings.STORAGES = {
        **settings.STORAGES,
        "bodies": {
            "BACKEND": "dotbridge.ledger.bodies.DurableFolder",
            "OPTIONS": {"location": str(tmp_path / "bodies")},
        },
    }
    storages.__dict__.pop("backends", None)
    storages._storages.clear()
    keys.keyring.cache_clear()
    keys.create_keyring()
    return Installation(
        {
            "accounts": {"main": {"username": USER, "password": PASSWORD, "hosts": {"r1": sandbox.url}}},
            "connections": {"shop": {"platform": "toy", "account": "main", "settings": {"path": str(shop.path)}}},
            "settings": {"importer.poll_seconds": 0, "overlap_seconds": 0},
        }
    )
