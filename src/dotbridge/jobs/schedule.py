"""Which jobs there are and when each is due: a row for each kind and target, kept in step with the configuration."""

from __future__ import annotations

from django.db import connection

from dotbridge.jobs.kinds import KINDS, Kind
from dotbridge.ledger import clock, events, hot
from dotbridge.ledger.models import DotdigitalAccount, Job, Website
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.wake import tell

#: A website's own history is looked at this often until it is complete.
HISTORY_EVERY = 5.0
_HISTORY = ("history", "history_part")


def plan_jobs() -> None:
    """Makes missing job rows and takes changed frequencies over; safe to run at any time, by several at once."""
    planned = {(kind, target): every for kind, target, every in Job.objects.values_list("kind", "target", "every")}
    for website in Website.objects.exclude(state=Website.State.NEW):
        settings = resolve(website.pk)
        for kind in KINDS.values():
            if kind.target == "website" and (kind.name not in _HISTORY or website.state == Website.State.HISTORY):
                for target in _targets(kind, website.pk, settings):
                    _plan(planned, kind, target, _every(kind, settings), website_id=website.pk)
    settings = resolve()
    for account in DotdigitalAccount.objects.all():
        for kind in KINDS.values():
            if kind.target == "account":
                _plan(planned, kind, f"account:{account.pk}", _every(kind, settings), account_id=account.pk)


def _targets(kind: Kind, website_id: int, settings: dict[str, object]) -> list[str]:
    """One job of a kind for a website; of the helpers with a history as many as may be at work beside its own job."""
    if kind.name != "history_part":
        return [f"website:{website_id}"]
    helpers = int(settings["history.workers"]) - 1 if connection.vendor == "postgresql" else 0  # type: ignore[call-overload]
    return [f"website:{website_id}:{number}" for number in range(1, helpers + 1)]


def call_helpers(website_id: int) -> None:
    """Ranges of the website's history wait for workers."""
    for target in Job.objects.filter(kind="history_part", website=website_id).values_list("target", flat=True):
        wake("history_part", target)


def _every(kind: Kind, settings: dict[str, object]) -> float:
    value = settings.get(f"jobs.{kind.name}.every", HISTORY_EVERY)
    return float(value)  # type: ignore[arg-type]


def _plan(planned: dict[tuple[str, str], float], kind: Kind, target: str, every: float, **owner: int) -> None:
    if planned.get((kind.name, target)) == every:
        return
    job, new = Job.objects.get_or_create(
        kind=kind.name, target=target, defaults={"every": every, "due_at": 0.0, **owner}
    )
    if new:
        tell(job.pk, kind.name)
    Job.objects.filter(kind=kind.name, target=target).exclude(every=every).update(every=every)


def wake_told(website_id: int) -> None:
    """Makes the live jobs of a website due when the first of the ids that wait for them is. They may be due earlier."""
    for kind in KINDS.values():
        first = events.next_due(website_id, kind.told) if kind.told else None
        if first is not None:
            found = Job.objects.filter(kind=kind.name, target=f"website:{website_id}", due_at__gt=first)
            found.exclude(state=Job.State.RUNNING).update(due_at=first)


def wake(kind: str, target: str) -> None:
    """Makes a job due now, as when a batch was queued for the importer. A running one goes on as it is."""
    now = clock.now()
    due = hot.rows(
        "UPDATE job SET due_at = %s WHERE kind = %s AND target = %s AND due_at > %s RETURNING id",
        (now, kind, target, now),
    )
    for (job_id,) in due:
        tell(job_id, kind)
