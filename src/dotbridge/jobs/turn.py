"""One turn of one job: done under its lease, with its outcome written down whatever happens."""

from __future__ import annotations

from dotbridge.errors import ConfigError, DotbridgeError, RetryableError
from dotbridge.jobs.claim import finish, heartbeat
from dotbridge.jobs.codes import JOB_BROKEN
from dotbridge.jobs.kinds import KINDS
from dotbridge.jobs.memory import steady_memory
from dotbridge.jobs.schedule import wake, wake_told
from dotbridge.jobs.work import Done, work
from dotbridge.ledger import clock
from dotbridge.ledger.codes import LEASE_LOST
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Job, Run
from dotbridge.observe.logging import get_logger

_log = get_logger(__name__)

#: Seconds until a job that failed is tried again: doubled with each failure, from the first to the last of these.
_FIRST, _LAST = 5.0, 900.0
#: A job that a person must help is looked at again this often; it may have been helped.
_PERSON = 300.0


def take_turn(lease: Lease) -> Done | DotbridgeError:
    """Does the job's turn and gives it up; what it failed with is in the job's row as well, but for a lost lease."""
    steady_memory()
    job = Job.objects.get(pk=lease.job_id)
    started = clock.now()
    try:
        with heartbeat(lease):
            done = work(job, lease)
    except DotbridgeError as error:
        if error.code is not LEASE_LOST:
            _failed(job, lease, started, error)
        return error
    except Exception as error:  # noqa: BLE001 - the worker must outlive whatever a job does; the job shows it
        _log.exception("job.broken", job=job.kind, target=job.target)
        broken = RetryableError(JOB_BROKEN, f"{type(error).__name__}: {error}")
        _failed(job, lease, started, broken)
        return broken
    finish(lease, done.due_at)
    if done.counts.total():
        rejected = bool(done.counts["rejected"])
        _run(job, started, "partial" if rejected else "ok", dict(done.counts))
    if KINDS[job.kind].told and job.website_id is not None:
        # Something may have been told between the last look and the end of the turn.
        wake_told(job.website_id)
    if done.importer:
        wake_importer(job)
    return done


def wake_importer(job: Job) -> None:
    """There is something to send for the job's account."""
    account = job.account_id if job.website is None else job.website.account_id
    if account is not None:
        wake("importer", f"account:{account}")


def _failed(job: Job, lease: Lease, started: float, error: DotbridgeError) -> None:
    if isinstance(error, ConfigError):
        wait = _PERSON
    elif isinstance(error, RetryableError) and error.retry_after:
        wait = error.retry_after
    else:
        wait = min(_LAST, _FIRST * 2.0 ** min(job.attempts - 1, 10))
    _log.warning("job.failed", job=job.kind, target=job.target, code=error.code.id, again_in=round(wait, 1))
    finish(lease, clock.now() + wait, code=error.code.id, detail=str(error), failed=True)
    _run(job, started, "failed", {}, error)


def _run(job: Job, started: float, result: str, counts: dict[str, int], error: DotbridgeError | None = None) -> None:
    Run.objects.create(
        job=job,
        started_at=started,
        ended_at=clock.now(),
        result=result,
        counts=counts,
        code=error.code.id if error else "",
        detail=str(error) if error else "",
    )
