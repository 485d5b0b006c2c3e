"""Two schedulers and four workers for a while: ran each due job once? ``python -m support.due_once --seconds 600``.

The database itself keeps the book, by a trigger on the job table: every claim and every return of a job with the due
time that it served. So neither the workers' word nor their log is asked. Halfway the scheduler at work is killed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from support.dotdigital_sandbox import Sandbox
from support.postgresql import PostgreSql
from support.rabbitmq import RabbitMq
from support.toy_cluster import Cluster
from support.toy_shop import ToyShop, order, person

SCHEDULERS, WORKERS, PEOPLE = 2, 4, 12
_EVERY = {
    "customer_subscriber_guest_sync": 2,
    "order_and_quote_sync": 2,
    "reviews_and_wishlist": 3,
    "catalog_sync": 3,
    "importer": 5,
    "consent_sync": 2,
    "live": 2,
    "live_catalog": 2,
    "reconcile": 10,
}
_BOOK = """
CREATE TABLE book (n bigserial PRIMARY KEY, at float8, job bigint, event text, token text, due float8);
CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 IF NEW.token <> OLD.token THEN
  INSERT INTO book (at, job, event, token, due) VALUES (extract(epoch from clock_timestamp()), NEW.id,
   CASE WHEN NEW.token = '' THEN 'returned' WHEN OLD.token = '' THEN 'claimed' ELSE 'taken over' END,
   CASE WHEN NEW.token = '' THEN OLD.token ELSE NEW.token END,
   CASE WHEN NEW.token = '' THEN NEW.due_at ELSE OLD.due_at END);
 END IF;
 RETURN NEW;
END $$;
CREATE TRIGGER write_down AFTER UPDATE ON job FOR EACH ROW EXECUTE FUNCTION write_down();
"""


class Found(NamedTuple):
    """What the book says. ``faults`` in words; waits in seconds from due to claim."""

    turns: int
    jobs: int
    faults: list[str]
    median_wait: float
    longest_wait: float


def watch(cluster: Cluster, seconds: float) -> Found:
    """Lets them work for so long, once each job has had its first turn, then stops the workers and reads the book."""
    for statement in (_BOOK[: _BOOK.index("CREATE FUNCTION")], _BOOK[_BOOK.index("CREATE FUNCTION") :]):
        cluster.sql(statement)
    beats = [cluster.begin("beat")]
    cluster.wait_for(lambda: cluster.said().count("At work.") == 1)
    beats.append(cluster.begin("beat"))
    workers = [cluster.begin("worker", "--processes", "1") for _ in range(WORKERS)]
    # However long processes take to start on this machine, each job is done for the first time before the watch begins.
    cluster.wait_for(lambda: cluster.sql("SELECT 1 FROM job WHERE due_at <= 1 LIMIT 1") == [], 120)
    time.sleep(seconds / 2)
    cluster.kill(beats.pop(0))
    time.sleep(seconds / 2)
    overdue = cluster.sql(
        "SELECT kind, target, extract(epoch from clock_timestamp()) - due_at FROM job"
        " WHERE state = 'idle' AND due_at < extract(epoch from clock_timestamp()) - 30"
    )
    for worker in workers:
        cluster.stop(worker)
    found = read(cluster.sql("SELECT at, job, event, token, due FROM book ORDER BY n"))
    left = cluster.sql("SELECT kind FROM job WHERE state <> 'idle'")
    faults = [f"{kind} of {target} is overdue by {wait:.0f} s" for kind, target, wait in overdue]
    return found._replace(faults=[*found.faults, *faults, *[f"{kind} was not returned" for (kind,) in left]])


def read(book: list[tuple[Any, ...]]) -> Found:
    """Each job is claimed, returned, claimed … by the same token, and never for the same due time twice."""
    held: dict[int, str] = {}
    served: dict[int, set[float]] = defaultdict(set)
    waits, faults = [], []
    for at, job, event, token, due in book:
        if event == "returned":
            if held.pop(job, None) != token:
                faults.append(f"job {job} was returned by who did not hold it")
            continue
        if event == "taken over" or job in held:
            faults.append(f"job {job} was claimed while another held it")
        if due in served[job]:
            faults.append(f"job {job} was claimed twice for what was due at {due}")
        if due > at:
            faults.append(f"job {job} was claimed {due - at:.1f} s before it was due")
        held[job] = token
        served[job].add(due)
        if due > 1:  # a new job is due since ever
            waits.append(at - due)
    turns = sum(map(len, served.values()))
    return Found(turns, len(served), faults, statistics.median(waits or [0.0]), max(waits, default=0.0))


def cluster_at_rest(folder: Path, server: PostgreSql, broker: RabbitMq, sandbox: Sandbox) -> Cluster:
    """Twelve customers with an order each in the shop, and every job due each few seconds."""
    shop = ToyShop(folder / "shop.sqlite3")
    for one in range(1, PEOPLE + 1):
        shop.put("customers", person(one))
        shop.put("orders", order(one, customer=one))
    sandbox.post_control("settings", {"import_polls": 0, "import_seconds": 0.2})
    cluster = Cluster(folder / "cluster", shop.path, server, broker)
    often = {f"jobs.{job}.every": every for job, every in _EVERY.items()}
    # Leases as in production: nobody is killed who holds one, so none may be taken over.
    cluster.configure(sandbox, **often, **{"jobs.lease_seconds": 180, "jobs.announce_again_seconds": 2})
    return cluster


def main() -> int:
    """Prints what was found; 1 when a due job did not run exactly once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, PostgreSql() as server, RabbitMq() as broker, Sandbox() as sandbox:
        cluster = cluster_at_rest(Path(folder), server, broker, sandbox)
        try:
            found = watch(cluster, seconds)
        finally:
            cluster.close()
    print(
        f"{found.turns} turns of {found.jobs} jobs in {seconds:.0f} s by {SCHEDULERS} schedulers and {WORKERS} workers;"
        f" from due to claimed {found.median_wait:.2f} s (median), {found.longest_wait:.2f} s (longest)"
    )
    print("\n".join(found.faults) or "each due job ran once")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
