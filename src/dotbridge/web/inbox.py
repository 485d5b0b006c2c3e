"""Records that need a look, grouped by their reason: what a person can mend first, what rules keep out after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from dotbridge.ledger.models import ContactSource
from dotbridge.ledger.retry import Group
from dotbridge.ledger.states import State, WaitsFor
from dotbridge.web.figures import Figures, Tally
from dotbridge.web.reasons import Reason, reason_of
from dotbridge.web.shelves import SHELVES

PAGE = 50
#: How a group of warnings is named in addresses, where the others have their state.
WARNING = "warning"

#: Sections of the page, in order: key, title, what they mean.
SECTIONS = (
    ("person", "Needs a person", "Refused by Dotdigital or by us. Mend the cause, then retry."),
    ("warning", "Arrived with a note", "Dotdigital has these; something was left out or is doubtful."),
    ("suppressed", "Suppressed", "Dotdigital sends these people nothing, so nothing of theirs is sent there."),
    ("excluded", "Left out by a rule", "A setting of yours, or what the shop says of them, keeps these out."),
)


class Kind(NamedTuple):
    """One group: records of one collection with one reason. ``newest`` is when the newest was read (epoch seconds)."""

    shelf: str
    label: str
    state: str
    reason: Reason
    number: int
    newest: float
    retryable: bool

    @property
    def section(self) -> str:
        """Where on the page the group stands."""
        return self.state if self.state in ("warning", "suppressed", "excluded") else "person"


def _label(shelf: str) -> str:
    return "Addresses" if shelf == "sources" else SHELVES[shelf].label


def _state(tally: Tally) -> str | None:
    if tally.state in (State.REJECTED, State.SUPPRESSED, State.EXCLUDED):
        return tally.state
    if tally.state == State.PENDING and tally.waits_for == WaitsFor.PERSON:
        return tally.state
    return WARNING if tally.warning and tally.state == State.ACCEPTED else None


def groups(figures: Figures) -> list[Kind]:
    """All groups, the ones with the newest record first."""
    found: dict[tuple[str, str, str], tuple[int, float]] = {}
    for tally in [*figures.tallies, *figures.unreadable]:
        state = _state(tally)
        if state is None:
            continue
        key = (tally.shelf, state, tally.warning if state == WARNING else tally.code)
        count, newest = found.get(key, (0, 0.0))
        found[key] = (count + tally.number, max(newest, tally.newest))
    kinds = [
        Kind(shelf, _label(shelf), state, reason_of(code), count, newest, _retryable(shelf, state, code))
        for (shelf, state, code), (count, newest) in found.items()
    ]
    return sorted(kinds, key=lambda kind: (-kind.newest, -kind.number, kind.reason.code))


def _retryable(shelf: str, state: str, code: str) -> bool:
    return shelf in SHELVES and Group(SHELVES[shelf].table, state, code).retryable


def records_of(shelf: str, state: str, code: str, after: int, limit: int = PAGE) -> Sequence[Any]:
    """Rows of a group behind the id ``after``, at most ``limit``: contacts, records or sources of contacts."""
    if shelf == "sources":
        sources = ContactSource.objects.filter(contact__isnull=True, code=code, id__gt=after)
        return list(sources.select_related("website").order_by("id")[:limit])
    where = Q(state=state, code=code)
    if state == WARNING:
        where = Q(state=State.ACCEPTED, warnings__startswith=f'[["{code}"')
    elif state == State.PENDING:
        where &= Q(waits_for=WaitsFor.PERSON)
    found = SHELVES[shelf].rows.filter(where, id__gt=after).order_by("id")
    if shelf != "contacts":
        found = found.select_related("website", "contact")
    return list(found[:limit])
