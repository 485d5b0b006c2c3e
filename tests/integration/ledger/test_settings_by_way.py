"""What a website's settings begin with depends on its platform, and on the way into its shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dotbridge.ledger import keys
from dotbridge.ledger.models import Connection, DotdigitalAccount, Setting, Website
from dotbridge.ledger.settings import resolve, save

_READERS = "history.workers"


@pytest.fixture(autouse=True)
def keyring(db: None, tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.KEY_FILE = str(tmp_path / "keys")
    keys.keyring.cache_clear()
    keys.create_keyring()
    yield
    keys.keyring.cache_clear()


def _website(platform: str, **access: Any) -> int:
    account = DotdigitalAccount.objects.get_or_create(key="main", defaults={"username": "api"})[0]
    connection = Connection.objects.create(
        key=platform, platform=platform, account=account, settings=access, secrets="{}"
    )
    return Website.objects.create(
        connection=connection, account=account, source_id="1", code="default", name="Northwind", state="history"
    ).pk


@pytest.mark.parametrize(
    ("platform", "access", "readers"),
    [
        ("magento1", {"host": "db.internal"}, 4),
        ("magento2", {"host": "db.internal", "database": "shop"}, 4),
        ("magento2", {"base_url": "https://shop.example"}, 2),
        ("magento2", {"base_url": "https://shop.example", "host": "db.internal"}, 4),
        ("orocommerce", {"db_host": "db.internal"}, 4),
        ("orocommerce", {"base_url": "https://shop.example"}, 2),
        ("commercetools", {}, 2),
    ],
)
def test_a_shop_that_is_read_over_http_has_fewer_callers_at_once_than_a_database(
    platform: str, access: dict[str, Any], readers: int
) -> None:
    assert resolve(_website(platform, **access))[_READERS] == readers


def test_what_a_person_sets_goes_before_the_default_of_the_way() -> None:
    website = _website("magento2", base_url="https://shop.example")
    save(Setting.Scope.DEFAULT, 0, {_READERS: 6})
    assert resolve(website)[_READERS] == 6
    save(Setting.Scope.WEBSITE, website, {_READERS: 1})
    assert resolve(website)[_READERS] == 1
