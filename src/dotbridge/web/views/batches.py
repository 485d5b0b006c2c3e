"""Batches on their way to Dotdigital and those that arrived; parked ones can be let go."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render

from dotbridge.accounts.roles import Role
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.states import OPEN_BATCHES, BatchState
from dotbridge.web.access import ConsoleRequest, page
from dotbridge.web.controls import release_batch
from dotbridge.web.figures import counted
from dotbridge.web.reasons import Reason, reason_of
from dotbridge.web.shelves import BY_TABLE

PAGE = 50

#: Views of the list: key in the address, label, states.
FILTERS: dict[str, tuple[str, tuple[BatchState, ...]]] = {
    "all": ("All", ()),
    "open": ("Under way", tuple(state for state in OPEN_BATCHES if state != BatchState.PARKED)),
    "parked": ("Parked", (BatchState.PARKED,)),
    "settled": ("Settled", (BatchState.SETTLED, BatchState.SPLIT)),
    "expired": ("Given up", (BatchState.EXPIRED,)),
}


class Line(NamedTuple):
    """One batch with its words; ``waited`` and ``worked`` are seconds, ``None`` where not known yet."""

    batch: EmailImporter
    what: str
    reason: Reason | None
    waited: float | None
    worked: float | None


@page(Role.VIEWER)
def batches(request: ConsoleRequest) -> HttpResponse:
    """Newest first, fifty at a time."""
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in FILTERS else "all"
    found = EmailImporter.objects.select_related("account", "website").defer("account__password")
    if FILTERS[chosen][1]:
        found = found.filter(state__in=FILTERS[chosen][1])
    before = _before(request.GET.get("before", ""))
    if before is not None:
        at, last = before
        found = found.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last))
    rows = list(found.order_by("-created_at", "-id")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    context = {
        "page": "batches",
        "filters": [(key, label) for key, (label, _) in FILTERS.items()],
        "chosen": chosen,
        "lines": [_line(batch) for batch in rows],
        "next": f"{rows[-1].created_at!r}_{rows[-1].pk}" if more else "",
    }
    return render(request, "web/batches.html", context)


@page(Role.OPERATOR, "POST")
def release(request: ConsoleRequest, batch_id: int) -> HttpResponse:
    """Lets a parked batch go."""
    if release_batch(request.user.get_username(), batch_id):
        messages.success(request, "The batch is queued again and goes with the next turn of the importer.")
    else:
        messages.info(request, "The batch is not parked any more.")
    counted.outdate()
    return redirect("batches")


def _line(batch: EmailImporter) -> Line:
    shelf = BY_TABLE.get(batch.record_table)
    waited = batch.submitted_at - batch.created_at if batch.submitted_at else None
    worked = batch.settled_at - batch.submitted_at if batch.settled_at and batch.submitted_at else None
    reason = reason_of(batch.code) if batch.code else None
    return Line(batch, shelf.label if shelf else batch.collection, reason, waited, worked)


def _before(text: str) -> tuple[float, int] | None:
    at, _, last = text.partition("_")
    try:
        return float(at), int(last)
    except ValueError:
        return None
