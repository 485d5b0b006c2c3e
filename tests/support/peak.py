"""A merchant's peak on an account of the flat scheme: ten times the normal orders, carts, catalog and consent at once.

``python -m support.peak --seconds 120`` prints the figures. A tenth of the hour's calls may go at once, fewer than the
peak has documents: single calls cannot carry it. What does not fit into the hour arrives in the next one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from support.dotdigital_sandbox import Sandbox
from support.event_sender import SECRET, tell_over_http
from support.mariadb import free_port
from support.toy_machine import Machine
from support.toy_shop import ToyShop, cart, order, person, product

PEOPLE, PRODUCTS = 60, 80
#: Orders of a minute on a normal day, and how many times that a peak is.
NORMAL, TIMES = 12, 10
#: Calls that the account may make in an hour: half of what Dotdigital gives by default, since others use it as well.
LIMIT = 1000
_SETTINGS = {
    "jobs.lease_seconds": 60,
    "importer.lease_seconds": 60,
    "importer.max_age_minutes": 2,
    "importer.poll_seconds": 2,
    "jobs.order_and_quote_sync.every": 30,
    "jobs.catalog_sync.every": 30,
    "jobs.customer_subscriber_guest_sync.every": 10,
    "compare.products.every": 30,
    "jobs.consent_sync.every": 10,
}


class Peak(NamedTuple):
    """``consent``: seconds from each change to its arrival; ``late``: who never arrived there; ``calls`` of the hour."""

    orders: int
    carts: int
    consent: list[float]
    late: list[str]
    carts_median: float
    catalog_median: float
    refused: int
    calls: int
    limit: int
    missing: list[str]


@contextmanager
def merchant(folder: Path, sandbox: Sandbox, limit: int) -> Iterator[tuple[Machine, ToyShop, str]]:
    """A shop whose history has arrived, at work in one process; gives its address as well."""
    shop = ToyShop(folder / "shop.sqlite3")
    for one in range(1, PEOPLE + 1):
        shop.put("customers", person(one))
    for one in range(1, PRODUCTS + 1):
        shop.put("products", product(one))
    sandbox.post_control("settings", {"import_polls": 0, "import_seconds": 1})
    machine = Machine(folder / "machine", shop.path)
    machine.configure(sandbox, event_secret=SECRET)
    machine.sync()
    machine.configure(sandbox, event_secret=SECRET, **_SETTINGS)
    # The hour begins now: what the history took of it belongs to another one.
    sandbox.post_control("clock", {"advance": 3700})
    sandbox.post_control("settings", {"limit_scheme": "flat", "flat_limit": limit})
    machine.run("account", "prepare", "--yes")
    port = free_port()
    with (folder / "log").open("w") as log:
        command, given = machine.command(["up", "--port", str(port)], {})
        process = subprocess.Popen(command, env=given, stdout=log, stderr=log)
    try:
        yield machine, shop, f"http://127.0.0.1:{port}/events/shop/"
    finally:
        process.terminate()
        process.wait(60)


def storm(sandbox: Sandbox, machine: Machine, shop: ToyShop, door: str, seconds: float) -> Peak:
    """The peak for so long, then until all has arrived, with time passing for what waits for calls of the next hour."""
    since = sandbox.requests()[-1]["number"]
    rate = NORMAL * TIMES / 60
    limit = int(sandbox.get_control("accounts")[0]["settings"]["flat_limit"])
    began, number, left = time.monotonic(), 0, list[str]()
    asked: dict[str, float] = {}
    consent: list[float] = []
    until_up = time.monotonic() + 30
    while not _told(door, "customers", 1):
        assert time.monotonic() < until_up, "the door did not open"
        time.sleep(0.2)
    while (lasted := time.monotonic() - began) < seconds:
        if number < lasted * rate:
            number += 1
            who = 1 + number % PEOPLE
            shop.put("orders", order(number, customer=who))
            shop.put("carts", cart(number, who))
            item = 1 + number % PRODUCTS
            shop.change("products", item, short_description=f"Peak {number}")
            for kind, one in (("products", item), ("orders", number), ("carts", number)):
                _told(door, kind, one)
        if len(left) < lasted / 4 and len(left) < PEOPLE:
            who = len(left) + 1
            shop.change("customers", who, subscription="unsubscribed")
            _told(door, "customers", who)
            left.append(f"person{who}@example.com")
            asked[left[-1]] = time.monotonic()
        _note(sandbox, asked, consent)
        time.sleep(0.05)
    until = time.monotonic() + 75
    while asked and time.monotonic() < until:
        _note(sandbox, asked, consent)
        time.sleep(0.2)
    requests = sandbox.requests(since)
    calls = sum(one["tier"] != "unlimited" for one in requests)
    refused = sum(one["status"] in (400, 429) for one in requests)
    arrived = _arrivals(sandbox.requests(since, bodies=True))
    missing = _until_all_is_there(sandbox, machine, number)
    return Peak(
        number,
        number,
        sorted(consent),
        sorted(asked),
        _median(arrived["carts"]),
        _median(arrived["catalog"]),
        refused,
        calls,
        limit,
        missing,
    )


def _told(door: str, kind: str, one: int) -> bool:
    try:
        return tell_over_http(door, kind, one, patience=10) == 200
    except OSError:
        return False


def _note(sandbox: Sandbox, asked: dict[str, float], consent: list[float]) -> None:
    """Whose word has arrived."""
    if asked:
        contacts = sandbox.state()["contacts"]
        arrived = [one for one in asked if contacts[one]["status"] == "Unsubscribed"]
        consent += [time.monotonic() - asked.pop(one) for one in arrived]


def _arrivals(requests: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The place in the journal of each document of carts and of the catalog that came."""
    found: dict[str, list[int]] = {"carts": [], "catalog": []}
    for one in requests:
        if one["status"] and one["status"] < 300 and one["method"] == "PUT" and "insightData" in one["path"]:
            text = one["path"] + json.dumps(one.get("body"))
            for name, word in (("carts", "CartInsight"), ("catalog", "Catalog_")):
                if word in text:
                    found[name] += [one["number"]] * max(1, text.count('\\"key\\"'))
    return found


