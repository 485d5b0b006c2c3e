"""Whether a record may go now: only once Dotdigital holds its person, and never past a refusal of theirs."""

from __future__ import annotations

from typing import NamedTuple

from dotbridge.ledger.codes import CONTACT_ERASED, CONTACT_EXCLUDED, CONTACT_REFUSED, CONTACT_SUPPRESSED
from dotbridge.ledger.people import Person
from dotbridge.ledger.states import State, WaitsFor


class Gate(NamedTuple):
    """Whose record it is, and what holds it back; an empty state lets it go."""

    person: Person | None
    state: str = ""
    waits_for: str = ""
    code: str = ""
    detail: str = ""


NOBODY = Gate(None)
UNKNOWN_PERSON = "contact_unknown"

#: States of a person that hold their records back whatever Dotdigital holds, and those that do before it holds them.
_FINAL = {State.ERASED.value: CONTACT_ERASED, State.SUPPRESSED.value: CONTACT_SUPPRESSED}
_UNKNOWN = {State.EXCLUDED.value: CONTACT_EXCLUDED, State.REJECTED.value: CONTACT_REFUSED}


def gate_of(person: Person | None, customer_id: str, *, creates: bool) -> Gate:
    """The gate before a record of this person.

    ``creates``: records of this kind make their guest known (orders do); the others of unknown people stay out by the
    rule ``contact_unknown`` until the person appears otherwise.
    """
    if person is None:
        if customer_id:
            return Gate(None, State.PENDING, WaitsFor.CUSTOMER)
        return (
            Gate(None, State.PENDING, WaitsFor.CONTACT) if creates else Gate(None, State.EXCLUDED, "", UNKNOWN_PERSON)
        )
    if person.known and person.state not in _FINAL:
        return Gate(person)
    fate = _FINAL.get(person.state) or _UNKNOWN.get(person.state)
    if fate is None:
        return Gate(person, State.PENDING, WaitsFor.CONTACT)
    return Gate(person, person.state, "", fate.id, fate.what)
