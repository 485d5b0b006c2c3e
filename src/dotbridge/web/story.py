"""Did it arrive, and if not, why: one sentence about a record, and what happened to it in order of time."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from dotbridge.ledger.models import ContactSource, EmailContact, EmailImporter, OrderFact
from dotbridge.ledger.states import BatchState, State, WaitsFor
from dotbridge.web.instants import epoch
from dotbridge.web.reasons import Reason, reason_of
from dotbridge.web.shelves import Shelf

#: A record is accepted in the transaction that settles its batch, so the two instants lie closely together.
_SETTLED_WITHIN = 30.0


class Event(NamedTuple):
    """One thing that happened; ``at`` in epoch seconds, or UTC text where the shop said so."""

    icon: str
    title: str
    at: float | str
    text: str = ""


class Warned(NamedTuple):
    """A note with which a record went: what was dropped or doubtful, at which field."""

    reason: Reason
    field: str
    text: str


class Story(NamedTuple):
    """``answer`` is one of yes, no, not yet; ``sentence`` says why; ``todo`` what a person may do, or ""."""

    answer: str
    sentence: str
    todo: str
    reason: Reason | None
    events: list[Event]
    warnings: list[Warned]
    batch: EmailImporter | None


_WAITS = {
    WaitsFor.NOTHING.value: "it is mapped and sent with the next sync",
    WaitsFor.CONTACT.value: "it waits until Dotdigital holds the person it belongs to",
    WaitsFor.CUSTOMER.value: "its customer has not been read from the shop yet",
    WaitsFor.READ.value: "it is read again from the shop with the next sync",
    WaitsFor.REMOVAL.value: "it is being taken out of Dotdigital",
    WaitsFor.PERSON.value: "a person must decide",
}
_ROAD = {
    BatchState.QUEUED.value: "waits for its turn",
    BatchState.SUBMITTING.value: "is being handed to Dotdigital",
    BatchState.SUBMITTED.value: "is being worked on by Dotdigital",
    BatchState.UNKNOWN.value: "may or may not have arrived; it is sent once more when that is settled",
    BatchState.PARKED.value: "is parked until a person acts",
}


def story_of(shelf: Shelf, row: Any) -> Story:
    """The story of a contact or record; three queries at most."""
    batch = EmailImporter.objects.filter(pk=row.batch).first() if row.batch else _settled_with(shelf, row)
    answer, sentence, reason = _answer(shelf, row, batch)
    todo = reason.todo if reason is not None else ""
    events = sorted(_shop(shelf, row) + _road(row, batch), key=lambda event: _order(event.at))
    return Story(answer, sentence, todo, reason, events, warnings_of(row.warnings), batch)


def _answer(shelf: Shelf, row: Any, batch: EmailImporter | None) -> tuple[str, str, Reason | None]:
    one = f"This {shelf.one}"
    if row.state == State.ACCEPTED:
        notes = len(warnings_of(row.warnings))
        extra = f", with {notes} note{'s' if notes > 1 else ''}" if notes else ""
        return "yes", f"{one} has arrived: Dotdigital accepted it as the shop last showed it{extra}.", None
    earlier = " An earlier version of it is there." if row.accepted_at else ""
    if row.state == State.STAGED:
        how = _ROAD.get(batch.state, "is on its way") if batch else "is on its way"
        reason = reason_of(batch.code) if batch and batch.code else None
        return "not yet", f"{one} has not arrived yet: its batch {how}.{earlier}", reason
    if row.state == State.PENDING:
        why = _WAITS.get(row.waits_for, "it waits")
        return "not yet", f"{one} has not arrived yet: {why}.{earlier}", reason_of(row.code) if row.code else None
    if row.state == State.REMOVED:
        return "no", f"{one} is not in Dotdigital: it left the shop.", None
    if row.state == State.ERASED:
        return "no", f"{one} is not in Dotdigital: it was erased on the person's request.", None
    reason = reason_of(row.code)
    what = reason.what[:1].lower() + reason.what[1:] if not reason.what[1:2].isupper() else reason.what
    return "no", f"{one} has not arrived: {what}{earlier}", reason


def warnings_of(text: str) -> list[Warned]:
    """The notes of a record; what cannot be read is shown as it is."""
    if not text:
        return []
    try:
        found = json.loads(text)
        return [Warned(reason_of(code), field, words) for code, field, words in found]
    except (ValueError, TypeError):
        return [Warned(reason_of(""), "", text)]


def _shop(shelf: Shelf, row: Any) -> list[Event]:
    """What the shop says: placed, changed, known since when as whom."""
    if shelf.key == "contacts":
        sources = ContactSource.objects.filter(contact_id=row.pk).select_related("website").order_by("id")[:20]
        return [
            Event(
                "person", f"Known as {source.kind}", source.read_started, f"{source.website.name}, {source.source_id}"
            )
            for source in sources
            if source.read_started
        ]
    events = []
    if shelf.key == "orders":
        fact = OrderFact.objects.filter(website_id=row.website_id, source_id=row.source_id).first()
        if fact is not None:
            events.append(Event("cart", "Placed in the shop", fact.placed_at, f"Order {fact.number}, {fact.status}"))
    if row.source_updated:
        events.append(Event("edit", "Last changed in the shop", row.source_updated))
    return events


def _road(row: Any, batch: EmailImporter | None) -> list[Event]:
    """What we did: read, staged, submitted, settled."""
    events = [Event("read", "Read from the shop", row.read_started)] if row.read_started else []
    if batch is not None:
        others = f"with {batch.records - 1:,} others" if batch.records > 1 else "alone"
        events.append(Event("batch", f"Staged in batch {batch.pk}", batch.created_at, others))
        if batch.submitted_at:
            events.append(Event("send", "Submitted to Dotdigital", batch.submitted_at, f"as import {batch.import_id}"))
    if row.accepted_at:
        events.append(Event("accepted", "Accepted by Dotdigital", row.accepted_at))
    return events


def _settled_with(shelf: Shelf, row: Any) -> EmailImporter | None:
    """The batch that brought an accepted record, where exactly one can have been it: rows forget their batch."""
    if row.state != State.ACCEPTED or not row.accepted_at:
        return None
    candidates = EmailImporter.objects.filter(
        account_id=row.account_id,
        state=BatchState.SETTLED,
        record_table=shelf.table,
        settled_at__gt=row.accepted_at - _SETTLED_WITHIN,
        settled_at__lte=row.accepted_at,
    )
    if not isinstance(row, EmailContact):
        candidates = candidates.filter(collection=row.collection)
    found = list(candidates[:2])
    return found[0] if len(found) == 1 else None


def _order(at: float | str) -> float:
    return at if isinstance(at, float | int) else epoch(at)
