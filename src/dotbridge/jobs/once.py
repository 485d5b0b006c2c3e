"""Jobs done here and now, in this thread: for the command line, for the demo that ends, and for tests."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable

from django.db.models import Max, Q

from dotbridge.errors import ConfigError, DotbridgeError, RetryableError
from dotbridge.importer.turn import next_due
from dotbridge.jobs.claim import claim_one
from dotbridge.jobs.codes import JOB_RUNNING, WEBSITE_UNKNOWN
from dotbridge.jobs.kinds import KINDS, kind_of
from dotbridge.jobs.named import websites_named
from dotbridge.jobs.schedule import plan_jobs
from dotbridge.jobs.turn import take_turn
from dotbridge.ledger import clock
from dotbridge.ledger.codes import LEASE_LOST
from dotbridge.ledger.models import Checkpoint, Job, Website

Tell = Callable[[str, Counter[str]], None]

#: What consent did; what a shop must wait for moves nothing.
_CONSENT = (
    "statuses",
    "left_list",
    "unsubscribe_dotdigital",
    "subscribe_dotdigital",
    "resubscribe_dotdigital",
    "unsubscribe_shop",
    "resubscribe_shop",
)
#: What a job must leave behind for others to find more to do.
_MOVES = (
    "staged",
    "changed",
    "removal",
    "departed",
    "sent",
    "submitted",
    "settled",
    "renamed",
    "moved",
    "given_back",
    "removed",
    "facts",
    *_CONSENT,
)
#: Seconds that one call waits for running imports, and the longest pause between two looks that is worth waiting for.
_WAIT, _PATIENCE = 120.0, 10.0


def run_job(name: str, website: str = "", *, full: bool = False, once: bool = False) -> Counter[str]:
    """Does the job until it has nothing more to do right now (``once``: one turn), for one website by code, or all."""
    plan_jobs()
    counts: Counter[str] = Counter()
    for job in _jobs(kind_of(name).name, website):
        if full:
            Job.objects.filter(pk=job.pk).update(full=1)
        counts += _run(job, once=once)
    return counts


def run_until_quiet(tell: Tell | None = None, *, full: bool = False, rounds: int = 50) -> Counter[str]:
    """Does everything there is to do, until a round changes nothing and nothing is on the road."""
    total: Counter[str] = Counter()
    looked: dict[int, tuple[int, float | None]] = {}
    for _ in range(rounds):
        plan_jobs()
        before, history = total.total(), _history_moved_at()
        for job in _in_order(full=full):
            standing = total.total(), history
            # Who has looked since anything moved would find nothing else.
            if looked.get(job.pk) == standing and not _is_awaited(job):
                continue
            looked[job.pk] = standing
            try:
                counts = _run(job)
            except RetryableError as error:
                # Dotdigital, or our own budget, asks for a pause that is not worth waiting for; the job's row says so.
                if (error.retry_after or 0.0) <= _PATIENCE:
                    raise
                continue
            total += Counter({name: counts[name] for name in _MOVES if counts[name]})
            if tell is not None and counts:
                tell(job.kind, counts)
        full = False
        if total.total() == before and _history_moved_at() == history:
            return total
    return total


def _is_awaited(job: Job) -> bool:
    """Whether an import is to be asked for soon: that comes with time, though nothing has moved here."""
    due = next_due(job.account_id) if job.kind == "importer" and job.account_id is not None else None
    return due is not None and due - clock.now() <= _PATIENCE


def _history_moved_at() -> float | None:
    """When a history last went on, though it had nothing to send; one that is through now may let another go on."""
    reading = Checkpoint.objects.filter(Q(website__state=Website.State.HISTORY) | Q(stream="history"))
    last: float | None = reading.aggregate(last=Max("moved_at"))["last"]
    return last


def _in_order(*, full: bool) -> Iterable[Job]:
    """Every job once, with the importer and consent after each kind of them: what was staged is on its way."""
    websites = list(Website.objects.exclude(state=Website.State.NEW).order_by("precedence", "pk"))
    jobs = {(job.kind, job.target): job for job in Job.objects.all()}
    followers = [job for kind in ("importer", "consent_sync") for job in jobs.values() if job.kind == kind]
    for kind in KINDS.values():
        if kind.target != "website":
            continue
        for website in websites:
            job = jobs.get((kind.name, f"website:{website.pk}"))
            if job is not None:
                if full:
                    Job.objects.filter(pk=job.pk).update(full=1)
                yield job
        yield from followers


def _run(job: Job, *, once: bool = False) -> Counter[str]:
    counts: Counter[str] = Counter()
    until = time.monotonic() + _WAIT
    while True:
        lease = claim_one(job.pk)
        if lease is None:
            raise RetryableError(JOB_RUNNING, f"It is {job.kind} of {job.target}.")
        done = take_turn(lease)
        if isinstance(done, DotbridgeError):
            if done.code is LEASE_LOST:
                return counts
            raise done
        counts += done.counts
        if once or job.kind == "history":
            return counts
        if KINDS[job.kind].told or (job.kind == "importer" and job.account_id is not None):
            due = done.due_at if job.account_id is None else next_due(job.account_id)
            if due is None or due - clock.now() > _PATIENCE or time.monotonic() > until:
                return counts
            time.sleep(max(0.0, due - clock.now()))
        elif done.due_at > clock.now():
            return counts


def _jobs(kind: str, website: str) -> list[Job]:
    found = Job.objects.filter(kind=kind).order_by("pk")
    if website and KINDS[kind].target == "website":
        found = found.filter(website__in=websites_named(website))
        if not found.exists():
            raise ConfigError(WEBSITE_UNKNOWN, f"{website!r} is not switched on.")
    return list(found)
