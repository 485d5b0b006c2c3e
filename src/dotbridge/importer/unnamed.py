"""A record that a report names neither way: it is read and sent again, three times at most."""

from __future__ import annotations

from dotbridge.ledger.codes import IMPORT_SHORT
from dotbridge.ledger.hot import Refusal
from dotbridge.ledger.states import State, WaitsFor

ATTEMPTS = 3


def unnamed(key: str, attempts: int) -> Refusal:
    """What follows for the record with this key, which was sent ``attempts`` times before."""
    if attempts + 1 < ATTEMPTS:
        return Refusal(State.PENDING, WaitsFor.READ, "", "", key)
    return Refusal(State.REJECTED, "", IMPORT_SHORT.id, f"{IMPORT_SHORT.what} {IMPORT_SHORT.todo}", key)
