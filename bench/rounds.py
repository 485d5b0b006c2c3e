"""Runs the three programs turn about, each in a fresh process, and gathers what they print.

Everything they need is private and thrown away: a MariaDB with the sample stores, a sink, and a data folder for each
run. CPU per order moves with whatever else the machine does; the ratios of one round hardly do, so their median counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson

from bench import store, store_full
from support.mariadb import MariaDb
from support.postgresql import PostgreSql

ROOT = Path(__file__).resolve().parents[1]
SMALL, LARGE, HUGE = 20_000, 200_000, 1_000_000
#: Records of a range while several workers read: at least eight ranges in the smallest store that is worth it.
_RANGES = 8
_PROGRAMS: dict[str, tuple[str, ...]] = {
    "plain": ("bench.floor",),
    "obligations": ("bench.floor", "--obligations"),
    "product": ("bench.product",),
}
_LIVE, _WORKERS = "bench.live", "bench.workers"
#: Measured as they are read of a Magento 1 alone: how many contacts and products there are to an order of the store.
_FULL = {"contacts": 2, "catalog": 8}
_FULL_PROGRAMS = {"obligations": "bench.floor_full", "product": "bench.product"}
#: Documents of a product: the sample store has three views.
_VIEWS = 3
#: What runs on PostgreSQL as well. The plain floor has no ledger that would be worth moving.
_MOVED = ("obligations", "product")
Tell = Callable[[str], None]


def missing() -> list[str]:
    """What this machine lacks for the benchmark, and what to do about it."""
    if MariaDb.available():
        return []
    return ["MariaDB's server and mariadb-install-db are not installed: apt-get install mariadb-server"]


class Machine:
    """The private servers; ``run`` measures one program once over the store of so many orders.

    ``ledger`` is the PostgreSQL that some programs run on, where this machine has one.
    """

    def __init__(self, server: MariaDb, sink: int, platform: str, ledger: PostgreSql | None) -> None:
        self._server, self._sink, self._platform = server, sink, platform
        self.ledger = ledger

    def run(self, name: str, orders: int, **more: Any) -> dict[str, Any]:
        """What the program printed; raises with its own words when it failed."""
        module, *arguments = _PROGRAMS.get(name, (name,))
        shop = {"host": self._server.host, "port": self._server.port, "user": self._server.user}
        database = "full" if "what" in more else f"orders_{orders}"
        shop |= {"password": self._server.password, "database": database, "charset": "utf8mb4"}
        with tempfile.TemporaryDirectory(prefix="dotbridge-bench-") as folder:
            task = {"shop": shop, "sink": self._sink, "folder": f"{folder}/data", "orders": orders, **more}
            task["platform"] = self._platform
            command = [sys.executable, "-m", module, orjson.dumps(task).decode(), *arguments]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env=environment())
        if done.returncode:
            raise RuntimeError(f"{name} failed:\n{done.stderr.decode(errors='replace')[-4000:]}")
        found: dict[str, Any] = orjson.loads(done.stdout)
        return found


def environment() -> dict[str, str]:
    """The caller's, without an installation of theirs: the product must not touch it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOTBRIDGE_")}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


@contextmanager
def machine(sizes: Sequence[int], tell: Tell, platform: str, full: dict[str, int]) -> Iterator[Machine]:
    """Private servers with a store of each size, and one of so many people and products."""
    tell("starting the servers")
    with ExitStack() as stack:
        server = stack.enter_context(MariaDb())
        ledger = stack.enter_context(PostgreSql()) if PostgreSql.available() else None
        for orders in sizes:
            tell(f"making a store of {orders:,} orders")
            store.make(server, f"orders_{orders}", orders, platform)
        if full:
            tell("making a store of people and products")
            store_full.make(server, "full", full["contacts"], full["catalog"])
        sink = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdout=subprocess.PIPE, cwd=ROOT)
        assert sink.stdout is not None
        try:
            yield Machine(server, int(sink.stdout.readline()), platform, ledger)
        finally:
            sink.kill()
            sink.wait()
            sink.stdout.close()


