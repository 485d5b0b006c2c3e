"""What was given back: money of payments, goods of returns (commercetools §8.2). There is no refunded state of an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import UNIT
from dotbridge.commerce.order import OrderLine, Refund, RefundLine
from dotbridge.sources.commercetools.to_commerce.lines import amounts, per_unit
from dotbridge.sources.commercetools.to_commerce.values import Json, amount, text

_BACK = {"Refund", "Chargeback"}
_ARRIVED = {"Returned", "BackInStock", "Unusable"}


def returned(row: Json) -> dict[str, int]:
    """How much of each line came back or was paid back, by the line's id."""
    found: dict[str, int] = {}
    for item in _items(row):
        if item.get("shipmentState") in _ARRIVED or item.get("paymentState") == "Refunded":
            line_id = _line_id(item)
            found[line_id] = found.get(line_id, 0) + int(item.get("quantity") or 0)
    return found


def refunds(row: Json, lines: Sequence[OrderLine]) -> tuple[Refund, ...]:
    """A refund for each transaction that gave money back, the newest with the goods that were paid back.

    Where the project keeps no payments, the goods that returns call refunded, at the price that was paid for them.
    """
    goods = _goods(row, lines)
    payments = (row.get("paymentInfo") or {}).get("payments") or ()
    if not payments:
        return _of_returns(row, goods)
    found = sorted(
        [
            (instant(one.get("timestamp")) or instant(row.get("lastModifiedAt")), text(one.get("id")), one)
            for payment in payments
            for one in (payment.get("obj") or {}).get("transactions") or ()
            if one.get("type") in _BACK and one.get("state") == "Success"
        ],
        key=lambda entry: entry[:2],
    )
    return tuple(
        [
            Refund(
                number=text(one.get("interactionId") or one_id),
                refunded_at=at,
                total=amount(one["amount"]),
                lines=goods if number == len(found) else (),
            )
            for number, (at, one_id, one) in enumerate(found, 1)
        ]
    )


def _of_returns(row: Json, goods: tuple[RefundLine, ...]) -> tuple[Refund, ...]:
    if not goods:
        return ()
    whole = [info for info in row.get("returnInfo") or () if any(_is_refunded(one) for one in info.get("items") or ())]
    last = whole[-1]
    at = max([instant(one.get("lastModifiedAt")) for one in last["items"]], default="")
    number = text(last.get("returnTrackingId") or last["items"][0].get("id"))
    refunded_at = at or instant(last.get("returnDate")) or instant(row.get("lastModifiedAt"))
    return (Refund(number, refunded_at, sum([line.total for line in goods]), lines=goods),)


def _goods(row: Json, lines: Sequence[OrderLine]) -> tuple[RefundLine, ...]:
    """What returns call refunded, line by line, at its price with tax."""
    sold = [*(row.get("lineItems") or ()), *(row.get("customLineItems") or ())]
    by_id: Mapping[str, tuple[Json, OrderLine]] = {
        text(raw.get("id")): (raw, line) for raw, line in zip(sold, lines, strict=True)
    }
    found = []
    for item in _items(row):
        line_id = _line_id(item)
        if not _is_refunded(item) or line_id not in by_id:
            continue
        raw, line = by_id[line_id]
        quantity = int(item.get("quantity") or 0)
        each = per_unit(amounts(raw).gross, int(raw.get("quantity") or 1))
        found.append(RefundLine(line.product_id, line.sku, quantity * UNIT, each * quantity))
    return tuple(found)


def _items(row: Json) -> Iterable[Json]:
    for info in row.get("returnInfo") or ():
        yield from info.get("items") or ()


def _is_refunded(item: Json) -> bool:
    return item.get("paymentState") == "Refunded"


def _line_id(item: Json) -> str:
    return text(item.get("lineItemId") or item.get("customLineItemId"))
