"""What a shop told is kept, and the live lane woken, whichever way it came: posted to the event door or pulled."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.jobs import bell
from dotbridge.jobs.schedule import wake_told
from dotbridge.ledger import events
from dotbridge.ledger.models import Connection
from dotbridge.sources.base import Happened
from dotbridge.sources.registry import platform


def take_in(connection: Connection, happened: Sequence[Happened], body: bytes) -> events.Kept:
    """Everything is stored when it returns; of streams that the platform does not have nothing is."""
    streams = platform(connection.platform).collections
    kept = events.keep(connection.pk, [one for one in happened if one.stream in streams], body)
    for website in kept.websites:
        wake_told(website)
    if kept.websites:
        bell.ring()
    return kept
