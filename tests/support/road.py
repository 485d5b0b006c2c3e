"""What is on the road between ledger and sandbox, and how time passes there without anybody waiting."""

from __future__ import annotations

from typing import Any

from django.db import connection

from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.settings import save
from dotbridge.ledger.states import OPEN_BATCHES
from support.dotdigital_sandbox import Sandbox

_TIMES = {
    "email_importer": ("due_at", "lease_until", "submitted_at"),
    "job": ("due_at", "lease_until"),
    "budget": ("at",),
}
INSIGHT_IMPORT = "PUT /insightData/v3/import"


def time_passes(seconds: float) -> None:
    """Everything that the ledger waits for comes so much nearer."""
    with connection.cursor() as cursor:
        for table, columns in _TIMES.items():
            cursor.execute(f"UPDATE {table} SET " + ", ".join(f"{one} = {one} - {float(seconds)}" for one in columns))


def change_setting(name: str, value: Any) -> None:
    """One setting of the whole installation."""
    list(save("default", 0, {name: value}))


def open_batches(collection: str) -> list[EmailImporter]:
    """Batches of a collection that are not settled, oldest first."""
    found = EmailImporter.objects.filter(collection=collection, state__in=OPEN_BATCHES)
    return list(found.order_by("created_at"))


def only_batch(collection: str) -> EmailImporter:
    """The one batch of the collection that is not settled."""
    (batch,) = open_batches(collection)
    return batch


def statuses(sandbox: Sandbox) -> dict[str, str]:
    """Order number → status, as the sandbox holds them."""
    return {key: order["orderStatus"] for key, order in sandbox.state()["insight"].get("Orders", {}).items()}


def number(order: int) -> str:
    """The document key of an order of the toy shop."""
    return f"1{order:08}"


def imports_sent(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The insight imports that reached the sandbox, refused ones too."""
    return [one for one in sandbox.requests() if f"{one['method']} {one['path']}" == INSIGHT_IMPORT]
