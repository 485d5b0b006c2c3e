"""The event door of each connection: its address, whether it is open, and what arrived last."""

from __future__ import annotations

from typing import NamedTuple

import orjson
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dotbridge.accounts.roles import Role
from dotbridge.ledger.models import Connection, Event, WaitingId
from dotbridge.sources.base import EVENT_SECRET
from dotbridge.web.access import ConsoleRequest, page

#: Events shown for each connection, and ids of one event.
LAST, IDS = 10, 5


class Arrival(NamedTuple):
    """One event; ``more`` ids are not shown."""

    event: Event
    ids: list[str]
    more: int


class Door(NamedTuple):
    """One connection's door; ``waiting`` ids are to be read, the first since ``since``."""

    connection: Connection
    address: str
    open: bool
    arrivals: list[Arrival]
    waiting: int
    since: float | None


@page(Role.VIEWER)
def events(request: ConsoleRequest) -> HttpResponse:
    """All doors."""
    found = Connection.objects.order_by("label", "key")
    doors = [_door(one, request.build_absolute_uri(reverse("event_door", args=[one.key]))) for one in found]
    return render(request, "web/events.html", {"page": "events", "doors": doors})


def _door(connection: Connection, address: str) -> Door:
    has_secret = bool(orjson.loads(connection.secrets or "{}").get(EVENT_SECRET.name))
    last = Event.objects.filter(connection=connection).order_by("-received_at")[:LAST]
    waiting = WaitingId.objects.filter(website__connection=connection).aggregate(
        n=Count("id"), first=Min("received_at")
    )
    return Door(connection, address, has_secret, [_arrival(one) for one in last], waiting["n"], waiting["first"])


def _arrival(event: Event) -> Arrival:
    ids = orjson.loads(event.ids)
    return Arrival(event, ids[:IDS], max(0, len(ids) - IDS))
