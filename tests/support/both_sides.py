"""Whether a person may be mailed, as the shop and as Dotdigital say it, and what happens to them there."""

from __future__ import annotations

import json

from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import Sandbox
from support.toy_shop import ToyShop

ADA = "person1@example.com"


def word(shop: ToyShop, number: int = 1, name: str = "customers") -> str:
    """What the shop's newsletter says of a person."""
    text = shop.db.execute(f"SELECT row FROM {name} WHERE id = ?", (number,)).fetchone()[0]
    return str(json.loads(text)["subscription"])


def status(sandbox: Sandbox, email: str = ADA) -> str:
    return str(sandbox.state()["contacts"][email]["status"])


def happens(sandbox: Sandbox, event: str, email: str = ADA, **details: object) -> None:
    Dotdigital(sandbox).happens(email, event, **details)


def consent_calls(sandbox: Sandbox, since: int) -> list[str]:
    """Calls that change who may be mailed."""
    found = sandbox.requests(since, bodies=True)
    return [
        f"{one['method']} {one['path']}"
        for one in found
        if "subscribe" in one["path"].split("-since")[0].replace("unsubscribed", "")
        or (one["method"] == "PATCH" and "channelProperties" in (one["body"] or ""))
    ]
