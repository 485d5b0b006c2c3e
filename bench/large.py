"""``python -m bench.large``: a large history through PostgreSQL and RabbitMQ, with a worker killed again and again.

A Magento-1-shaped store in MariaDB goes to the Dotdigital sandbox through a scheduler and two workers; every
``--kill-every`` seconds one of them ends by SIGKILL, all its processes at once, and another takes its place. At the end
shop, ledger and sandbox are counted against each other, from outside. Ends by itself after ``--minutes``.

A second, small website is live meanwhile: some of its orders change every few seconds, and the database itself notes how
long each of its jobs has been due when a worker begins it.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import orjson
import yaml

from bench import store
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.mariadb import MariaDb
from support.postgresql import PostgreSql
from support.rabbitmq import RabbitMq

WORKERS = 2
#: The small website: its orders, and seconds between two of its syncs, before each of which some of them change.
SMALL, SMALL_EVERY = 200, 5
_WAITS = """
CREATE TABLE waited (website bigint, kind text, due double precision, begun double precision, among boolean);
CREATE FUNCTION note_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO waited VALUES (NEW.website_id,
 NEW.kind, OLD.due_at, EXTRACT(EPOCH FROM clock_timestamp()),
 EXISTS (SELECT 1 FROM website w WHERE w.state = 'history' AND w.id <> NEW.website_id)); RETURN NEW; END $$;
