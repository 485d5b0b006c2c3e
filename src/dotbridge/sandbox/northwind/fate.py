"""What becomes of orders: the plans of the past, and each step as one piece of work that is saved whole."""

from __future__ import annotations

from random import Random

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.sales import fulfilment, refunds
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import CREDITMEMO, INVOICE, ORDER, SHIPMENT

_PLANS: dict[str, tuple[int, tuple[tuple[float, float, str], ...]]] = {
    # share, (from hours, to hours after the order, step)
    "pending": (3, ()),
    "cancelled": (7, ((2, 48, "cancel"),)),
    "held": (2, ((1, 5, "hold"),)),
    "paid": (7, ((0, 1, "invoice"),)),
    "packing": (2, ((0, 1, "invoice"), (2, 12, "pack"))),
    "part sent": (3, ((0, 1, "invoice"), (10, 60, "ship some"))),
    "sent": (61, ((0, 1, "invoice"), (10, 60, "ship"))),
    "part refunded": (10, ((0, 1, "invoice"), (10, 60, "ship"), (100, 500, "refund some"))),
    "refunded": (5, ((0, 1, "invoice"), (10, 60, "ship"), (100, 500, "refund"))),
}


def plan(chance: Random, order: Document) -> list[tuple[float, str]]:
    """What will become of the order: steps with their hours from now. Nothing is sent of a virtual order."""
    name = chance.choices(list(_PLANS), [share for share, _ in _PLANS.values()])[0]
    steps = [(chance.uniform(least, most), step) for least, most, step in _PLANS[name][1]]
    return [(hours, step) for hours, step in steps if not (order["is_virtual"] and step.startswith(("ship", "pack")))]


def take(session: Session, order: Document, step: str) -> None:
    """Carry out one step on the order and save all that it makes."""
    match step:
        case "cancel":
            fulfilment.cancel(session, order)
        case "hold":
            fulfilment.hold(session, order)
        case "pack":
            fulfilment.mark(session, order, "ready_to_pack")
        case "invoice":
            session.save(INVOICE, fulfilment.invoice(session, order))
        case "ship" | "ship some":
            session.save(SHIPMENT, fulfilment.ship(session, order, whole=step == "ship"))
        case "refund" | "refund some":
            session.save(CREDITMEMO, refund(session, order, whole=step == "refund"))
        case _:
            raise ValueError(step)
    session.save(ORDER, order)


def refund(session: Session, order: Document, *, whole: bool) -> Document:
    """Give back everything, or one piece of one line with a small adjustment now and then."""
    left = refunds.refundable(order)
    chance = session.chance
    reason = chance.choice(("", "", "Did not fit", "Damaged on the way"))
    if whole or len(left) == 1:
        item_id, quantity = next(iter(left.items()))
        return refunds.refund(session, order, left if whole or quantity == 1 else {item_id: 1}, reason=reason)
    one = {chance.choice(list(left)): 1}
    return refunds.refund(session, order, one, adjustment=chance.choice((0, 0, 150, -100)), reason=reason)
