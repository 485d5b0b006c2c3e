"""Who asked a shop to be erased: told by the shop, carried out when the customer has left it, in whatever order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dotbridge.ledger import clock, hot
from dotbridge.ledger.settings import resolve

_INTO = "erasure_asked (website_id, source_id, contact_id, asked_at, noted_at)", "(%s, %s, %s, %s, %s)"
_AGAIN = "ON CONFLICT (website_id, source_id) DO UPDATE SET "


def wanted() -> bool:
    """Whether the installation carries erasures on into Dotdigital."""
    return bool(resolve()["contacts.erased"] == "delete")


def ask(website_id: int, customers: Sequence[str]) -> None:
    """A shop told that it erased these customers, in the caller's transaction; twice is once."""
    now = clock.now()
    then = _AGAIN + "asked_at = excluded.asked_at"
    hot.insert(*_INTO, then, [(website_id, one, None, now, now) for one in dict.fromkeys(customers)])


def left(website_id: int, customers: Iterable[tuple[str, int]]) -> None:
    """These (customer, contact) left the shop, in the caller's transaction: it may tell later that it erased them."""
    now = clock.now()
    then = _AGAIN + "contact_id = excluded.contact_id"
    hot.insert(*_INTO, then, [(website_id, one, contact, 0.0, now) for one, contact in dict(customers).items()])


def forget(account_id: int, before: float) -> int:
    """Drops what was noted before this instant and never met its other half; gives how many."""
    return hot.execute(
        "DELETE FROM erasure_asked WHERE noted_at < %s AND website_id IN (SELECT w.id FROM website w"
        " JOIN connection c ON c.id = w.connection_id WHERE c.account_id = %s)",
        (before, account_id),
    )
