"""Claims: one compare-and-swap UPDATE gives a worker the job and a token; the heartbeat keeps it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from dotbridge.ledger import clock, hot
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Job
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.transaction import unclaimed, writing
from dotbridge.observe.logging import get_logger

_log = get_logger(__name__)

#: Heartbeats in the time of one lease, so that a few may fail without harm.
BEATS = 6

# A job that nobody works at: idle, or with a lease that ran out. One that was paused meanwhile waits for its resumption.
_FREE = "paused = 0 AND (state = 'idle' OR (state = 'running' AND lease_until < %s))"


def lease_seconds() -> float:
    """How long a worker may be silent before its job is another's."""
    return float(resolve()["jobs.lease_seconds"])


def claim_due(stop: threading.Event | None = None) -> Lease | None:
    """Takes the job that has been due the longest and is not running; ``None`` when there is none.

    A job whose lease ran out counts as not running: its worker died, or lost touch and can no longer commit.
    """
    now, token = clock.now(), secrets.token_hex(8)
    until = now + lease_seconds()
    with writing():
        found = hot.rows(
            "UPDATE job SET state = 'running', token = %s, lease_until = %s, attempts = attempts + 1 WHERE id = ("
            + unclaimed(f"SELECT id FROM job WHERE due_at <= %s AND {_FREE} ORDER BY due_at, id LIMIT 1")
            # Asked again of the row itself: another worker may have taken it since the inner look.
            + f") AND {_FREE} RETURNING id",
            (token, until, now, now, now),
        )
    return Lease(found[0][0], token, stop=stop or threading.Event()) if found else None


def claim_one(job_id: int, stop: threading.Event | None = None) -> Lease | None:
    """Takes this job now, due or not; ``None`` while another worker holds it."""
    now, token = clock.now(), secrets.token_hex(8)
    until = now + lease_seconds()
    with writing():
        taken = hot.execute(
            "UPDATE job SET state = 'running', token = %s, lease_until = %s, attempts = attempts + 1"
            " WHERE id = %s AND (state <> 'running' OR lease_until < %s)",
            (token, until, job_id, now),
        )
    return Lease(job_id, token, stop=stop or threading.Event()) if taken else None


def finish(lease: Lease, due_at: float, *, code: str = "", detail: str = "", failed: bool = False) -> bool:
    """Gives the job up until ``due_at``; False when it was no longer ours. A pause asked for meanwhile stands."""
    with writing():
        return (
            hot.execute(
                "UPDATE job SET state = CASE WHEN paused = 1 THEN 'paused' ELSE 'idle' END, token = '',"
                " lease_until = 0, due_at = %s, code = %s, detail = %s, finished_at = %s,"
                " attempts = CASE WHEN %s = 1 THEN attempts ELSE 0 END WHERE id = %s AND token = %s",
                (due_at, code, detail, clock.now(), int(failed), lease.job_id, lease.token),
            )
            == 1
        )


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Prolongs the lease from a thread while the work goes on, also while it waits for a slow answer."""
    done = threading.Event()

    def beat() -> None:
        seconds = lease_seconds()
        while not done.wait(seconds / BEATS):
            try:
                Job.objects.filter(pk=lease.job_id, token=lease.token).update(lease_until=clock.now() + seconds)
            except DatabaseError:  # gone or busy for a moment: the next beat comes before the lease ends
                _log.warning("lease.beat_missed", job=lease.job_id)
        connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{lease.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def set_paused(kind: str, website: str = "", *, paused: bool) -> int:
    """Pauses or resumes jobs of a kind; gives how many. A running turn ends first and then stays paused."""
    found = Job.objects.filter(kind=kind)
    if website:
        found = found.filter(website__code=website)
    with writing():
        changed = found.update(paused=int(paused))
        if paused:
            found.filter(state=Job.State.IDLE).update(state=Job.State.PAUSED)
        else:
            found.filter(state=Job.State.PAUSED).update(state=Job.State.IDLE)
    return changed
