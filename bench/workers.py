"""The orders of a history read by several worker processes on one PostgreSQL ledger: ranges, imports and settling.

The history begins at its step *orders*, as if people and figures were there already. Each process does what a worker of
`dotbridge worker` does, one turn after the other, until the website is live and every batch is settled. MariaDB, the
ledger's PostgreSQL and the sink share the machine's cores with the workers: on two cores, two workers are measured while
they wait for each other's servers. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from typing import Any

import orjson

from bench.measure import Stopwatch
from bench.product import configure

#: Seconds that a worker without work waits, and after which the run has failed.
_PAUSE, _PATIENCE = 0.05, 900.0
_KINDS = ("history", "history_part", "importer")
_OPEN = (
    "SELECT (SELECT COUNT(*) FROM website WHERE state <> 'live') + (SELECT COUNT(*) FROM email_importer"
    " WHERE state IN ('queued', 'submitting', 'submitted', 'unknown'))"
)


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Orders per second of wall time, CPU of all workers per order, and the peak memory of one."""
    from dotbridge.collector.history import PHASES
    from dotbridge.jobs.schedule import plan_jobs
    from dotbridge.ledger import clock, hot
    from dotbridge.ledger.models import Website
    from dotbridge.ledger.transaction import writing

    website = Website.objects.get()
    mark = orjson.dumps({"phase": PHASES.index("orders"), "begun": clock.now()}).decode()
    with writing():
        hot.save_checkpoint(website.pk, "history", mark, 0)
        Website.objects.update(state=Website.State.HISTORY)
    plan_jobs()
    command = [sys.executable, "-m", "bench.workers", "--at-work", orjson.dumps(task).decode()]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(task["processes"])
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [orjson.loads(worker.communicate(timeout=_PATIENCE)[0]) for worker in workers]
    wall = time.perf_counter() - began
    accepted = hot.rows("SELECT COUNT(*) FROM email_order WHERE state = 'accepted'")[0][0]
    assert accepted == task["orders"], accepted
    return {
        "processes": task["processes"],
        "cpu_us": round(sum(one["cpu_us"] for one in said), 1),
        "per_second": round(accepted / wall),
        "peak_mb": max(one["peak_mb"] for one in said),
        "turns": [one["turns"] for one in said],
    }


def work(task: dict[str, Any]) -> dict[str, Any]:
    """One worker's figures; ``cpu_us`` is per order of the whole store, so that those of all workers add up."""
    import os

    os.environ["DOTBRIDGE_DATA"] = task["folder"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "dotbridge.config.settings"
    os.environ["DOTBRIDGE_DATABASE"] = task["database"]
    from dotbridge.setup.start import start

    start()
    from dotbridge.jobs.claim import claim_due
    from dotbridge.jobs.turn import take_turn
    from dotbridge.ledger import hot

    hot.rows(_OPEN)
    print("ready", flush=True)
    sys.stdin.readline()
    watch, turns = Stopwatch(), 0
    while True:
        if (lease := claim_due(kinds=_KINDS)) is not None:
            take_turn(lease)
            turns += 1
        elif hot.rows(_OPEN)[0][0] == 0:
            return {**watch.read(task["orders"]), "turns": turns}
        else:
            time.sleep(_PAUSE)


def main() -> None:
    """Runs once over the store, with ``processes`` of the task."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("task", type=orjson.loads, help="shop, sink, folder, database, orders and processes as JSON")
    parser.add_argument("--at-work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.at_work:
        print(orjson.dumps(work(options.task)).decode())
        return
    configure(options.task)
    print(orjson.dumps(run(options.task)).decode())


if __name__ == "__main__":
    main()