CREATE TRIGGER note_wait AFTER UPDATE ON job FOR EACH ROW
 WHEN (NEW.state = 'running' AND NEW.token <> OLD.token AND OLD.due_at > 0) EXECUTE FUNCTION note_wait()"""
#: People of its own: one whom both shops knew would wait for the history of both.
_OTHERS = [
    f"UPDATE {table} SET {column} = REPLACE({column}, 'user', 'corner')"
    for table, column in (
        ("customer_entity", "email"),
        ("newsletter_subscriber", "subscriber_email"),
        ("sales_flat_order", "customer_email"),
    )
]
_CHANGE = (
    "UPDATE sales_flat_order SET grand_total = grand_total + 1, updated_at = UTC_TIMESTAMP()"
    " WHERE entity_id BETWEEN {low} AND {low} + 2"
)
#: Only of jobs that the shop's changes wait for, while the other website's history was being read.
_WAITED = (
    "SELECT v.begun - v.due FROM waited v JOIN website w ON w.id = v.website JOIN connection c ON c.id = w.connection_id"
    " WHERE c.key = 'small' AND v.kind = 'order_and_quote_sync' AND v.among ORDER BY 1"
)
#: What else ended while it waited for longer than that: turns by kind of job, and the longest of them.
_SLOW = 3.0
_BEHIND = (
    "SELECT j.kind, COUNT(*), MAX(r.ended_at - r.started_at) FROM waited v JOIN website w ON w.id = v.website"
    " JOIN connection c ON c.id = w.connection_id JOIN run r ON r.started_at < v.begun AND r.ended_at > v.due"
    " JOIN job j ON j.id = r.job_id WHERE c.key = 'small' AND v.kind = 'order_and_quote_sync' AND v.among"
    f" AND v.begun - v.due > {_SLOW} GROUP BY 1 ORDER BY 2 DESC"
)
_OPEN = (
    "SELECT (SELECT COUNT(*) FROM website WHERE state <> 'live'),"
    " (SELECT COUNT(*) FROM email_importer WHERE state NOT IN ('settled', 'split', 'expired')),"
    " (SELECT COUNT(*) FROM email_order WHERE state IN ('staged', 'pending')),"
    " (SELECT COUNT(*) FROM email_contact WHERE state IN ('staged', 'pending') OR dirty > mapped),"
    " (SELECT COALESCE(SUM(read), 0) FROM checkpoint), (SELECT COUNT(*) FROM email_order WHERE state = 'accepted')"
)


class Fleet:
    """The product's processes, each the leader of a group of its own, on one ledger."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self._environment = folder, environment
        self._running: dict[subprocess.Popen[bytes], str] = {}
        self.peak_mb: dict[str, float] = {}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command that ends."""
        return subprocess.run(
            self._command(arguments), env=self._environment, capture_output=True, text=True, check=False
        )

    def begin(self, *arguments: str) -> None:
        """A process that goes on; what it says goes to a file."""
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                self._command(arguments), env=self._environment, stdout=output, stderr=output, start_new_session=True
            )
        self._running[process] = arguments[0]

    def kill_one(self, chance: random.Random) -> None:
        """Ends one of the workers and all its processes at once, and begins another."""
        process = chance.choice([one for one, role in self._running.items() if role == "worker"])
        self._kill(process)
        self.begin("worker", "--processes", "1")

    def look(self) -> None:
        """Notes the most memory that a process of each role has held."""
        for process, role in self._running.items():
            for pid in _group(process.pid):
                self.peak_mb[role] = max(self.peak_mb.get(role, 0.0), _peak_mb(pid))

    def close(self) -> None:
        """Ends what still runs."""
        for process in list(self._running):
            self._kill(process)

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
        del self._running[process]

    @staticmethod
    def _command(arguments: Sequence[str]) -> list[str]:
        return [str(Path(sys.executable).with_name("dotbridge")), *arguments]


def _group(leader: int) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _leader(pid) == leader]


def _leader(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def _peak_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


@contextmanager
def fleet(orders: int, folder: Path) -> Iterator[tuple[Fleet, MariaDb, PostgreSql, str, Sandbox]]:
    """All servers, both stores, and the product configured but not begun."""
    with ExitStack() as stack:
        shop = stack.enter_context(MariaDb())
        ledger, broker = stack.enter_context(PostgreSql()), stack.enter_context(RabbitMq())
        sandbox = stack.enter_context(Sandbox())
        store.make(shop, "large", orders)
        store.make(shop, "small", SMALL, people=SMALL)
        shop.execute("small", *_OTHERS)
        database = ledger.create()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOTBRIDGE_")}
        environment = {**kept, "DOTBRIDGE_DATA": str(folder / "data"), "DOTBRIDGE_DATABASE": ledger.url(database)}
        environment |= {"DOTBRIDGE_BROKER": broker.url, "PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}
        product = Fleet(folder, environment)
        stack.callback(product.close)
        place = {"host": shop.host, "port": shop.port, "user": shop.user, "password": shop.password}
        account = {"username": USER, "password": PASSWORD, "hosts": {"r1": sandbox.url}, "currency": "GBP"}
        connections = {
            name: {"platform": "magento1", "account": "main", "settings": {**place, "database": name}}
            for name in ("large", "small")
        }
        # Two shops of one account must not have the same keys.
        connections["small"]["key_prefix"] = "small-"
        often = {"jobs.order_and_quote_sync.every": SMALL_EVERY, "overlap_seconds": 1}
        connections["small"]["websites"] = {"base": {"settings": often}}
        file = folder / "large.yaml"
        # The small one first: it is to be live before the large one begins.
        for names in (["small"], ["small", "large"]):
            configuration = {
                "accounts": {"main": account},
                "connections": {name: connections[name] for name in names},
                # The heartbeat keeps a lease also while an answer is slow; a killed worker is missed for as long as one.
                "settings": {
                    "non_subscribers": "send",
                    "jobs.lease_seconds": 30,
                    # An import whose answer died with its worker is waited for so long, and then sent once more.
                    "importer.max_age_minutes": 5,
                },
                "confirmed_by": "the benchmark",
            }
            file.write_text(yaml.safe_dump(configuration))
            for command in (["apply", str(file)], ["account", "prepare", "--yes"], ["sync", "all", "--json"]):
                if command[0] != "sync" or names == ["small"]:
                    done = product.run(*command)
                    assert done.returncode == 0, done.stdout + done.stderr
        ledger.execute(database, _WAITS)
        yield product, shop, ledger, database, sandbox


def measure(orders: int, kill_every: float, minutes: float, seed: int) -> dict[str, Any]:
    """What the run led to; see the module."""
    with (
        tempfile.TemporaryDirectory(prefix="dotbridge-large-") as folder,
        fleet(orders, Path(folder)) as (product, shop, ledger, database, sandbox),
    ):
        return _measure(product, shop, ledger, database, sandbox, kill_every, minutes, seed)


def _measure(
    product: Fleet,
    shop: MariaDb,
    ledger: PostgreSql,
    database: str,
    sandbox: Sandbox,
    kill_every: float,
    minutes: float,
    seed: int,
) -> dict[str, Any]:
    chance, kills = random.Random(seed), 0
    began = time.monotonic()
    product.begin("beat")
    for _ in range(WORKERS):
        product.begin("worker", "--processes", "1")
    next_kill, next_change, seen = began + (kill_every or math.inf), began, (1, 0, 0, 0, 0, 0)
    while time.monotonic() < began + minutes * 60:
        time.sleep(1)
        product.look()
        seen = ledger.execute(database, _OPEN)[0]
        print(f"\r{time.monotonic() - began:5.0f} s, read {seen[4]}, accepted {seen[5]}", end="", file=sys.stderr)
        if seen[4] and not any(seen[:4]):
            break
        if time.monotonic() > next_change:
            shop.execute("small", _CHANGE.format(low=int(time.monotonic()) % (SMALL - 3)))
            next_change = time.monotonic() + SMALL_EVERY
        if time.monotonic() > next_kill:
            product.kill_one(chance)
            kills, next_kill = kills + 1, time.monotonic() + kill_every
    seconds = time.monotonic() - began
    print(file=sys.stderr)
    audit = product.run("audit", "--json")
    return {
        "ended": not any(seen[:4]),
        "seconds": round(seconds),
        "kills": kills,
        "seed": seed,
        "small_website_waits": _waits([row[0] for row in ledger.execute(database, _WAITED)]),
        "it_waited_for": [[kind, turns, round(most, 1)] for kind, turns, most in ledger.execute(database, _BEHIND)],
        "peak_mb": {role: round(size) for role, size in product.peak_mb.items()},
        "audit_exit": audit.returncode,
        "audit": orjson.loads(audit.stdout) if audit.stdout.strip() else audit.stderr[-2000:],
        "sent_again": ledger.execute(
            database,
            "SELECT state, COUNT(*), SUM(records) FROM email_importer WHERE state <> 'settled' GROUP BY state",
        ),
        "sandbox": _held(sandbox),
    }


def _waits(seconds: Sequence[float]) -> dict[str, float]:
    """How often a sync of the small website began, and for how many seconds it had been due; ``seconds`` ascend."""
    if not seconds:
        return {"times": 0}
    shares = {"p50": 0.5, "p95": 0.95, "longest": 1.0}
    return {
        "times": len(seconds),
        **{name: round(seconds[int(share * (len(seconds) - 1))], 2) for name, share in shares.items()},
    }


def _held(sandbox: Sandbox) -> dict[str, int]:
    """Documents and distinct keys in the sandbox's own file, by collection, and people."""
    with closing(sqlite3.connect(sandbox.database)) as held:
        tables = [row[0] for row in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: held.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in tables}


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--kill-every", type=float, default=30.0, help="seconds; 0: nobody is killed")
    parser.add_argument("--minutes", type=float, default=60.0, help="at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    result = measure(options.orders, options.kill_every, options.minutes, options.seed)
    print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
