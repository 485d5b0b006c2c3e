"""The jobs: when each is due, what it did last, and the buttons that pause, resume and start it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render

from dotbridge.accounts.roles import Role
from dotbridge.jobs.kinds import KINDS
from dotbridge.ledger.models import Job, Run
from dotbridge.web import controls
from dotbridge.web.access import ConsoleRequest, page
from dotbridge.web.reasons import Reason, reason_of


class Line(NamedTuple):
    """One job: ``state`` is running, idle, paused, failing, or stopping while a paused one ends its turn."""

    job: Job
    does: str
    target: str
    state: str
    overdue: bool
    last: Run | None
    reason: Reason | None


@page(Role.VIEWER)
def jobs(request: ConsoleRequest) -> HttpResponse:
    """All jobs of all websites and accounts."""
    now = time.time()
    found = Job.objects.select_related("website", "account").defer("account__password").order_by("kind", "target")
    newest = Run.objects.values("job").annotate(last=Max("id")).values_list("last", flat=True)
    last = {run.job_id: run for run in Run.objects.filter(id__in=newest)}
    order = list(KINDS)
    lines = [_line(job, last.get(job.pk), now) for job in found]
    lines.sort(key=lambda line: (line.target, order.index(line.job.kind) if line.job.kind in order else len(order)))
    return render(request, "web/jobs.html", {"page": "jobs", "lines": lines})


def _line(job: Job, last: Run | None, now: float) -> Line:
    kind = KINDS.get(job.kind)
    running = job.state == Job.State.RUNNING and job.lease_until > now
    rest = "paused" if job.paused else "failing" if job.code else "idle"
    state = ("stopping" if job.paused else "running") if running else rest
    reason = reason_of(job.code) if job.code else None
    target = str(job.website or job.account or job.target)
    return Line(job, kind.does if kind else "", target, state, job.due_at <= now, last, reason)


def _action(change: Callable[[str, int], bool], done: str, late: str) -> Callable[..., HttpResponse]:
    @page(Role.OPERATOR, "POST")
    def act(request: ConsoleRequest, job_id: int) -> HttpResponse:
        if change(request.user.get_username(), job_id):
            messages.success(request, done)
        else:
            messages.info(request, late)
        return redirect("jobs")

    return act


pause = _action(controls.pause_job, "The job is paused; one at work ends its turn first.", "It was paused already.")
resume = _action(controls.resume_job, "The job works again when it is due.", "It was not paused.")
run = _action(controls.run_job, "The job is due now.", "It is at work already, or paused.")
