"""The commercetools server from npm, and connections to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from dotbridge.http.retry import Retries
from dotbridge.ledger import keys
from dotbridge.sources.commercetools.project import Project
from support import commercetools_documents as documents
from support.commercetools_server import CommercetoolsServer, Open
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.fixtures_toy import sandbox, sandbox_server
from support.installation import Installation

__all__ = ["sandbox", "sandbox_server"]

QUICK = Retries(attempts=4, total=5.0, first=0.01, most=0.02)


@pytest.fixture(scope="session")
def commercetools_server() -> Iterator[CommercetoolsServer]:
    with CommercetoolsServer() as server:
        yield server


@pytest.fixture
def commercetools(commercetools_server: CommercetoolsServer) -> CommercetoolsServer:
    """An empty project of the shop Northwind."""
    commercetools_server.clear()
    commercetools_server.control("project", documents.PROJECT)
    return commercetools_server


@pytest.fixture
def open_project(commercetools: CommercetoolsServer) -> Iterator[Open]:
    opened: list[Project] = []

    def open_with(**settings: Any) -> Project:
        opened.append(Project(commercetools.settings(**settings), retries=QUICK))
        return opened[-1]

    yield open_with
    for one in opened:
        one.close()


@pytest.fixture
def dotbridge(
    transactional_db: Any, sandbox: Sandbox, commercetools: CommercetoolsServer, tmp_path: Path, settings: Any
) -> Installation:
    """An installation with a connection to the project and the Dotdigital sandbox, not yet configured."""
    settings.KEY_FILE = str(tmp_path / "keys")
    bodies = {"BACKEND": "dotbridge.ledger.bodies.DurableFolder", "OPTIONS": {"location": str(tmp_path / "bodies")}}
    settings.STORAGES = {**settings.STORAGES, "bodies": bodies}
    storages.__dict__.pop("backends", None)
    storages._storages.clear()
    keys.keyring.cache_clear()
    keys.create_keyring()
    account = {"username": USER, "password": PASSWORD, "hosts": {"r1": sandbox.url}, "currency": "GBP"}
    template = "https://shop.northwind.example/{locale}/{slug}?sku={sku}"
    connection = {
        "platform": "commercetools",
        "account": "main",
        "settings": commercetools.settings(product_url=template, consent_field="NEWSLETTER_SUBSCRIBE"),
    }
    return Installation(
        {
            "accounts": {"main": account},
            "connections": {"shop": connection},
            "settings": {"importer.poll_seconds": 0, "overlap_seconds": 0, "non_subscribers": "send"},
        }
    )
