"""The live lane while a backfill runs: seconds from an event's post to its order's arrival, from outside.

Orders are changed in the shop one after the other and told of over HTTP, while the regular jobs read the whole store.
Prints one JSON line.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import statistics
import time
from contextlib import closing, redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import orjson
import pymysql
import urllib3

from bench.product import configure

EVENTS, PAUSE, PATIENCE = 60, 0.1, 20.0
SECRET = "bench"


def change(shop: dict[str, Any], table: str, order: int) -> str:
    """Gives the order another total, as a clerk does; its number."""
    with closing(pymysql.connect(**shop, autocommit=True)) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET grand_total = grand_total + 1, updated_at = UTC_TIMESTAMP() WHERE entity_id = %s",
            (order,),
        )
        cursor.execute(f"SELECT increment_id FROM {table} WHERE entity_id = %s", (order,))
        return str(cursor.fetchone()[0])


def tell(url: str, order: int) -> float:
    """Posts the event; gives when."""
    body = json.dumps({"kind": "orders", "ids": [order]}).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"Dotbridge-Timestamp": stamp, "Dotbridge-Signature": f"sha256={signature}"}
    told = time.time()
    answer = urllib3.request("POST", f"{url}events/shop/", body=body, headers=headers, timeout=30)
    assert answer.status == 200, answer.data
    return told


def arrived(sink: int) -> dict[str, float]:
    """Order number -> when it came by a single call."""
    found: dict[str, float] = urllib3.request("GET", f"http://127.0.0.1:{sink}/single", timeout=30).json()
    return found


def run(task: dict[str, Any]) -> dict[str, Any]:
    """The figures in seconds, and how many orders the backfill read meanwhile."""
    from dotbridge.cli.up import Serving
    from dotbridge.ledger import hot
    from dotbridge.ledger.models import Connection, Job

    for connection in Connection.objects.all():
        connection.secrets = orjson.dumps({**orjson.loads(connection.secrets), "event_secret": SECRET}).decode()
        connection.save()
    # Only what is measured: the store's orders by the poll, and the live lane.
    Job.objects.exclude(kind__in=("order_and_quote_sync", "importer", "live")).update(paused=1, state="paused")
    told: dict[str, float] = {}
    shop = {name: task["shop"][name] for name in ("host", "port", "user", "password", "database")}
    table = "sales_flat_order" if task["platform"] == "magento1" else "sales_order"
    with redirect_stderr(StringIO()), Serving(0) as serving:
        time.sleep(1.0)
        for number in range(EVENTS):
            order = task["orders"] - number * 7
            told[change(shop, table, order)] = tell(serving.url, order)
            time.sleep(PAUSE)
        read = hot.rows("SELECT COALESCE(SUM(read), 0) FROM checkpoint")[0][0]
        done = hot.rows("SELECT COUNT(*) FROM email_order WHERE state = 'accepted'")[0][0]
        until = time.monotonic() + PATIENCE
        while (seen := arrived(task["sink"])).keys() < told.keys() and time.monotonic() < until:
            time.sleep(0.2)
        late = [number for number in told if number not in seen]
        found = hot.rows(f"SELECT COUNT(*) FROM email_order WHERE key IN ({hot.marks(late or [''])})", late or [""])
    waits = sorted(seen[number] - at for number, at in told.items() if number in seen)
    return {
        "events": EVENTS,
        "arrived": len(waits),
        "by_import": found[0][0],
        "p50": round(statistics.median(waits), 2),
        "p95": round(waits[int(len(waits) * 0.95) - 1], 2),
        "longest": round(waits[-1], 2),
        "read_meanwhile": read,
        "accepted_meanwhile": done,
    }


def main() -> None:
    """Runs once over the store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", type=orjson.loads, help="shop, sink, folder and orders as JSON")
    task = parser.parse_args().task
    configure(task)
    with redirect_stdout(StringIO()):
        found = run(task)
    print(orjson.dumps(found).decode())


if __name__ == "__main__":
    main()
