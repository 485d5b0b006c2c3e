"""Seconds from the post of an event to Dotdigital's taking its record, through each door of each platform.

``python -m bench.doors`` opens a shop of each platform, and the Dotdigital sandbox, on this machine; edits a customer and
places an order there; tells both through each door in turn, and through the queue that is pulled; and prints a table, or
with ``--json`` one JSON object.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from support.event_doors import DOORS, QUEUED
from support.postgresql import PostgreSql
from support.street import Street, open_street

Waits = dict[tuple[str, str], list[float]]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.doors", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="orders and customers through each door")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    console = Console()
    with (
        PostgreSql() as server,
        tempfile.TemporaryDirectory(prefix="dotbridge-bench-") as folder,
        Console(stderr=True).status("opening the shops") as status,
        open_street(server, Path(folder)) as street,
    ):
        waits: Waits = defaultdict(list)
        for number in range(options.rounds):
            status.update(f"round {number + 1} of {options.rounds}")
            _round(street, waits)
    figures = {door: {kind: _figures(waits[door, kind]) for kind in ("order", "customer")} for door, _ in waits}
    if options.json:
        print(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table(title=f"Seconds from the post to the accepted record, {options.rounds} through each door")
    for name in ("door", "order p50", "order p95", "customer p50", "customer p95"):
        table.add_column(name, justify="left" if name == "door" else "right", no_wrap=name == "door")
    for door, found in figures.items():
        table.add_row(door, *[f"{one:.2f}" for kind in found.values() for one in kind.values()])
    console.print(table)


def _round(street: Street, waits: Waits) -> None:
    queued = [(f"SQS, as from {name}", name, street.put) for name in QUEUED]
    for label, door, tell in (*[(name, name, street.post) for name in DOORS], *queued):
        waits[label, "order"].append((took := street.arrive(door, tell))[0])
        waits[label, "customer"].append(took[1])


def _figures(waits: list[float]) -> dict[str, float]:
    last = math.ceil(len(waits) * 0.95) - 1
    return {"p50": round(statistics.median(waits), 2), "p95": round(sorted(waits)[last], 2)}


if __name__ == "__main__":
    main()
