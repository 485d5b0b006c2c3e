"""`dotbridge up` with a connection to a shop of each platform, every website live, each sending to its own account."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
import yaml

from support.adobe_signature import KeyServer
from support.amazon_sqs import Sqs, amazon_sqs
from support.commercetools_server import CommercetoolsServer
from support.dotdigital_sandbox import PASSWORD, Sandbox
from support.event_doors import CLIENT, DOORS, Sent
from support.event_sender import SECRET
from support.northwind_shop import Northwind
from support.oro_api import OroApi
from support.oro_shop import OroShop
from support.postgresql import PostgreSql
from support.shopkeepers import Commercetools, Magento2, Oro, Shopkeeper
from support.toy_machine import SHORT, Machine

PATIENCE = 90.0
#: Polls that would find a change by themselves are far away.
SELDOM = {f"jobs.{job}.every": 86_400 for job in ("customer_subscriber_guest_sync", "order_and_quote_sync")}


class Street:
    """The shops by platform, the address that is posted to, the queue that commercetools writes into, and the sandbox."""

    def __init__(self, sandbox: Sandbox, url: str, shops: dict[str, Shopkeeper], queue: Sqs) -> None:
        self.sandbox, self.url, self.shops, self.queue = sandbox, url, shops, queue

    def state(self, platform: str) -> dict[str, Any]:
        """The account of the platform's shop."""
        found: dict[str, Any] = self.sandbox.state(user(platform))
        return found

    def post(self, door: str, sent: Sent) -> None:
        """Posts to the door of this name."""
        headers = {"Content-Type": "application/json", **sent.headers}
        address = f"{self.url}events/{DOORS[door].platform}/{sent.query}"
        answer = urllib3.request("POST", address, body=sent.body, headers=headers, timeout=30)
        assert answer.status == 200, answer.data

    def put(self, _: str, sent: Sent) -> None:
        """Puts the same into the queue that is pulled."""
        self.queue.put(sent.body.decode())

    def arrive(self, door: str, tell: Callable[[str, Sent], None]) -> tuple[float, float]:
        """Seconds from telling of an order that was placed, and of a customer who was edited, to Dotdigital's taking it."""
        platform, form = DOORS[door]
        happened = self.shops[platform].trade()

        def order_is_there() -> bool:
            return happened.order_key in self.state(platform)["insight"].get("Orders", {})

        def name_is_there() -> bool:
            contact = self.state(platform)["contacts"][happened.email]
            return bool(contact["fields"]["FIRSTNAME"] == happened.first_name)

        assert not order_is_there()
        assert not name_is_there()
        begun = time.monotonic()
        tell(door, form("orders", happened.order_id))
        between = time.monotonic()
        tell(door, form("customers", happened.customer_id))
        seen: dict[str, float] = {}
        while len(seen) < 2:
            assert time.monotonic() - begun < PATIENCE, f"{door}: it never arrived"
            for kind, there, since in (("order", order_is_there, begun), ("customer", name_is_there, between)):
                if kind not in seen and there():
                    seen[kind] = time.monotonic() - since
            time.sleep(0.02)
        return seen["order"], seen["customer"]


def user(platform: str) -> str:
    """The API user of the platform's own account."""
    return f"apiuser-{platform}@apiconnector.com"


@contextmanager
def open_street(postgresql: PostgreSql, folder: Path) -> Iterator[Street]:
    """Opens the shops and starts the installation in the folder."""
    oro = OroShop(postgresql, "oro_doors")
    with (
        Northwind(customers=30, orders=20, products=20, carts=5) as northwind,
        CommercetoolsServer() as commercetools,
        OroApi(oro) as api,
        KeyServer() as keys,
        amazon_sqs() as amazon,
    ):
        shops: tuple[Shopkeeper, ...] = (Magento2(northwind), Commercetools(commercetools), Oro(api))
        accounts = [(user(shop.platform), PASSWORD, "r1") for shop in shops]
        with Sandbox(accounts) as sandbox:
            for name, _, _ in accounts:
                sandbox.post_control(f"settings?account={name}", {"import_polls": 0})
            machine = Machine(folder, Path("none"))
            queue = Sqs(amazon)
            _install(machine, sandbox, shops, queue)
            command, environment = machine.command(("up", "--port", "0"), {"TOY_ADOBE_KEYS": keys.url})
            with (machine.folder / "log").open("w") as log:
                running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
            assert running.stdout is not None
            line = running.stdout.readline()
            assert line.startswith("Console: "), line
            try:
                yield Street(sandbox, line.split()[1], {shop.platform: shop for shop in shops}, queue)
            except AssertionError as error:
                error.add_note((machine.folder / "log").read_text()[-3000:])
                error.add_note(str(machine.sql("SELECT kind, target, state, due_at, code, detail FROM job")))
                raise
            finally:
                running.terminate()
                running.communicate(timeout=60)


def _install(machine: Machine, sandbox: Sandbox, shops: tuple[Shopkeeper, ...], queue: Sqs) -> None:
    accounts = {
        shop.platform: {
            "username": user(shop.platform),
            "password": PASSWORD,
            "hosts": {"r1": sandbox.url},
            "currency": "GBP",
        }
        for shop in shops
    }
    connections = {
        shop.platform: {
            "platform": shop.platform,
            "account": shop.platform,
            "settings": {**shop.settings, "event_secret": SECRET, **_more(shop.platform, queue)},
        }
        for shop in shops
    }
    configuration = {
        "accounts": accounts,
        "connections": connections,
        "confirmed_by": "Ada",
        "settings": {**SHORT, **SELDOM, "jobs.lease_seconds": 60, "overlap_seconds": 120, "non_subscribers": "send"},
    }
    (machine.folder / "dotbridge.yaml").write_text(yaml.safe_dump(configuration))
    machine.run("apply", str(machine.folder / "dotbridge.yaml"))
    machine.run("account", "prepare", "--yes")
    machine.run("sync", "all")


def _more(platform: str, queue: Sqs) -> dict[str, Any]:
    if platform == "commercetools":
        return queue.settings
    return {"adobe_client_id": CLIENT} if platform == "magento2" else {}
