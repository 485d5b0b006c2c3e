"""An order with its lines, refunds and parcels, from rows that REST and the database both can fill (contract §3.3, 3.4).

This is the busiest code of the platform: rows are plain tuples, as the database gives them, and structs are built
positionally. Amounts are in 1/10,000, instants in our form, ids as text and "" where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from dotbridge.commerce.address import Address
from dotbridge.commerce.notice import Notice
from dotbridge.commerce.order import Option, Order, OrderLine, Refund, RefundLine, Shipment
from dotbridge.errors import RecordError

STATES = {
    "new": "new",
    "pending_payment": "new",
    "payment_review": "new",
    "processing": "processing",
    "complete": "complete",
    "closed": "closed",
    "canceled": "cancelled",
    "holded": "held",
}
REFUNDED = 2
"""The state of a credit memo that gave money back; 1 is open and 3 cancelled (§3.4)."""

#: 0 id, number, store, store's name, e-mail, customer, first and last name, status, state, placed and updated at;
#: 12 to 24 as ``Order`` has them from currency to coupon; 25 payment, delivery method, quote, virtual.
Head: TypeAlias = tuple[Any, ...]
#: (order, item, parent item or "", product, sku, name, type, quantity, price, price with tax, total without tax and
#: before discount, refunded, what ``OptionsOf`` reads)
Item: TypeAlias = tuple[str, str, str, str, str, str, str, int, int, int, int, int, Any]
#: (memo, order, number, instant, total, shipping, adjustment)
Memo: TypeAlias = tuple[str, str, str, str, int, int, int]
#: (memo, order item, product, sku, quantity, total)
MemoItem: TypeAlias = tuple[str, str, str, str, int, int]
#: (order, shipment, number, instant, carrier, track number or "")
Parcel: TypeAlias = tuple[str, str, str, str, str, str]
#: The choices of a line out of its last member; raises RecordError where they are damaged.
OptionsOf: TypeAlias = Callable[[Any], tuple[Option, ...]]


class Rows(NamedTuple):
    """All rows of one order; ``bundles`` gives bundles' own skus by product, ``custom`` further columns of the shop."""

    website_id: str
    head: Head
    billing: Address | None
    delivery: Address | None
    items: Sequence[Item]
    memos: Sequence[tuple[Memo, Sequence[MemoItem]]] = ()
    parcels: Sequence[Parcel] = ()
    bundles: Mapping[str, str] = {}
    custom: Mapping[str, Any] = {}


def order_of(row: Rows, options_of: OptionsOf) -> Order:
    """The order as the shopper saw it; options that cannot be read are left out with a notice."""
    head, billing = row.head, row.billing
    lines, notices = lines_of(row.items, row.bundles, options_of)
    return Order(  # type: ignore[call-arg] # mypy cannot count the slice
        head[0],
        head[1],
        row.website_id,
        head[2],
        head[3],
        head[4],
        head[5],
        head[6] or (billing.first_name if billing else ""),
        head[7] or (billing.last_name if billing else ""),
        head[8],
        STATES.get(head[9], "new"),
        *head[10:28],  # the eighteen from placed at to quote
        bool(head[28]),
        billing,
        None if head[28] else row.delivery,
        lines,
        tuple([refund_of(memo, items, row.items, lines) for memo, items in row.memos]) if row.memos else (),
        _shipments(row.parcels) if row.parcels else (),
        dict(row.custom) if row.custom else {},
        notices,
    )


def lines_of(
    items: Sequence[Item], bundles: Mapping[str, str], options_of: OptionsOf
) -> tuple[tuple[OrderLine, ...], tuple[Notice, ...]]:
    """The visible lines in the order of items: a configurable is one line with its variant, a bundle holds its parts.

    A part whose parent is missing is still something that was sold, and a line of its own.
    """
    children: dict[str, list[Item]] = {}
    for item in items:
        if item[2]:
            children.setdefault(item[2], []).append(item)
    known = {item[1] for item in items} if children else ()
    lines: list[OrderLine] = []
    notices: list[Notice] = []
    for item in items:
        _, item_id, parent, product_id, sku, name, kind, quantity, price, incl_tax, total, returned, held = item
        if parent and parent in known:
            continue
        options = _options(held, sku, options_of, notices) if held else ()
        if item_id not in children:
            lines.append(
                OrderLine(product_id, sku, name, kind, quantity, price, incl_tax, total, "", "", returned, options)
            )
            continue
        parts = children[item_id]
        if kind == "configurable":
            variant, variant_name = parts[0][3], parts[0][5]
            lines.append(
                OrderLine(
                    variant,
                    sku,
                    variant_name,
                    kind,
                    quantity,
                    price,
                    incl_tax,
                    total,
                    product_id,
                    name,
                    returned,
                    options,
                )
            )
            continue
        inside = tuple([_part(part, product_id, name, options_of, notices) for part in parts])
        own = bundles.get(product_id, "") or sku
        lines.append(
            OrderLine(product_id, own, name, kind, quantity, price, incl_tax, total, "", "", returned, options, inside)
        )
    return tuple(lines), tuple(notices)


def _part(item: Item, parent_id: str, parent_name: str, options_of: OptionsOf, notices: list[Notice]) -> OrderLine:
    _, _, _, product_id, sku, name, kind, quantity, price, incl_tax, total, returned, held = item
    options = _options(held, sku, options_of, notices) if held else ()
    return OrderLine(
        product_id, sku, name, kind, quantity, price, incl_tax, total, parent_id, parent_name, returned, options
    )


def _options(held: Any, sku: str, options_of: OptionsOf, notices: list[Notice]) -> tuple[Option, ...]:
    try:
        return options_of(held)
    except RecordError as error:
        notices.append((error.code.id, "lines", f"{sku}: {error.why}"))
        return ()


def refund_of(memo: Memo, returned: Sequence[MemoItem], items: Sequence[Item], lines: Sequence[OrderLine]) -> Refund:
    """What a credit memo gave back, by visible line; the parts of a dynamic bundle carry its amounts (§3.3)."""
    _, _, number, at, total, shipping, adjustment = memo
    parents = {item[1]: item[2] for item in items}
    tops = [item_id for item_id, parent in parents.items() if parent not in parents]
    shown: Mapping[str, OrderLine] = dict(zip(tops, lines, strict=True))
    of_parts: dict[str, int] = {}
    back: dict[str, MemoItem] = {}
    for each in returned:
        parent = parents.get(each[1], "")
        if parent in shown:
            of_parts[parent] = of_parts.get(parent, 0) + each[5]
        elif each[4]:
            back[each[1]] = each
    found = [
        RefundLine(
            shown[item_id].product_id if item_id in shown else product_id,
            shown[item_id].sku if item_id in shown else sku,
            quantity,
            amount or of_parts.get(item_id, 0),
        )
        for item_id, (_, _, product_id, sku, quantity, amount) in back.items()
    ]
    return Refund(number, at, total, shipping, adjustment, tuple(found))


def _shipments(parcels: Sequence[Parcel]) -> tuple[Shipment, ...]:
    found: dict[str, tuple[str, str, list[tuple[str, str]]]] = {}
    for _, shipment, number, at, carrier, track in parcels:
        tracks = found.setdefault(shipment, (number, at, []))[2]
        if track:
            tracks.append((carrier, track))
    return tuple([Shipment(number, at, tuple(tracks)) for number, at, tracks in found.values()])
