"""What a shop told is kept, and the live lane woken, whichever way it came: posted to the event door or pulled."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.errors import RecordError
from dotbridge.jobs import bell
from dotbridge.jobs.schedule import wake_told
from dotbridge.ledger import events
from dotbridge.ledger.models import Connection
from dotbridge.sources.base import Happened
from dotbridge.sources.codes import EVENT_BROKEN
from dotbridge.sources.registry import platform

#: Signs of the longest id that the ledger keeps.
LONGEST_ID = 64


def take_in(connection: Connection, happened: Sequence[Happened], body: bytes) -> events.Kept:
    """Everything is stored when it returns; of streams that the platform does not have nothing is.

    Raises RecordError EVENT_BROKEN, with nothing stored, for a name that no record can have.
    """
    for one in happened:
        _assert_told(one)
    streams = platform(connection.platform).collections
    kept = events.keep(connection.pk, [one for one in happened if one.stream in streams], body)
    for website in kept.websites:
        wake_told(website)
    if kept.websites:
        bell.ring()
    return kept


def _assert_told(one: Happened) -> None:
    if not all(0 < len(source_id) <= LONGEST_ID and source_id.isprintable() for source_id in one.ids):
        why = f"An id is empty, longer than {LONGEST_ID} signs or cannot be printed."
        raise RecordError(EVENT_BROKEN, why, field="ids")
    if not (one.event_id + one.at).isprintable():
        raise RecordError(EVENT_BROKEN, "Its name or its instant cannot be printed.", field="id")
