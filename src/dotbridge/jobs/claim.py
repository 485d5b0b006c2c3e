"""Claims: one compare-and-swap UPDATE gives a worker the job and a token; the heartbeat keeps it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from dotbridge.ledger import hot
from dotbridge.ledger.lease import LEASE_SECONDS, Lease
from dotbridge.ledger.models import Job
from dotbridge.ledger.transaction import writing

HEARTBEAT = 30.0


def claim_due(stop: threading.Event | None = None) -> Lease | None:
    """Takes the job that has been due the longest and is not running; ``None`` when there is none.

    A job whose lease ran out counts as not running: its worker died, or lost touch and can no longer commit.
    """
    now, token = time.time(), secrets.token_hex(8)
    with writing():
        found = hot.rows(
            "UPDATE job SET state = 'running', token = %s, lease_until = %s, attempts = attempts + 1 WHERE id = ("
            "SELECT j.id FROM job j WHERE j.due_at <= %s AND j.paused = 0 AND (j.state = 'idle' OR (j.state = 'running'"
            " AND j.lease_until < %s)) ORDER BY j.due_at, j.id LIMIT 1) AND state <> 'paused' RETURNING id",
            (token, now + LEASE_SECONDS, now, now),
        )
    return Lease(found[0][0], token, stop=stop or threading.Event()) if found else None


def claim_one(job_id: int, stop: threading.Event | None = None) -> Lease | None:
    """Takes this job now, due or not; ``None`` while another worker holds it."""
    now, token = time.time(), secrets.token_hex(8)
    with writing():
        taken = hot.execute(
            "UPDATE job SET state = 'running', token = %s, lease_until = %s, attempts = attempts + 1"
            " WHERE id = %s AND (state <> 'running' OR lease_until < %s)",
            (token, now + LEASE_SECONDS, job_id, now),
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
                (due_at, code, detail, time.time(), int(failed), lease.job_id, lease.token),
            )
            == 1
        )


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Prolongs the lease from a thread while the work goes on, also while it waits for a slow answer."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT):
            Job.objects.filter(pk=lease.job_id, token=lease.token).update(lease_until=time.time() + LEASE_SECONDS)
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
