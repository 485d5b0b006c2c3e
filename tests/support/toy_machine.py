"""dotbridge on a machine of its own: a data folder, and processes that are started, killed and looked at from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from support.dotdigital_sandbox import PASSWORD, SOURCE, USER, Sandbox

TESTS = Path(__file__).resolve().parents[1]
#: Limits of time that let a crash be over in a second or two, where people wait for minutes.
SHORT = {
    "importer.poll_seconds": 0,
    "importer.lease_seconds": 1,
    "importer.max_age_minutes": 0.02,
    "jobs.lease_seconds": 1,
    "overlap_seconds": 0,
}
RECORD_TABLES = ("email_order", "email_quote", "email_catalog", "email_review", "email_wishlist")


class Machine:
    """An installation with the shop at ``shop``. Its ledger is read with SQL, never with the product's code."""

    def __init__(self, folder: Path, shop: Path) -> None:
        self.folder = folder
        self.shop = shop
        folder.mkdir(parents=True, exist_ok=True)

    def configure(
        self, sandbox: Sandbox, *, event_secret: str = "", connection: dict[str, Any] | None = None, **settings: Any
    ) -> None:
        """A website of the toy shop, or the shop of another connection, sending to the sandbox."""
        toy = {"platform": "toy", "settings": {"path": str(self.shop), "event_secret": event_secret}}
        configuration = {
            "accounts": {"main": {"username": USER, "password": PASSWORD, "hosts": {"r1": sandbox.url}}},
            "connections": {"shop": {**(connection or toy), "account": "main"}},
            "confirmed_by": "Ada",
            "settings": {**SHORT, "non_subscribers": "send", **settings},
        }
        self.lay_tables()
        file = self.folder / "dotbridge.yaml"
        file.write_text(yaml.safe_dump(configuration))
        self.run("apply", str(file))
        self.run("account", "prepare", "--yes")

    def lay_tables(self) -> None:
        """What the first command would do, from a copy: all migrations one after another take seconds."""
        ledger = self.folder / "dotbridge.sqlite3"
        if not ledger.exists():
            ledger.write_bytes(_tables())

    def copy_to(self, folder: Path) -> Machine:
        """The same installation in another folder."""
        shutil.copytree(self.folder, folder)
        return Machine(folder, self.shop)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """A process of the command line, with further variables in its environment."""
        command, given = self.command(arguments, environment)
        return subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def command(self, arguments: Sequence[str], environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
        """The command line of a process of this machine, and its environment."""
        given = {
            **os.environ,
            "DOTBRIDGE_DATA": str(self.folder),
            "PYTHONPATH": os.pathsep.join(map(str, (SOURCE, TESTS))),
        }
        return [sys.executable, "-m", "support.toy_process", *arguments], {**given, **environment}

    def run(self, *arguments: str, codes: Sequence[int] = (0,), **environment: str) -> subprocess.CompletedProcess[str]:
        """The same, waited for; its exit code is one of ``codes``."""
        process = self.start(*arguments, **environment)
        output, errors = process.communicate(timeout=120)
        done = subprocess.CompletedProcess(process.args, process.returncode, output, errors)
        assert done.returncode in codes, (done.returncode, arguments, output, errors)
        return done

    def die_at(self, boundary: str, number: int, *, job: str = "all") -> None:
        """Syncs until the process kills itself at this pass of the boundary."""
        self.run("sync", job, codes=(-signal.SIGKILL,), DOTBRIDGE_KILL_AT=f"{boundary}:{number}")

    def sync(self) -> None:
        """Everything until nothing is left, however often the job of a dead worker must be waited for."""
        self.outlast_the_dead()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            done = self.run("sync", "all", codes=(0, 1))
            if done.returncode == 0:
                return
            assert "JOB-RUNNING" in done.stderr, done.stderr
            time.sleep(0.2)
        raise AssertionError("it never became quiet")

    def audit(self, code: int = 0) -> list[dict[str, Any]]:
        """The audit's rows; it exits with ``code``."""
        rows: list[dict[str, Any]] = json.loads(self.run("audit", "--json", codes=(code,)).stdout)
        return rows

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement on the ledger."""
        with closing(sqlite3.connect(self.folder / "dotbridge.sqlite3", isolation_level=None, timeout=30)) as ledger:
            return ledger.execute(statement, values).fetchall()

    def outlast_the_dead(self) -> None:
        """Lets the leases of whoever was killed run out."""
        time.sleep(max(0.0, self.sql("SELECT MAX(lease_until) FROM job")[0][0] - time.time()))

    def count_rows(self) -> dict[str, int]:
        """Rows by table."""
        tables = (*RECORD_TABLES, "email_contact", "contact_source", "order_fact", "product_fact")
        return {table: self.sql(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables}

    def broken_rules(self) -> list[str]:
        """What must never be found in a ledger that has come to rest."""
        found = []
        for table in (*RECORD_TABLES, "email_contact"):
            for rule, statement in _RULES.items():
                number = self.sql(statement.format(table=table))[0][0]
                if number:
                    found.append(f"{table}: {number} {rule}")
        return found

    def orphans(self) -> set[str]:
        """Bodies that no batch names."""
        stored = {path.name for path in (self.folder / "bodies").iterdir()}
        return stored - {name for (name,) in self.sql("SELECT body FROM email_importer")}


@cache
def _tables() -> bytes:
    """The ledger as the first command of an installation leaves it, made once a session by such a command."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), Path("none"))
        machine.run("jobs")
        return (machine.folder / "dotbridge.sqlite3").read_bytes()


_RULES = {
    "staged without an open batch": "SELECT COUNT(*) FROM {table} r WHERE r.state = 'staged' AND NOT EXISTS (SELECT 1"
    " FROM email_importer b WHERE b.id = r.batch"
    " AND b.state IN ('queued', 'submitting', 'submitted', 'unknown', 'parked'))",
    "in a batch without being staged": "SELECT COUNT(*) FROM {table} WHERE batch IS NOT NULL AND state <> 'staged'",
    "accepted as something that is not wanted": "SELECT COUNT(*) FROM {table}"
    " WHERE state = 'accepted' AND (accepted_digest IS NULL OR digest IS NULL OR accepted_digest <> digest)",
    "waiting although all is quiet": "SELECT COUNT(*) FROM {table} WHERE state IN ('pending', 'staged')",
}
