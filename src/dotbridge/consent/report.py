"""What did not reach a shop, in sentences for whoever audits."""

from __future__ import annotations

from dotbridge.consent.codes import NOT_REACHED, NOT_WRITABLE
from dotbridge.ledger.consent_delivery import held_up

_CODES = {code.id: code for code in (NOT_WRITABLE, NOT_REACHED)}


def complaints() -> list[str]:
    """One sentence for each connection and cause; none when every unsubscribe has reached its shop."""
    return [
        f"{held.connection}: {held.number} unsubscribes wait. {code.what} {code.todo} ({code.id})"
        for held in held_up()
        if (code := _CODES.get(held.code))
    ]
