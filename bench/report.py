"""The figures as a table for people."""

from __future__ import annotations

import os
from typing import Any

from rich.console import Console
from rich.table import Table

#: Memory is flat when the large store takes at most so much more of it than the small one.
FLAT = 1.2
_FULL = {"contacts": "contacts of 40 data fields", "catalog": "catalogue records, three views of each product"}


def show(result: dict[str, Any], console: Console) -> None:
    """Prints the table, the ratios and what was measured besides."""
    title = f"{result['orders']:,} orders of 4 lines, median of {result['rounds']} rounds, load {result['load']}"
    table = Table(title=title, title_justify="left")
    for name in ("", "CPU µs/order", "orders/s", "peak MB", "x plain"):
        table.add_column(name, justify="right" if name else "left")
    there = result.get("postgresql", {})
    rows = {
        "plain floor": result["plain"],
        "floor with obligations": result["obligations"],
        "dotbridge": result["product"],
        "floor with obligations, PostgreSQL": there.get("obligations"),
        "dotbridge, PostgreSQL": there.get("product"),
    }
    for label, figures in rows.items():
        if figures:
            times = figures["cpu_us"] / result["plain"]["cpu_us"]
            speed = f"{figures['per_second']:,.0f}"
            table.add_row(label, f"{figures['cpu_us']:.0f}", speed, f"{figures['peak_mb']:.0f}", f"{times:.2f}")
    console.print(table)
    console.print(f"dotbridge takes {result['ratio_obligations']:.2f} x the floor with obligations.")
    if there:
        console.print(f"On PostgreSQL it takes {there['ratio_obligations']:.2f} x that floor's own variant.")
    if workers := result.get("workers"):
        one, two = workers["one"], workers["two"]
        console.print(
            f"Two worker processes on PostgreSQL carry {workers['ratio_speed']:.2f} x the orders of one"
            f" ({two['per_second']:,.0f}/s and {one['per_second']:,.0f}/s), at {workers['ratio_cpu']:.2f} x the CPU per"
            f" order, on {os.cpu_count()} cores that they share with both databases and the sink."
        )
    for what, label in _FULL.items():
        if what in result:
            _show_full(result[what], label, console)
    unchanged, sales = result["unchanged"], result["sales"]
    console.print(f"Unchanged orders: {unchanged['cpu_us']:.0f} µs each, no record row written.")
    console.print(f"Contacts with the sales fields of these orders: {sales['cpu_us']:.0f} µs each.")
    live = result["live"]
    console.print(
        f"Live lane during a backfill: {live['p50']:.2f} s at the median, {live['p95']:.2f} s at p95 from event to arrival"
        f" ({live['arrived']} of {live['events']} events, {live['by_import']} the backfill had taken before;"
        f" it read {live['read_meanwhile']:,} orders meanwhile)."
    )
    if sizes := result.get("memory_mb"):
        flat = "flat" if max(sizes.values()) <= min(sizes.values()) * FLAT else "NOT flat"
        shown = ", ".join([f"{held:.0f} MB at {int(size):,}" for size, held in sizes.items()])
        console.print(f"Peak memory by orders: {shown}: {flat}.")


def _show_full(figures: dict[str, Any], label: str, console: Console) -> None:
    table = Table(title=f"{figures['records']:,} {label}", title_justify="left")
    for name in ("", "CPU µs each", "per second", "peak MB", "x floor"):
        table.add_column(name, justify="right" if name else "left")
    for name, program in (("floor with obligations", "obligations"), ("dotbridge", "product")):
        one = figures[program]
        ratio = figures["ratio_obligations"] if program == "product" else 1.0
        values = (f"{one['cpu_us']:.0f}", f"{one['per_second']:,.0f}", f"{one['peak_mb']:.0f}", f"{ratio:.2f}")
        table.add_row(name, *values)
    console.print(table)
