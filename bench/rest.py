"""What reading a shop over REST costs us: our CPU as a share of the time that it takes.

``python -m bench.rest`` reads the orders of the sample shop Northwind, a Magento 2 by its REST API, in a fresh process,
and prints one JSON object. Magento itself takes longer over a page than Northwind does, so a real shop's share is lower.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import yaml

from bench.rounds import ROOT, environment
from support.northwind_shop import Northwind


def main() -> None:
    """Measures in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.rest", description=__doc__)
    parser.add_argument("--orders", type=int, default=5000)
    parser.add_argument("--task", type=orjson.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        print(orjson.dumps(read(options.task)).decode())
        return
    with (
        tempfile.TemporaryDirectory(prefix="dotbridge-bench-") as folder,
        Northwind(orders=options.orders, customers=options.orders // 3, products=300, carts=10) as shop,
    ):
        sink = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdout=subprocess.PIPE, cwd=ROOT)
        assert sink.stdout is not None
        try:
            task = {"sink": int(sink.stdout.readline()), "folder": f"{folder}/data", "orders": options.orders}
            task |= {"shop": {"base_url": shop.url, "bearer_token": shop.bearer, "allow_private": True}}
            command = [sys.executable, "-m", "bench.rest", "--task", orjson.dumps(task).decode()]
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, env=environment())
        finally:
            sink.kill()
            sink.wait()
            sink.stdout.close()
    print(orjson.dumps(orjson.loads(done.stdout), option=orjson.OPT_INDENT_2).decode())


def read(task: dict[str, Any]) -> dict[str, Any]:
    """The figures of one pass over all orders, from the shop's pages to understood records; nothing is staged."""
    import os

    os.environ["DOTBRIDGE_DATA"], os.environ["DJANGO_SETTINGS_MODULE"] = task["folder"], "dotbridge.config.settings"
    from dotbridge.cli.main import cli

    file = Path(task["folder"]) / "bench.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    hosts = {"r1": f"http://127.0.0.1:{task['sink']}"}
    account = {"username": "bench", "password": "bench", "hosts": hosts, "currency": "GBP"}
    shop = {"platform": "magento2", "account": "main", "settings": task["shop"]}
    file.write_text(yaml.safe_dump({"accounts": {"main": account}, "connections": {"shop": shop}}))
    with redirect_stdout(StringIO()):
        cli(["apply", str(file)], standalone_mode=False)
    from dotbridge.collector.scope import scope_of
    from dotbridge.ledger.models import Website
    from dotbridge.sources.base import Cursor

    with scope_of(Website.objects.order_by("pk")[0].pk) as scope:
        stream, cursor, seen = scope.streams["orders"], Cursor(), 0
        cpu, wall = time.process_time(), time.perf_counter()
        while cursor.phase == "all":
            page = stream.read(scope.site, cursor, scope.settings["page_size"])
            seen += len([stream.to_commerce(row) for row in page.rows])
            cursor = page.next_cursor
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        "orders": seen,
        "seconds": round(wall, 2),
        "cpu_us": round(cpu / seen * 1e6),
        "cpu_percent": round(100 * cpu / wall, 1),
    }


if __name__ == "__main__":
    main()
