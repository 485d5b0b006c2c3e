"""dotbridge as a process of its own that also speaks the toy platform: ``python -m support.toy_process ARGUMENTS``.

The arguments are those of the real command line; ``serve`` works like ``dotbridge up`` without its console, and
``contend SECONDS`` only takes jobs and gives them back. ``TOY_BOUNDARIES=FILE`` writes down every boundary that is
passed, to know where one can die; ``TOY_SUSPEND_AT=name:n`` stops the process there (SIGSTOP), as a machine that hangs;
``TOY_ADOBE_KEYS=URL`` is a server that publishes keys in Adobe's place.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from dotbridge.observe import boundary
from dotbridge.setup.start import start
from dotbridge.sources import registry

PASSED: Counter[str] = Counter()


def watch(name: str) -> None:
    """Notes that a boundary is passed, or stops there."""
    PASSED[name] += 1
    if path := os.environ.get("TOY_BOUNDARIES"):
        with Path(path).open("a") as file:
            file.write(f"{name}\n")
    if os.environ.get("TOY_SUSPEND_AT") == f"{name}:{PASSED[name]}":
        os.kill(os.getpid(), signal.SIGSTOP)


def serve() -> None:
    """Scheduler and workers until SIGTERM; exit 1 when a turn did not end in time."""
    start(level="info")
    from dotbridge.jobs.runner import Runner  # noqa: PLC0415 - needs Django

    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    runner = Runner(workers=3)
    runner.start()
    print("working", flush=True)
    asked.wait()
    sys.exit(0 if runner.stop() else 1)


def tell(body: str, headers: str) -> None:
    """Posts a body with these headers (as JSON) to the event door."""
    start()
    from support.event_sender import post  # noqa: PLC0415 - needs Django

    answer = post(body.encode(), json.loads(headers))
    assert answer.status_code == 200, answer.content


def contend(seconds: float) -> None:
    """Four threads take due jobs and give them back; prints (job, from, to) of each hold."""
    start()
    from dotbridge.jobs.claim import claim_due, finish  # noqa: PLC0415 - needs Django

    held: list[tuple[int, float, float]] = []
    until = time.time() + seconds

    def work() -> None:
        while time.time() < until:
            lease = claim_due()
            if lease is not None:
                since = time.time()
                time.sleep(0.005)
                held.append((lease.job_id, since, time.time()))
                finish(lease, time.time())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(held))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dotbridge.config.settings")
    if {"TOY_BOUNDARIES", "TOY_SUSPEND_AT"} & set(os.environ):
        boundary.reach = watch  # rooms bind it when they are loaded, which is later
    registry.PLATFORMS["toy"] = "support.toy_shop:Toy"
    if keys := os.environ.get("TOY_ADOBE_KEYS"):
        from dotbridge.sources.magento2 import events  # takes a tenth of a second, which few need

        events.KEYS = keys
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["tell", body, headers]:
            tell(body, headers)
        case ["contend", seconds]:
            contend(float(seconds))
        case _:
            from dotbridge.config.entry import main

            main()
