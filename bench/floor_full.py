"""The floor of contacts and of the catalogue, with all obligations. A process of its own; prints one JSON line.

Contacts: each customer with what the newsletter says of them, 40 data fields, both sources noted, the import's report
read for Dotdigital's ids. Catalogue: a document for each product and view, its brand and categories noted.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from bench.floor import Post, digest_of
from bench.floor_ledger import FloorLedger, new_batch
from bench.floor_people import People
from bench.floor_shelf import Shelf
from bench.measure import Stopwatch

_CONTACTS = b'{"mergeOption":"overwrite","contacts":['


def contacts(task: dict[str, Any], ledger: FloorLedger) -> None:
    """Every customer, from rows to settled."""
    post = Post(task["sink"], "contacts")
    for page, cursor in People(task["shop"]).pages(task["records"]):
        seen = [(row, body, digest_of(body)) for row, body in [(row, orjson.dumps(item)) for row, item in page]]
        known = ledger.known([(row[0], row[11]) for row, _, _ in seen])
        new = [one for one in seen if known.get((one[0][0], one[0][11])) != one[2]]
        if not new:
            ledger.passed(cursor)
            continue
        batch = new_batch()
        size = ledger.seal(batch, [body for _, body, _ in new])
        rows = {
            "record": [(r[0], r[11], r[1], r[2], r[9], r[7], digest, "staged", batch) for r, _, digest in new],
            "source": [
                *[(r[0], r[11], "customer", r[1], r[7]) for r, _, _ in new],
                *[(r[8], r[11], "subscriber", r[1], r[10]) for r, _, _ in new if r[8]],
            ],
        }
        ledger.stage({batch: size}, rows, (), cursor)
        ledger.move(batch, "queued", "submitting")
        import_id = post(ledger.opened(batch).replace(b"\n", b","), _CONTACTS)
        ledger.move(batch, "submitting", "submitted", import_id)
        report = post.report(import_id)
        taken = [*report["created"], *report["updated"]]
        ledger.settle(batch, [(one["identifiers"]["email"], one["contactId"]) for one in taken])


def catalogue(task: dict[str, Any], ledger: FloorLedger) -> None:
    """Every product in every view, from rows to settled."""
    post, shelf = Post(task["sink"]), Shelf(task["shop"])
    heads = [
        orjson.dumps(
            {
                "collectionName": f"Catalog_{website}_{code}",
                "collectionScope": "account",
                "collectionType": "catalog",
                "records": [],
            }
        )[:-2]
        for _, code, _, website, _ in shelf.stores
    ]
    for page, cursor in shelf.pages(task["records"] // len(shelf.stores)):
        _page(ledger, post, page, cursor, list(zip(shelf.stores, heads, strict=True)))


def _page(ledger: FloorLedger, post: Post, page: Sequence[Any], cursor: int, views: Sequence[Any]) -> None:
    known = ledger.known([(row[0], store[0]) for row, _ in page for store, _ in views])
    sizes: dict[int, int] = {}
    records, sent = [], []
    for place, (store, head) in enumerate(views):
        batch, bodies = new_batch(), []
        for row, documents in page:
            body = orjson.dumps({"key": str(row[0]), "json": documents[place]})
            digest = digest_of(body)
            if known.get((row[0], store[0])) != digest:
                bodies.append(body)
                records.append((row[0], store[0], row[1], store[0], "", row[5], digest, "staged", batch))
        if bodies:
            sizes[batch] = ledger.seal(batch, bodies)
            sent.append((batch, head))
    if not sizes:
        ledger.passed(cursor)
        return
    facts = []
    for row, documents in page:
        names = ",".join([one["Name"] for one in documents[0]["categories"]])
        facts.append((row[0], 1, documents[0]["brand"], names))
    ledger.stage(sizes, {"record": records, "product_fact": facts}, (), cursor)
    for batch, head in sent:
        ledger.move(batch, "queued", "submitting")
        import_id = post(ledger.opened(batch).replace(b"\n", b","), head)
        ledger.move(batch, "submitting", "submitted", import_id)
        ledger.settle(batch)


def main() -> None:
    """Runs once over the store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", type=orjson.loads, help="shop, sink, folder, what and records as JSON")
    task = parser.parse_args().task
    gc.freeze()
    watch = Stopwatch()
    {"contacts": contacts, "catalog": catalogue}[task["what"]](task, FloorLedger(Path(task["folder"])))
    print(orjson.dumps(watch.read(task["records"])).decode())


if __name__ == "__main__":
    main()
