"""The console on a filled ledger, with one browser session for each of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dotbridge.ledger.keys import create_keyring, keyring
from dotbridge.web import figures
from support.northwind_ledger import Northwind, cast


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: object) -> Iterator[None]:
    """A key file of the test's own, and hashes that cost nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]  # quick
    settings.KEY_FILE = str(tmp_path / "keys")  # type: ignore[attr-defined]  # Django's settings have any name
    keyring.cache_clear()
    create_keyring()
    yield
    keyring.cache_clear()


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are counted anew in each test, in its own thread, where its open transaction can be seen."""
    figures.counted.clear()
    monkeypatch.setattr(figures.counted, "background", False)


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return cast()


@pytest.fixture
def northwind(db: None) -> Northwind:
    return Northwind()


@pytest.fixture
def as_(people: dict[str, User]) -> Callable[[str], Client]:
    """``as_("vic")`` is a client with Vic logged in; ``as_("")`` a stranger."""

    def client(name: str) -> Client:
        browser = Client()
        if name:
            browser.force_login(people[name])
        return browser

    return client
