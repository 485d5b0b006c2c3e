"""Which jobs there are and when each is due: a row for each kind and target, kept in step with the configuration."""

from __future__ import annotations

from dotbridge.jobs.kinds import KINDS, Kind
from dotbridge.ledger import clock, events, hot
from dotbridge.ledger.models import DotdigitalAccount, Job, Website
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.wake import tell

#: A website's own history is looked at this often until it is complete.
HISTORY_EVERY = 5.0


def plan_jobs() -> None:
    """Makes missing job rows and takes changed frequencies over; safe to run at any time, by several at once."""
    for website in Website.objects.exclude(state=Website.State.NEW):
        settings = resolve(website.pk)
        for kind in KINDS.values():
            if kind.target == "website" and (kind.name != "history" or website.state == Website.State.HISTORY):
                _plan(kind, f"website:{website.pk}", _every(kind, settings), website_id=website.pk)
    settings = resolve()
    for account in DotdigitalAccount.objects.all():
        for kind in KINDS.values():
            if kind.target == "account":
                _plan(kind, f"account:{account.pk}", _every(kind, settings), account_id=account.pk)


def _every(kind: Kind, settings: dict[str, object]) -> float:
    value = settings.get(f"jobs.{kind.name}.every", HISTORY_EVERY)
    return float(value)  # type: ignore[arg-type]


def _plan(kind: Kind, target: str, every: float, **owner: int) -> None:
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
