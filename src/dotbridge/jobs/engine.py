"""What an engine with messages needs: one message is one turn, and a scheduler that sends those that were lost.

A message names a job that became due. The worker that gets it takes the most deserving job of the same lane, which is
mostly that one. So it does not matter which message is lost, late or doubled: one too many finds nothing to claim.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connection

from dotbridge.jobs.claim import FREE, claim_due
from dotbridge.jobs.kinds import kinds_of, lane_of
from dotbridge.jobs.schedule import plan_jobs
from dotbridge.jobs.turn import take_turn
from dotbridge.ledger import clock, hot
from dotbridge.ledger.lease import Stop
from dotbridge.ledger.models import Job
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.wake import Waker
from dotbridge.observe.logging import get_logger

_log = get_logger(__name__)

#: Seconds between two looks at the table, and how long a due job may wait for whoever made it due to announce it; the
#: live lane waits for nobody.
LOOK, GRACE = 0.5, 1.0
_PLAN = 30.0


def perform(job_id: int, token: str, stop: Stop) -> bool:
    """One turn for a message that names this job; False when another worker has done all there was."""
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    lease = claim_due(stop, kinds=kinds_of(lane_of(kind)), token=token) if kind else None
    if lease is None:
        return False
    take_turn(lease)
    return True


class Scheduler:
    """Keeps the job rows in step with the configuration and announces what is due, until ``stop``."""

    def __init__(self, announce: Waker) -> None:
        self._announce = announce
        self._announced: dict[int, tuple[float, float]] = {}
        self._planned = float("-inf")

    def run(self, stop: threading.Event, active: Callable[[], bool]) -> None:
        """Looks twice a second while it is the active one; of several schedulers the others stand by."""
        while not stop.is_set():
            try:
                if active():
                    self.look()
            except Exception:  # noqa: BLE001 - a database that is gone for a moment must not end the scheduler
                _log.exception("scheduler.stumbled")
                connection.close()
            stop.wait(LOOK)

    def look(self) -> int:
        """Announces what is due and was not announced lately; gives how many."""
        steady, again = time.monotonic(), float(resolve()["jobs.announce_again_seconds"])
        if steady - self._planned > _PLAN:
            plan_jobs()
            self._planned = steady
        now = clock.now()
        due = hot.rows(
            f"SELECT id, kind, due_at FROM job WHERE due_at <= %s AND {FREE} ORDER BY due_at, id", (now, now)
        )
        fresh = 0
        for job_id, kind, due_at in due:
            last = self._announced.get(job_id)
            if (now - due_at < GRACE and lane_of(kind) != "live") or (
                last and last[0] == due_at and steady - last[1] < again
            ):
                continue
            self._announced[job_id] = (due_at, steady)
            self._announce(job_id, kind)
            fresh += 1
        return fresh