class Full:
    """Contacts and catalogue, floor and product turn about; nothing of a store without orders."""

    def __init__(self, orders: int) -> None:
        self.sizes = {what: max(1, orders // share) for what, share in _FULL.items()} if orders else {}
        self._seen: dict[str, dict[str, list[dict[str, Any]]]] = {
            what: {name: [] for name in _FULL_PROGRAMS} for what in self.sizes
        }

    def round(self, servers: Machine, orders: int) -> None:
        """Each program once."""
        for what, seen in self._seen.items():
            records = self.sizes[what] * (_VIEWS if what == "catalog" else 1)
            for name, runs in seen.items():
                runs.append(servers.run(_FULL_PROGRAMS[name], orders, what=what, records=records))

    def figures(self) -> dict[str, Any]:
        """By what was read: both programs and their ratio."""
        return {
            what: {
                "records": seen["product"][0]["records"],
                **{name: _median(runs) for name, runs in seen.items()},
                "ratio_obligations": _ratio(seen["product"], seen["obligations"]),
            }
            for what, seen in self._seen.items()
        }


def measure(
    orders: int, rounds: int, *, memory: bool, tell: Tell, platform: str = "magento1", large: bool = False
) -> dict[str, Any]:
    """All figures; see ``report`` for what they are. ``large`` measures memory at a million orders too."""
    sizes = [SMALL, LARGE, *([HUGE] if large else [])] if memory or large else []
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in _PROGRAMS}
    moved: dict[str, list[dict[str, Any]]] = {name: [] for name in _MOVED}
    result: dict[str, Any] = {"platform": platform, "orders": orders, "rounds": rounds, "load": []}
    workers: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    full = Full(orders if platform == "magento1" else 0)
    with machine(sorted({orders, *sizes}), tell, platform, full.sizes) as servers:
        for number in range(rounds):
            for name, seen in found.items():
                tell(f"round {number + 1} of {rounds}: {name}")
                seen.append(servers.run(name, orders))
            tell(f"round {number + 1} of {rounds}: contacts and catalogue")
            full.round(servers, orders)
            for name, seen in moved.items() if servers.ledger else ():
                tell(f"round {number + 1} of {rounds}: {name} on PostgreSQL")
                seen.append(servers.run(name, orders, database=servers.ledger.url(servers.ledger.create())))
            for processes, done in workers.items() if servers.ledger else ():
                tell(f"round {number + 1} of {rounds}: {processes} worker processes")
                place = servers.ledger.url(servers.ledger.create())
                done.append(
                    servers.run(_WORKERS, orders, database=place, processes=processes, range=max(1, orders // _RANGES))
                )
            result["load"].append(round(os.getloadavg()[0], 1))
        tell("unchanged orders, and contacts")
        further = servers.run("product", orders, more=True)
        tell("live lane during a backfill")
        result["live"] = servers.run(_LIVE, max(orders, LARGE if memory else 0))
        if sizes:
            result["memory_mb"] = {}
            for size in sizes:
                tell(f"memory at {size:,} orders")
                result["memory_mb"][str(size)] = servers.run("product", size)["orders"]["peak_mb"]
    products = [one["orders"] for one in found["product"]]
    if moved["product"]:
        there = [one["orders"] for one in moved["product"]]
        result["postgresql"] = {
            "obligations": _median(moved["obligations"]),
            "product": _median(there),
            "ratio_obligations": _ratio(there, moved["obligations"]),
        }
    if workers[1]:
        faster = [two["per_second"] / one["per_second"] for one, two in zip(workers[1], workers[2], strict=True)]
        result["workers"] = {
            "one": _median(workers[1]),
            "two": _median(workers[2]),
            "ratio_speed": round(statistics.median(faster), 2),
            "ratio_cpu": _ratio(workers[2], workers[1]),
        }
    result.update(
        plain=_median(found["plain"]),
        obligations=_median(found["obligations"]),
        product=_median(products),
        ratio_obligations=_ratio(products, found["obligations"]),
        ratio_plain=_ratio(products, found["plain"]),
        unchanged=further["unchanged"],
        sales=further["contacts"],
    )
    result.update(full.figures())
    return result


def _median(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {name: statistics.median([run[name] for run in runs]) for name in ("cpu_us", "per_second", "peak_mb")}


def _ratio(above: Sequence[dict[str, Any]], below: Sequence[dict[str, Any]]) -> float:
    """The median of each round's own ratio of CPU."""
    return round(statistics.median([a["cpu_us"] / b["cpu_us"] for a, b in zip(above, below, strict=True)]), 2)
