"""Who changed what, and who looked at whom."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from dotbridge.accounts.models import AuditEvent
from dotbridge.accounts.roles import Role
from dotbridge.web.access import ConsoleRequest, page

PAGE = 100


@page(Role.ADMIN)
def audit(request: ConsoleRequest) -> HttpResponse:
    """Newest first, a hundred at a time."""
    before = request.GET.get("before", "")
    found = AuditEvent.objects.order_by("-id")
    if before.isdigit():
        found = found.filter(id__lt=int(before))
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return render(request, "web/audit.html", {"page": "audit", "rows": rows, "next": rows[-1].pk if more else None})
