"""What stands still and why: groups by reason, the records of a group, and the button that tries them again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from dotbridge.accounts.roles import Role
from dotbridge.ledger.retry import Group
from dotbridge.ledger.states import State
from dotbridge.web import consent, inbox
from dotbridge.web.access import ConsoleRequest, page
from dotbridge.web.controls import retry_group
from dotbridge.web.figures import counted
from dotbridge.web.reasons import reason_of
from dotbridge.web.shelves import SHELVES

_STATES = {State.REJECTED.value, State.SUPPRESSED.value, State.EXCLUDED.value, State.PENDING.value, inbox.WARNING}


@page(Role.VIEWER)
def exceptions(request: ConsoleRequest) -> HttpResponse:
    """All groups, what needs a person first."""
    figures = counted.get()
    kinds = inbox.groups(figures)
    sections = [
        {"key": key, "title": title, "about": about, "kinds": [kind for kind in kinds if kind.section == key]}
        for key, title, about in inbox.SECTIONS
    ]
    context = {"page": "exceptions", "figures": figures, "sections": sections, "consents": consent.waiting()}
    return render(request, "web/exceptions.html", context)


@page(Role.VIEWER)
def group(request: ConsoleRequest, shelf: str, state: str, code: str) -> HttpResponse:
    """The records of one group, fifty at a time."""
    _known(shelf, state)
    code = _code(code)
    after = request.GET.get("after", "")
    found = inbox.records_of(shelf, state, code, int(after) if after.isdigit() else 0, inbox.PAGE + 1)
    rows, more = found[: inbox.PAGE], len(found) > inbox.PAGE
    figures = counted.get()
    kinds = [
        kind for kind in inbox.groups(figures) if (kind.shelf, kind.state, kind.reason.code) == (shelf, state, code)
    ]
    context = {
        "page": "exceptions",
        "reason": reason_of(code),
        "kind": kinds[0] if kinds else None,
        "shelf": SHELVES.get(shelf),
        "shelf_key": shelf,
        "state": state,
        "rows": rows,
        "next": rows[-1].pk if more else None,
        "first_page": not after,
        "retryable": shelf in SHELVES and Group(SHELVES[shelf].table, state, code).retryable,
    }
    return render(request, "web/group.html", context)


@page(Role.OPERATOR, "POST")
def retry(request: ConsoleRequest, shelf: str, state: str, code: str) -> HttpResponse:
    """Retries the whole group, or the records that were ticked."""
    _known(shelf, state)
    if shelf not in SHELVES:
        raise Http404
    code = _code(code)
    chosen = [int(one) for one in request.POST.getlist("id") if one.isdigit()]
    one = Group(SHELVES[shelf].table, state, code)
    done = retry_group(request.user.get_username(), SHELVES[shelf], one, chosen if "chosen" in request.POST else None)
    counted.outdate()
    if done.number:
        number = f"{done.number:,} record{'s are' if done.number > 1 else ' is'}"
        messages.success(request, f"{number} read from the shop and sent again with the next sync.")
    else:
        messages.info(request, "Nothing to retry: no record was chosen, or all of them have moved on.")
    return redirect("exceptions")


def _known(shelf: str, state: str) -> None:
    if state not in _STATES or (shelf not in SHELVES and shelf != "sources"):
        raise Http404


def _code(text: str) -> str:
    """A dash in the address stands for records that carry no code."""
    return "" if text == "-" else text
