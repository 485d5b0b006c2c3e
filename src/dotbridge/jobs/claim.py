"""Claims: one compare-and-swap UPDATE gives a worker the job and a token; the heartbeat keeps it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import DatabaseError, connection

from dotbridge.jobs.kinds import URGENT, kinds_of, lane_of
from dotbridge.jobs.named import websites_named
from dotbridge.ledger import clock, hot, wake
from dotbridge.ledger.lease import TURN_SECONDS, Lease, Stop
from dotbridge.ledger.models import Job
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.transaction import unclaimed, writing
from dotbridge.observe.logging import get_logger

_log = get_logger(__name__)

#: Seconds over which a website's share of the workers' time is counted.
WINDOW = 300.0
#: Heartbeats in the time of one lease, so that a few may fail without harm.
BEATS = 6
#: Seconds between two looks at who waits.
_LOOK = 1.0

# A job that nobody works at: idle, or with a lease that ran out. One that was paused meanwhile waits for its resumption.
FREE = "paused = 0 AND (state = 'idle' OR (state = 'running' AND lease_until < %s))"


def lease_seconds() -> float:
    """How long a worker may be silent before its job is another's."""
    return float(resolve()["jobs.lease_seconds"])


# What the jobs of the same website cost lately, in seconds, those under way included. Account jobs cost nothing: they
# are short, and what the websites staged goes out through them. A feed or a queue mostly waits, and gives way to whoever
# is due.
_COST = (
    "COALESCE((SELECT SUM(CASE WHEN o.finished_at > %s THEN o.spent ELSE 0 END"
    " + CASE WHEN o.state = 'running' THEN %s ELSE 0 END) FROM job o WHERE o.website_id = job.website_id"
    " AND o.kind NOT IN ('change_feed', 'event_queue')), 0)"
)


def claim_due(
    stop: Stop | None = None, *, urgent: bool | None = None, kinds: Sequence[str] = (), token: str = ""
) -> Lease | None:
    """Takes a job that is due and not running; ``None`` when there is none.

    ``urgent``: only of the urgent kinds, or only of the others; ``kinds``: only of these.

    Websites take turns by what they cost: the job whose website had the least of the workers' time lately comes first,
    then the one that has been due the longest. A job whose lease ran out counts as not running: its worker died, or
    lost touch and can no longer commit.
    """
    now, token = clock.now(), token or secrets.token_hex(8)
    until = now + lease_seconds()
    kinds = kinds or (() if urgent is None else URGENT)
    chosen = f" AND kind {'NOT ' if urgent is False else ''}IN ({hot.marks(kinds)})" if kinds else ""
    with writing():
        found = hot.rows(
            "UPDATE job SET state = 'running', token = %s, lease_until = %s, attempts = attempts + 1 WHERE id = ("
            + unclaimed(
                f"SELECT id FROM job WHERE due_at <= %s AND {FREE}{chosen} ORDER BY {_COST}, due_at, id LIMIT 1"
            )
            # Asked again of the row itself: another worker may have taken it since the inner look.
            + f") AND {FREE} RETURNING id",
            (token, until, now, now, *kinds, now - WINDOW, TURN_SECONDS, now),
        )
    return Lease(found[0][0], token, stop=stop or threading.Event(), patient=True) if found else None


def claim_one(job_id: int, stop: Stop | None = None) -> Lease | None:
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
    now = clock.now()
    with writing():
        found = hot.rows(
            "UPDATE job SET state = CASE WHEN paused = 1 THEN 'paused' ELSE 'idle' END, token = '',"
            " lease_until = 0, due_at = %s, code = %s, detail = %s,"
            " spent = CASE WHEN finished_at > %s THEN spent ELSE 0 END + %s, finished_at = %s,"
            " attempts = CASE WHEN %s = 1 THEN attempts ELSE 0 END WHERE id = %s AND token = %s RETURNING kind, paused",
            (due_at, code, detail, now - WINDOW, lease.lasted(), now, int(failed), lease.job_id, lease.token),
        )
        if found and due_at <= now and not found[0][1]:
            wake.tell(lease.job_id, found[0][0])
    return bool(found)


def give_back(token: str) -> bool:
    """Frees the job of a worker that is known to be dead, before its lease runs out; False when it holds none."""
    with writing():
        found = hot.rows(
            "UPDATE job SET state = CASE WHEN paused = 1 THEN 'paused' ELSE 'idle' END, token = '', lease_until = 0"
            " WHERE token = %s AND state = 'running' RETURNING id, kind",
            (token,),
        )
        for job_id, kind in found:
            wake.tell(job_id, kind)
    return bool(found)


def _others_wait(lease: Lease) -> bool:
    """Whether a job found no free worker for a second: one of the live lane, or one of the same lane and another
    website. So the live lane has its place also where a worker takes all lanes."""
    now = clock.now()
    kind = Job.objects.filter(pk=lease.job_id).values_list("kind", "website_id").first()
    if kind is None:
        return False
    lane = lane_of(kind[0])
    peers, live = kinds_of(lane), [] if lane == "live" else kinds_of("live")
    found = hot.rows(
        f"SELECT 1 FROM job WHERE due_at <= %s AND {FREE} AND ((kind IN ({hot.marks(peers)})"
        f" AND COALESCE(website_id, 0) <> %s) OR kind IN ({hot.marks(live or [''])})) LIMIT 1",
        (now - _LOOK, now, *peers, kind[1] or 0, *(live or [""])),
    )
    return bool(found)


def stays(lease: Lease, seconds: float) -> bool:
    """Waits for the next look, with everything open: a turn for each look would cost ten times as much. False when the
    worker is wanted elsewhere, or was only asked for this once."""
    if not lease.patient or somebody_waits(lease):
        return False
    lease.stop.wait(seconds)
    return not lease.over()


def somebody_waits(lease: Lease) -> bool:
    """Whether any other job is due that nobody has taken yet."""
    now = clock.now()
    return bool(
        hot.rows(f"SELECT 1 FROM job WHERE due_at <= %s AND {FREE} AND id <> %s LIMIT 1", (now, now, lease.job_id))
    )


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Prolongs the lease from a thread while the work goes on, also while it waits for a slow answer.

    The same thread looks whether jobs of other websites wait for a worker, so that a long turn gives way to them.
    """
    done = threading.Event()

    def beat() -> None:
        seconds = lease_seconds()
        pause, beaten = min(_LOOK, seconds / BEATS), time.monotonic()
        while not done.wait(pause):
            try:
                lease.others_wait = _others_wait(lease)
                if time.monotonic() - beaten < seconds / BEATS:
                    continue
                beaten = time.monotonic()
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
        found = found.filter(website__in=websites_named(website))
    with writing():
        changed = found.update(paused=int(paused))
        if paused:
            found.filter(state=Job.State.IDLE).update(state=Job.State.PAUSED)
        else:
            found.filter(state=Job.State.PAUSED).update(state=Job.State.IDLE)
            for job in found.filter(due_at__lte=clock.now()).only("kind"):
                wake.tell(job.pk, job.kind)
    return changed
