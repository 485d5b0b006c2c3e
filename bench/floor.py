"""The floor: the shortest honest program that does the whole job. Run as a process of its own; prints one JSON line.

Plain: read, document, POST, one state row per order. With ``--obligations``: what ``floor_ledger`` describes as well.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import sqlite3
from pathlib import Path
from typing import Any

import orjson
import urllib3

from bench.floor_ledger import FloorLedger, PostgresqlLedger, new_batch
from bench.floor_orders import Reader, Row, document, grouped
from bench.measure import Stopwatch

_HEAD = b'{"collectionName":"Orders","collectionScope":"contact","collectionType":"orders","records":['
_STATE = (
    "CREATE TABLE IF NOT EXISTS state (website_id INT, source_id INT, number TEXT, store_id INT, status TEXT,"
    " updated_at TEXT, digest BLOB, state INT, batch INT, PRIMARY KEY (website_id, source_id))"
)


def _record(order: Row, lines: Any) -> bytes:
    identity = {"identifier": "email", "value": order[5]}
    return orjson.dumps({"key": order[1], "contactIdentity": identity, "json": document(order, lines)})


def digest_of(record: bytes) -> bytes:
    """What tells a changed record."""
    return hashlib.blake2b(record, digest_size=16).digest()


class Post:
    """Sends bodies of joined records and gives the import's id."""

    def __init__(self, port: int, place: str = "insightData") -> None:
        self._pool = urllib3.PoolManager(retries=False)
        self._url = f"http://127.0.0.1:{port}/{place}/v3/import"

    def __call__(self, records: bytes, head: bytes = _HEAD) -> str:
        headers = {"Content-Type": "application/json"}
        answer = self._pool.request("PUT", self._url, body=head + records + b"]}", headers=headers)
        assert answer.status == 202, answer.status
        return str(orjson.loads(answer.data)["importId"])

    def report(self, import_id: str) -> Any:
        """What became of an import."""
        return orjson.loads(self._pool.request("GET", f"{self._url}/{import_id}").data)


class Plain:
    """Read, document, POST, state."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._post = Post(port)
        self._database = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(_STATE)

    def page(self, orders: Any, items: Any, cursor: int) -> None:
        """One page from rows to state."""
        records, rows = [], []
        for order, lines in grouped(orders, items):
            record = _record(order, lines)
            records.append(record)
            rows.append((order[20], order[0], order[1], order[3], order[2], order[18], digest_of(record), 1, cursor))
        self._post(b",".join(records))
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._database.execute("COMMIT")


class Owed:
    """The same with all obligations."""

    def __init__(self, folder: Path, port: int, database: str = "") -> None:
        self._post, self._ledger = Post(port), PostgresqlLedger(folder, database) if database else FloorLedger(folder)

    def page(self, orders: Any, items: Any, cursor: int) -> None:
        """One page from rows to settled."""
        seen = []
        for order, lines in grouped(orders, items):
            record = _record(order, lines)
            seen.append((order, lines, record, digest_of(record)))
        known = self._ledger.known([(one[0][0], one[0][20]) for one in seen])
        new = [one for one in seen if known.get((one[0][0], one[0][20])) != one[3]]
        if not new:
            self._ledger.passed(cursor)
            return
        batch = new_batch()
        size = self._ledger.seal(batch, [one[2] for one in new])
        rows = {
            "record": [(o[0], o[20], o[1], o[3], o[2], o[18], digest, "staged", batch) for o, _, _, digest in new],
            "order_fact": [(o[0], o[20], o[5], o[1], o[17], o[2], o[15], *o[33:36]) for o, _, _, _ in new],
            "line_fact": [(i[0], n, *i[9:12]) for _, lines, _, _ in new for n, i in enumerate(lines)],
        }
        self._ledger.stage({batch: size}, rows, [o[0] for o, _, _, _ in new if (o[0], o[20]) in known], cursor)
        self._ledger.move(batch, "queued", "submitting")
        import_id = self._post(self._ledger.opened(batch).replace(b"\n", b","))
        self._ledger.move(batch, "submitting", "submitted", import_id)
        self._ledger.settle(batch)


def main() -> None:
    """Runs once over the store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", type=orjson.loads, help="shop, sink, folder and orders as JSON")
    parser.add_argument("--obligations", action="store_true")
    options = parser.parse_args()
    task = options.task
    gc.freeze()
    watch = Stopwatch()
    place = Path(task["folder"]), task["sink"]
    floor = Owed(*place, task.get("database", "")) if options.obligations else Plain(*place)
    reader = Reader(task["shop"], task["platform"], facts=options.obligations)
    for orders, items, cursor in reader.pages(task["orders"]):
        floor.page(orders, items, cursor)
    print(orjson.dumps(watch.read(task["orders"])).decode())


if __name__ == "__main__":
    main()
