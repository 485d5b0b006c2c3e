"""Did it arrive? Search for a record, then its page: the answer in one sentence, and the timeline."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from dotbridge.accounts.audit import note
from dotbridge.accounts.roles import Role
from dotbridge.ledger.models import ContactSource, EmailOrder, OrderFact
from dotbridge.ledger.retry import Group
from dotbridge.ledger.states import State, WaitsFor
from dotbridge.web.access import ConsoleRequest, page
from dotbridge.web.consent import consent_of
from dotbridge.web.controls import retry_group
from dotbridge.web.figures import counted
from dotbridge.web.search import search
from dotbridge.web.shelves import SHELVES, Shelf
from dotbridge.web.story import story_of

#: Orders that the page of a person names.
ORDERS = 10


@page(Role.VIEWER, "GET", "HEAD", "POST")
def records(request: ConsoleRequest) -> HttpResponse:
    """The search. It is posted, so that no address of a person ends up in a log of addresses or a browser's history."""
    if request.method != "POST":
        return render(request, "web/records.html", {"page": "records"})
    typed = request.POST.get("q", "")
    found = search(typed)
    if len(found) == 1:
        return redirect("record", shelf=found[0].shelf.key, record_id=found[0].row.pk)
    return render(request, "web/records.html", {"page": "records", "typed": typed, "found": found, "searched": True})


@page(Role.VIEWER)
def record(request: ConsoleRequest, shelf: str, record_id: int) -> HttpResponse:
    """The page of one record. Looking at a person's is written down."""
    place = _shelf(shelf)
    rows = place.rows.filter(pk=record_id)
    row = (rows if shelf == "contacts" else rows.select_related("website", "contact")).first()
    if row is None:
        raise Http404
    if place.personal:
        note(request.user.get_username(), "record.viewed", f"{place.key} {record_id}")
    stands = row.state == State.REJECTED or row.waits_for == WaitsFor.PERSON
    context: dict[str, Any] = {
        "page": "records",
        "shelf": place,
        "row": row,
        "story": story_of(place, row),
        "retryable": stands and Group(place.table, row.state, row.code).retryable,
    }
    if shelf == "contacts":
        sources = ContactSource.objects.filter(contact=record_id).select_related("website")
        context |= {"sources": list(sources.order_by("id")), "orders": _orders(record_id), "consent": consent_of(row)}
    return render(request, "web/record.html", context)


@page(Role.OPERATOR, "POST")
def retry_record(request: ConsoleRequest, shelf: str, record_id: int) -> HttpResponse:
    """Retries this record alone."""
    place = _shelf(shelf)
    row = place.rows.filter(pk=record_id).first()
    if row is None:
        raise Http404
    done = retry_group(request.user.get_username(), place, Group(place.table, row.state, row.code), [row.pk])
    counted.outdate()
    if done.number:
        messages.success(request, "It is read from the shop and sent again with the next sync.")
    else:
        messages.info(request, "Nothing to retry: the record has moved on.")
    return redirect("record", shelf=shelf, record_id=record_id)


def _orders(contact_id: int) -> list[EmailOrder]:
    """The person's newest orders, through the figures: records themselves carry no index on their contact."""
    facts = OrderFact.objects.filter(contact=contact_id).order_by("-placed_at").values_list("website_id", "source_id")
    found: list[EmailOrder] = []
    for website_id, source_id in facts[:ORDERS]:
        found += EmailOrder.objects.filter(website_id=website_id, scope="", source_id=source_id)
    return found


def _shelf(key: str) -> Shelf:
    if key not in SHELVES:
        raise Http404
    return SHELVES[key]
