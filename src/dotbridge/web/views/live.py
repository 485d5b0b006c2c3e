"""The numbers while a sync runs. The page works without scripts; with them it asks for its middle every two seconds."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render

from dotbridge.accounts.roles import Role
from dotbridge.ledger.models import EmailImporter, Job
from dotbridge.ledger.states import OPEN_BATCHES, BatchState
from dotbridge.web.access import ConsoleRequest, page
from dotbridge.web.figures import counted
from dotbridge.web.overview import sites
from dotbridge.web.senders import senders
from dotbridge.web.views.home import totals_of

HOUR = 3600.0


@page(Role.VIEWER)
def live(request: ConsoleRequest) -> HttpResponse:
    """The page."""
    return render(request, "web/live.html", {"page": "live", **_now()})


@page(Role.VIEWER)
def live_now(request: ConsoleRequest) -> HttpResponse:
    """Its middle alone, for the script."""
    return render(request, "web/parts/live_now.html", _now())


def _now() -> dict[str, Any]:
    now, figures = time.time(), counted.get()
    road = (
        EmailImporter.objects.filter(state__in=OPEN_BATCHES)
        .values("state")
        .annotate(batches=Count("id"), records=Sum("records"))
        .order_by()
    )
    by_state = {row["state"]: row for row in road}
    settled = EmailImporter.objects.filter(state=BatchState.SETTLED, settled_at__gt=now - HOUR)
    running = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=now).select_related("website")
    return {
        "figures": figures,
        "totals": totals_of(figures),
        "sites": sites(figures, now),
        "senders": senders(now),
        "road": [by_state[state.value] for state in OPEN_BATCHES if state.value in by_state],
        "hour": settled.aggregate(batches=Count("id"), accepted=Sum("accepted"), rejected=Sum("rejected")),
        "running": list(running.order_by("kind", "target")),
        "moment": now,
    }
