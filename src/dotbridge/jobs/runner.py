"""The embedded engine: one scheduler, a few worker threads, one process. It wakes workers; the job table decides.

One worker does the live lane alone, so that no long turn stands before what a shop has just told.
"""

from __future__ import annotations

import sys
import threading
import time

from django.db import connection
from django.db.models import Min

from dotbridge.jobs import bell
from dotbridge.jobs.claim import claim_due
from dotbridge.jobs.kinds import URGENT
from dotbridge.jobs.schedule import plan_jobs
from dotbridge.jobs.turn import take_turn
from dotbridge.ledger import clock
from dotbridge.ledger.models import Job
from dotbridge.ledger.wake import set_waker
from dotbridge.observe.logging import get_logger

_log = get_logger(__name__)

#: The longest that a due job waits for a look at the table when nobody wakes the workers.
_LOOK = 2.0
_PLAN = 30.0
#: Seconds after which a thread that computes lets another go on; Python's 5 ms would add up in the live lane, which
#: waits for an answer some dozens of times for each record.
_SWITCH = 0.001


class Runner:
    """Works until ``stop``; a stop lets each turn end at its next safe point and gives its lease back."""

    def __init__(self, workers: int = 3) -> None:
        self.stopping = threading.Event()
        self._awake = threading.Condition()
        self._rings = 0
        names = {"live-worker": True, "consent-worker": True, **{f"worker-{n}": False for n in range(workers)}}
        # Daemons: a turn that waits for its calls longer than ``stop`` does must not keep the process alive.
        self._threads = [
            threading.Thread(target=self._work, name=name, args=(urgent,), daemon=True)
            for name, urgent in names.items()
        ]
        self._threads.append(threading.Thread(target=self._schedule, name="scheduler", daemon=True))

    def start(self) -> None:
        """Starts the threads."""
        bell.answer(self.wake)
        set_waker(lambda _job_id, _kind: self.wake())
        sys.setswitchinterval(_SWITCH)
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 30.0) -> bool:
        """Asks all to stop and waits; False if some were still at work after ``timeout``. Their leases run out."""
        bell.ignore(self.wake)
        self.stopping.set()
        self.wake()
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        """Something may be due now."""
        with self._awake:
            self._rings += 1
            self._awake.notify_all()

    def _work(self, urgent: bool) -> None:
        while not self.stopping.is_set():
            try:
                rung = self._rings
                lease = claim_due(self.stopping, urgent=urgent)
                if lease is None:
                    self._rest(rung, urgent)
                    continue
                take_turn(lease)
                self.wake()
            except Exception:  # noqa: BLE001 - a database that is gone for a moment must not end the worker
                _log.exception("worker.stumbled")
                connection.close()
                self.stopping.wait(1.0)
        connection.close()

    def _rest(self, rung: int, urgent: bool) -> None:
        """Sleeps until the next job is due, someone wakes the workers (also since ``rung``), or it is time to look."""
        idle = Job.objects.filter(state="idle")
        idle = idle.filter(kind__in=URGENT) if urgent else idle.exclude(kind__in=URGENT)
        first = idle.aggregate(first=Min("due_at"))["first"]
        wait = _LOOK if first is None else min(max(first - clock.now(), 0.02), _LOOK)
        with self._awake:
            if not self.stopping.is_set() and rung == self._rings:
                self._awake.wait(wait)

    def _schedule(self) -> None:
        while not self.stopping.is_set():
            try:
                plan_jobs()
                self.wake()
            except Exception:  # noqa: BLE001 - as above
                _log.exception("scheduler.stumbled")
                connection.close()
            self.stopping.wait(_PLAN)
        connection.close()
