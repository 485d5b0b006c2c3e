"""Contacts that go by file: what was uploaded, what is answered, and where ledger, shop and sandbox say that they are."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from dotbridge.ledger.models import EmailContact, EmailImporter
from support.dotdigital_sandbox import Sandbox
from support.toy_shop import ToyShop

TRANSPORT = "importer.contact_transport"
FAULTS = "GET /v2/contacts/import/.*/report-faults"
ADA, OLU, VIC = (f"person{number}@example.com" for number in (1, 2, 3))


def contact(sandbox: Sandbox, email: str = ADA) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.state()["contacts"][email]
    return found


def members(sandbox: Sandbox, name: str) -> list[str]:
    """Who is subscribed to a list of the first website."""
    held = sandbox.state()["contacts"].items()
    return sorted(email for email, one in held if any(list_.endswith(f"UK {name}") for list_ in one["lists"]))


def word(shop: ToyShop, number: int = 1) -> str:
    """What the shop's newsletter says of a customer."""
    return str(
        json.loads(shop.db.execute("SELECT row FROM customers WHERE id = ?", (number,)).fetchone()[0])["subscription"]
    )


def row(email: str = ADA) -> EmailContact:
    return EmailContact.objects.get(email_key=email)


def ways() -> Counter[tuple[str, str]]:
    """How many batches of contacts came to which end, by transport."""
    return Counter(EmailImporter.objects.filter(kind="contacts").values_list("transport", "state"))


def uploads(sandbox: Sandbox, since: int = 0) -> list[str]:
    """Files that were uploaded, oldest first."""
    found = sandbox.requests(since, bodies=True)
    return [one["body"] for one in found if one["method"] == "POST" and "contacts/import" in one["path"]]


def answer(sandbox: Sandbox, body: str, status: int = 200, times: int = 1, match: str = FAULTS) -> None:
    """The next answers to this call are these instead."""
    kind = "text/csv" if status == 200 else "application/json"
    rule = {"match": match, "kind": "status", "status": status, "body": body, "content_type": kind, "times": times}
    sandbox.post_control("faults", rule)


def changed(shop: ToyShop, *numbers: int) -> None:
    for number in numbers or (1, 2, 3):
        shop.change("customers", number, first_name="Changed")