def _median(numbers: list[int]) -> float:
    return float(sorted(numbers)[len(numbers) // 2]) if numbers else float("inf")


def _until_all_is_there(sandbox: Sandbox, machine: Machine, orders: int) -> list[str]:
    """Hours pass until nothing is left; gives what is still missing."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        held = sandbox.state()["insight"]
        there = {name: len(held.get(name, {})) for name in ("Orders", "CartInsight")}
        rules = machine.broken_rules()
        if there["Orders"] == orders and not rules:
            return []
        sandbox.post_control("clock", {"advance": 1200})
        machine.sql("UPDATE budget SET at = at - 1200")
        machine.sql("UPDATE job SET due_at = due_at - 1200 WHERE state = 'idle'")
        machine.sql("UPDATE email_importer SET due_at = due_at - 1200")
        time.sleep(2)
    return [f"{there} of {orders} orders", *rules]


def main() -> int:
    """Prints the figures; 1 when consent was late, carts came after the catalog, or something was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    seconds = parser.parse_args().seconds
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox() as sandbox,
        merchant(Path(folder), sandbox, LIMIT) as (machine, shop, door),
    ):
        found = storm(sandbox, machine, shop, door, seconds)
    print(json.dumps(found._asdict(), indent=1))
    return 0 if fits(found) else 1


def fits(found: Peak) -> bool:
    """Whether the promises held."""
    return not (found.late or found.missing) and found.consent[-1] <= 60 and found.carts_median < found.catalog_median


if __name__ == "__main__":
    sys.exit(main())
