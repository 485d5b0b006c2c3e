"""`python -m bench.consent`: seconds from an unsubscribe in the shop to Dotdigital, and back, with a backfill running.

Shop and Dotdigital are the sandboxes, in processes of their own; the connector runs with its workers in this one. The
shop tells of each change by the event door's own storing, as its webhook would. A figure, never a gate.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = int(os.environ.get("CONSENT_TIMES", "40"))
_PATIENCE = 120.0
_USER, _PASSWORD = "apiuser-bench@apiconnector.com", "sandbox-1"


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def until(happened: Callable[[], bool]) -> float:
    """Seconds until it has happened; raises TimeoutError."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > _PATIENCE:
            raise TimeoutError
        time.sleep(0.02)
    return time.monotonic() - began


class Sides:
    """Both sides as a person acts on them: the shop by its REST, Dotdigital by the sandbox's control."""

    def __init__(self, shop: dict[str, Any], sandbox: str) -> None:
        from dotbridge.ledger.models import Connection
        from dotbridge.ledger.settings import resolve
        from dotbridge.ledger.shops import open_source

        self.connection = Connection.objects.get()
        source = open_source(self.connection, resolve())
        self.rest = source._rest.rest  # type: ignore[attr-defined]  # noqa: SLF001 - the shop's side of the bench
        self.source = source
        self.sandbox = sandbox
        self.shop = shop

    def subscribers(self, number: int) -> list[dict[str, Any]]:
        """Subscribed customers of one website alone: who stays in another one only leaves a list."""
        from dotbridge.sources.magento2.criteria import Criteria

        found = self.rest.page("customers/search", Criteria(size=3000)).items
        known = Counter(one["email"].lower() for one in found)
        chosen = [
            one for one in found if one["extension_attributes"]["is_subscribed"] and known[one["email"].lower()] == 1
        ]
        return chosen[:number]

    def unsubscribe_in_shop(self, customer: dict[str, Any]) -> None:
        """The customer's own click, and the event that the shop sends of it."""
        from dotbridge.jobs import bell
        from dotbridge.jobs.schedule import wake_told
        from dotbridge.ledger import events
        from dotbridge.ledger.models import Website

        kept = {name: customer[name] for name in ("id", "email", "firstname", "lastname", "website_id")}
        body = {"customer": {**kept, "extension_attributes": {"is_subscribed": False}}}
        self.rest.put(f"customers/{customer['id']}", body)
        website = Website.objects.get(source_id=str(customer["website_id"]))
        now = time.time()
        events.wait(website.pk, "customers", [(str(customer["id"]), now)], now)
        wake_told(website.pk)
        bell.ring()

    def is_subscribed(self, customer: dict[str, Any]) -> bool:
        """What the shop says now."""
        return bool(self.rest.get(f"customers/{customer['id']}")["extension_attributes"]["is_subscribed"])

    def unsubscribe_in_dotdigital(self, customer: dict[str, Any]) -> None:
        """A click in a mail."""
        self.call("POST", f"/sandbox/contacts/{customer['email']}/unsubscribe")

    def status(self, customer: dict[str, Any]) -> str:
        """What Dotdigital says now."""
        document = {"contacts": [{"email": customer["email"]}], "withFullData": False}
        found = self.call("GET", "/v2/contacts/retrieve-collection", document)["contacts"]
        return str(found[0]["status"]) if found else ""

    def call(self, method: str, path: str, document: Any = None) -> Any:
        """One call of the sandbox."""
        import base64
        import urllib.request

        token = base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        data = json.dumps(document or {}).encode()
        request = urllib.request.Request(self.sandbox + path, data, headers, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return json.loads(answer.read())


def backfill(stop: threading.Event) -> None:
    """Keeps the bulk lane busy: everybody and everything is mapped and sent again, over and over."""
    from django.db import connection

    from dotbridge.ledger.models import EmailContact, EmailOrder, Job

    while not stop.wait(3.0):
        EmailContact.objects.filter(batch=None, state="accepted").update(digest=None, dirty=10**6 + int(time.time()))
        EmailOrder.objects.filter(batch=None, state="accepted").update(digest=None)
        Job.objects.filter(kind__in=["customer_subscriber_guest_sync", "order_and_quote_sync"]).update(full=1, due_at=0)
    connection.close()


def measure() -> dict[str, Any]:
    """Both directions, one after the other."""
    from dotbridge.cli.server_process import ServerProcess

    with tempfile.TemporaryDirectory(prefix="dotbridge-bench-") as folder:
        os.environ["DOTBRIDGE_DATA"] = str(Path(folder) / "dotbridge")
        os.environ["DJANGO_SETTINGS_MODULE"] = "dotbridge.config.settings"
        sandbox = ServerProcess(
            "dotbridge.sandbox.dotdigital",
            ["--port", "0", "--database", f"{folder}/d.sqlite3", "--seed-account", f"{_USER}:{_PASSWORD}:r1"],
        )
        shop = ServerProcess("dotbridge.sandbox.northwind", ["--port", "0", "--database", f"{folder}/n.sqlite3"])
        with sandbox, shop:
            return _measure(shop.ready, sandbox.ready["url"])


def _measure(shop: dict[str, Any], sandbox: str) -> dict[str, Any]:
    from dotbridge.setup.start import start

    start(level="error")
    from dotbridge.importer.prepare import prepare_account
    from dotbridge.jobs.once import run_until_quiet
    from dotbridge.jobs.runner import Runner
    from dotbridge.ledger.models import DotdigitalAccount, EmailImporter
    from dotbridge.setup.configuration import File, apply, checked

    access = {"base_url": shop["url"], "allow_private": True, "write_newsletter": True, **shop["oauth"]}
    user = {"username": _USER, "password": _PASSWORD, "currency": "GBP"}
    file = File(
        accounts={"bench": {**user, "hosts": {"r1": sandbox}}},
        connections={"shop": {"platform": "magento2", "account": "bench", "settings": access}},
        settings={"non_subscribers": "send", "importer.poll_seconds": 0, "overlap_seconds": 1},
        confirmed_by="the benchmark",
    )
    apply(checked(file), "bench")
    prepare_account(DotdigitalAccount.objects.get())
    run_until_quiet()
    sides = Sides(shop, sandbox)
    people = sides.subscribers(2 * TIMES)
    out, back, stop, runner = [], [], threading.Event(), Runner()
    before = EmailImporter.objects.count()
    load = threading.Thread(target=backfill, args=(stop,))
    load.start()
    runner.start()
    try:
        for one in people[: len(people) // 2]:
            sides.unsubscribe_in_shop(one)
            out.append(until(lambda one=one: sides.status(one) == "Unsubscribed"))
        for one in people[len(people) // 2 :]:
            sides.unsubscribe_in_dotdigital(one)
            back.append(until(lambda one=one: not sides.is_subscribed(one)))
    finally:
        stop.set()
        load.join()
        runner.stop()
        sides.source.close()
    result = {"backfill_batches": EmailImporter.objects.count() - before}
    for name, values in (("shop_to_dotdigital", out), ("dotdigital_to_shop", back)):
        result[name] = {  # type: ignore[assignment]
            "times": len(values),
            "p50": round(percentile(values, 0.5), 2),
            "p95": round(percentile(values, 0.95), 2),
        }
    return result


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=1)
    sys.stdout.write("\n")
