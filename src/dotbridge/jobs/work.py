"""What each kind of job does in one turn, in the words of the steps. Every effect is idempotent."""

from __future__ import annotations

from collections import Counter

import msgspec

from dotbridge.collector.contacts import ContactDesk
from dotbridge.collector.departures import find_departures
from dotbridge.collector.history import help_history, read_history
from dotbridge.collector.scope import Scope, scope_of
from dotbridge.collector.streams import read_stream
from dotbridge.collector.waiting import read_waiting
from dotbridge.consent.turn import take_turn as consent_turn
from dotbridge.importer.cleaner import clean
from dotbridge.importer.turn import next_due, take_turn
from dotbridge.jobs.coupons import withdraw_due
from dotbridge.jobs.event_queue import pull_events
from dotbridge.jobs.feed import follow
from dotbridge.jobs.kinds import KINDS, Kind
from dotbridge.jobs.live import next_due as next_due_live
from dotbridge.jobs.live import take_live_turn
from dotbridge.jobs.schedule import call_helpers
from dotbridge.ledger import clock
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Job, Website

#: Seconds after which a website whose connection follows no log, or names no queue, is asked again.
_NO_FEED = 300.0
_FOLLOWERS = {"change_feed": follow, "event_queue": pull_events}
#: Seconds after which a helper looks for ranges of a history although nobody called it.
_NO_RANGES = 30.0
#: Seconds after which a history that was given up is looked at again.
_BEGUN_ANEW = 60.0


class Done(msgspec.Struct):
    """What a turn did: counts, when the job is due again, and whether the importer has something to send now."""

    counts: Counter[str]
    due_at: float
    importer: bool = False


def work(job: Job, lease: Lease) -> Done:
    """One turn of the job; raises what its steps raise."""
    kind = KINDS[job.kind]
    if kind.target == "account":
        return _account(job, lease)
    assert job.website_id is not None  # noqa: S101 - a website job has one, by plan_jobs
    with scope_of(job.website_id) as scope:
        if kind.name == "history":
            return _history(scope, lease)
        if kind.name == "history_part":
            return _history_part(job, scope, lease)
        if kind.lane == "upkeep":
            return _upkeep(job, scope, lease)
        if kind.name in _FOLLOWERS:
            counts, follows = _FOLLOWERS[kind.name](scope, lease)
            return Done(counts, clock.now() + (job.every if follows else max(job.every, _NO_FEED)))
        if kind.told:
            counts = take_live_turn(scope, kind.told, lease)
            due = next_due_live(scope, kind.told)
            return Done(counts, clock.now() + job.every if due is None else due, importer=bool(counts))
        if scope.website.state != Website.State.LIVE:
            return Done(Counter(), clock.now() + job.every)
        return _sync(job, kind, scope, lease)


def _upkeep(job: Job, scope: Scope, lease: Lease) -> Done:
    if job.kind == "coupon_expiry":
        return Done(withdraw_due(scope, lease), clock.now() + job.every)
    counts = find_departures(scope, lease) if scope.website.state == Website.State.LIVE else Counter[str]()
    return Done(counts, clock.now() + job.every, importer=bool(counts))


def _sync(job: Job, kind: Kind, scope: Scope, lease: Lease) -> Done:
    counts: Counter[str] = Counter()
    more = False
    for name in kind.streams:
        progress = read_stream(scope, name, lease, full=bool(job.full))
        counts += progress.counts
        more = more or progress.more
        if lease.over():
            more = True
            break
    counts += read_waiting(scope, kind.collections, lease)
    if kind.name in ("customer_subscriber_guest_sync", "order_and_quote_sync"):
        mapped, left = map_contacts(scope, lease)
        counts += mapped
        more = more or left
    if job.full and not more:
        Job.objects.filter(pk=job.pk, token=lease.token).update(full=0)
    return Done(
        counts,
        clock.now() + (0.0 if more else job.every),
        importer=bool(counts["staged"] or counts["removal"] or counts["renamed"] or counts["removed"]),
    )


def map_contacts(scope: Scope, lease: Lease | None = None) -> tuple[Counter[str], bool]:
    """Maps all due contacts of the website's people; (counts, whether some are left because the turn ended)."""
    counts: Counter[str] = Counter()
    desk = ContactDesk(scope)
    try:
        while mapped := desk.map_page(lease):
            counts += mapped
            if lease is not None and lease.over():
                return counts, True
    finally:
        desk.close()
    return counts, False


def _history(scope: Scope, lease: Lease) -> Done:
    if scope.website.state != Website.State.HISTORY:
        # One that was given up may be begun anew.
        return Done(Counter(), clock.now() + (_BEGUN_ANEW if scope.website.state == Website.State.NEW else 86_400.0))
    progress = read_history(scope, lease, map_contacts)
    Job.objects.filter(pk=lease.job_id, token=lease.token).update(progress=progress.shown)
    if progress.help:
        call_helpers(scope.website.pk)
    return Done(progress.counts, clock.now() + progress.wait, importer=bool(progress.counts["staged"]))


def _history_part(job: Job, scope: Scope, lease: Lease) -> Done:
    # Where fewer workers may read than before, the jobs of the others are still there.
    beyond = int(job.target.rpartition(":")[2]) >= int(scope.settings["history.workers"])
    if beyond or scope.website.state != Website.State.HISTORY:
        return Done(Counter(), clock.now() + 86_400.0)
    counts, cut = help_history(scope, lease)
    # Its turn may have ended before the phase did; who found nothing to do is called when there is something.
    return Done(counts, clock.now() + (0.0 if cut and counts else _NO_RANGES), importer=bool(counts["staged"]))


def _account(job: Job, lease: Lease) -> Done:
    assert job.account_id is not None  # noqa: S101 - an account job has one, by plan_jobs
    if job.kind == "cleaner":
        return Done(clean(job.account_id), clock.now() + job.every)
    if job.kind == "consent_sync":
        done, more = consent_turn(job.account_id, lease)
        # Who was to be unsubscribed first may have a new address.
        told = bool(done["unsubscribe_dotdigital"])
        return Done(done, clock.now() + (0.0 if more else job.every), importer=told)
    counts = take_turn(job.account_id, lease)
    due = next_due(job.account_id)
    return Done(counts, min(due, clock.now() + job.every) if due is not None else clock.now() + job.every)
