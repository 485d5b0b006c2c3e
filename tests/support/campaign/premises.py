"""The servers of a campaign, started once, each behind a proxy; and an installation to begin every round with."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import yaml

from support.campaign.anew import Anew
from support.campaign.disk import Disk
from support.campaign.fleet import Fleet, Mode
from support.campaign.proxy import Proxy
from support.campaign.shop import DATABASE, CampaignShop
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.event_sender import SECRET
from support.mariadb import MariaDb
from support.postgresql import USER as ROLE
from support.postgresql import PostgreSql
from support.rabbitmq import RabbitMq
from support.toy_machine import SHORT

#: Limits of time so short that what follows a crash is over in seconds.
_SETTINGS = {
    **SHORT,
    "overlap_seconds": 3,
    "non_subscribers": "send",
    # Who comes back is asked by an e-mail: the only thing so far that reaches a person.
    "consent.double_opt_in": True,
    "page_size": 20,
    "jobs.lease_seconds": 3,
    "importer.lease_seconds": 3,
    "importer.max_age_minutes": 0.05,
    "importer.poll_seconds": 0.3,
    "jobs.announce_again_seconds": 1,
    "compare.subscribers.every": 1,
    **{
        f"jobs.{job}.every": every
        for job, every in {
            "customer_subscriber_guest_sync": 1,
            "order_and_quote_sync": 1,
            "importer": 1,
            "consent_sync": 1,
            "live": 1,
            "reconcile": 2,
        }.items()
    },
}


#: What the shop has committed survives a kill of its database: what it lost would be no fault of the product's.
DURABLE = "--innodb-flush-log-at-trx-commit=1"


#: A sandbox whose imports are over before a campaign takes them for late ones.
SWIFT = {"import_polls": 1, "import_seconds": 0.5, "limit_scheme": "tiered"}


class Start(NamedTuple):
    """An installation at rest and what the sandbox holds then."""

    fleet: Fleet
    sandbox: Path


class Premises:
    """Servers, proxies and the two starts of a round: before the history is read, and after it has arrived."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.starts: dict[str, Start] = {}
        self.logs = Path()
        self._stack = ExitStack()
        self._rounds = 0

    def __enter__(self) -> Self:
        enter = self._stack.enter_context
        try:
            self.logs = Path(tempfile.mkdtemp(prefix="dotbridge-campaign-"))
            self._stack.callback(shutil.rmtree, self.logs, ignore_errors=True)
            self.disk, self.sandbox, self.mariadb = enter(Disk()), enter(Sandbox()), enter(MariaDb(DURABLE))
            self.shop = CampaignShop(self.mariadb)
            self.postgresql, self.rabbitmq = PostgreSql(), RabbitMq()
            targets = {"sandbox": self.sandbox.port, "mariadb": self.mariadb.port}
            if self.mode == "distributed":
                enter(self.postgresql)
                enter(self.rabbitmq)
                targets |= {"postgresql": self.postgresql.port, "rabbitmq": self.rabbitmq.port}
            self.proxies = {name: enter(Proxy(port)) for name, port in targets.items()}
            self._prepare()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def begin(self, name: str) -> Fleet:
        """A copy of a start, with shop and sandbox as they were then; nothing runs yet."""
        self._rounds += 1
        if name not in self.starts:
            self._stand()
        start = self.starts[name]
        self.shop.fill()
        self.sandbox.delete_control("faults")
        self.sandbox.put_back(start.sandbox)
        database = self.postgresql.create(start.fleet.database) if self.mode == "distributed" else ""
        logs = self.logs / f"round-{self._rounds}"
        return start.fleet.copy_as(
            self.disk.folder / f"round-{self._rounds}", logs, self._environment(database), database
        )

    def end(self, fleet: Fleet) -> None:
        """Forgets a round's installation."""
        fleet.close()
        shutil.rmtree(fleet.folder, ignore_errors=True)
        if fleet.database:
            self.postgresql.execute("postgres", f"DROP DATABASE IF EXISTS {fleet.database} WITH (FORCE)")

    def anew(self) -> Anew:
        """The same shop for an installation that has never sent anything."""
        # Without the haste of a round: what is due again at once is never through.
        calm = {name: value for name, value in _SETTINGS.items() if not name.endswith(".every")}
        return Anew(self.logs, self._connection(self.mariadb.port), calm, SWIFT)

    def _environment(self, database: str) -> dict[str, str]:
        if not database:
            return {}
        ledger = self.postgresql.url(database).replace(
            f":{self.postgresql.port}/", f":{self.proxies['postgresql'].port}/"
        )
        broker = self.rabbitmq.url.replace(f":{self.rabbitmq.port}/", f":{self.proxies['rabbitmq'].port}/")
        assert ROLE in ledger
        return {"DOTBRIDGE_DATABASE": ledger, "DOTBRIDGE_BROKER": broker}

    def _prepare(self) -> None:
        self.shop.fill()
        self.sandbox.post_control("settings", SWIFT)
        database = self.postgresql.create() if self.mode == "distributed" else ""
        fresh = Fleet(
            self.mode, self.disk.folder / "fresh", self.logs, self._environment(database), self.postgresql, database
        )
        file = fresh.folder / "dotbridge.yaml"
        file.write_text(yaml.safe_dump(self._configuration()))
        fresh.run("apply", str(file))
        fresh.run("account", "prepare", "--yes")
        self._keep("history", fresh)

    def _stand(self) -> None:
        """The start after the history, made when a round first wants it."""
        fresh = self.starts["history"].fleet
        self.shop.fill()
        self.sandbox.put_back(self.starts["history"].sandbox)
        database = self.postgresql.create(fresh.database) if self.mode == "distributed" else ""
        standing = fresh.copy_as(self.disk.folder / "standing", self.logs, self._environment(database), database)
        standing.launch()
        until = time.monotonic() + 90
        while standing.sql("SELECT 1 FROM website WHERE state <> 'live'") or standing.broken_rules():
            assert time.monotonic() < until, [standing.tail(name) for name in standing.names()]
            time.sleep(0.2)
        standing.close()
        self._keep("standing", standing)

    def _keep(self, name: str, fleet: Fleet) -> None:
        kept = self.logs / f"{name}.sandbox"
        self.sandbox.keep(kept)
        self.starts[name] = Start(fleet, kept)

    def _connection(self, port: int) -> dict[str, object]:
        shop = {
            "host": "127.0.0.1",
            "port": port,
            "database": DATABASE,
            "user": self.mariadb.user,
            "password": self.mariadb.password,
            "write_user": self.mariadb.user,
            "write_password": self.mariadb.password,
            "statement_seconds": 5,
            "event_secret": SECRET,
        }
        return {"platform": "magento1", "settings": shop}

    def _configuration(self) -> dict[str, object]:
        hosts = {"r1": f"http://127.0.0.1:{self.proxies['sandbox'].port}"}
        return {
            "accounts": {"main": {"username": USER, "password": PASSWORD, "hosts": hosts, "currency": "GBP"}},
            "connections": {"shop": {**self._connection(self.proxies["mariadb"].port), "account": "main"}},
            "confirmed_by": "Ada",
            "settings": _SETTINGS,
        }
