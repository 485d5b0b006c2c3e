"""An installation with a commercetools project whose events lie in a queue."""

from __future__ import annotations

import json
from typing import Any

import yaml

from support import commercetools_documents as documents
from support.amazon_sqs import Sqs
from support.commercetools_documents import uid
from support.commercetools_server import CommercetoolsServer
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.toy_machine import SHORT, Machine


def notification(number: int) -> str:
    """What commercetools says of an order, as it stands in a queue."""
    payload = {
        "notificationType": "ResourceCreated",
        "projectKey": "demo-shop",
        "resource": {"typeId": "order", "id": uid("order", number)},
        "version": 1,
        "modifiedAt": documents.LONG_AGO,
    }
    return json.dumps(payload)


def install(machine: Machine, sandbox: Sandbox, shop: CommercetoolsServer, queue: Sqs, **more: Any) -> None:
    """Applies a configuration that pulls from the queue, and brings what is in the shop to Dotdigital."""
    settings = shop.settings(product_url="https://shop.northwind.example/{slug}", **queue.settings)
    configuration = {
        "accounts": {"main": {"username": USER, "password": PASSWORD, "hosts": {"r1": sandbox.url}}},
        "connections": {"shop": {"platform": "commercetools", "account": "main", "settings": settings}},
        "confirmed_by": "Ada",
        "settings": {**SHORT, "non_subscribers": "send", **more},
    }
    (machine.folder / "dotbridge.yaml").write_text(yaml.safe_dump(configuration))
    machine.run("apply", str(machine.folder / "dotbridge.yaml"))
    machine.run("account", "prepare", "--yes")
    machine.run("sync", "all")
