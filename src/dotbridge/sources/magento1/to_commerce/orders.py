"""An order with its lines, refunds and parcels, in our words (contract magento1-data §6).

This is the busiest code of the platform: tuples are unpacked by position and structs built positionally, and
PHP options are only decoded for lines that show some.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from dotbridge.commerce.address import Address, street_lines
from dotbridge.commerce.notice import Notice
from dotbridge.commerce.order import Option, Order, OrderLine, Refund, RefundLine, Shipment
from dotbridge.errors import RecordError
from dotbridge.sources.magento1.php_options import line_options

#: Magento's states in our words; a state that an extension invented counts as being processed.
STATES = {
    "new": "new",
    "pending_payment": "new",
    "payment_review": "new",
    "processing": "processing",
    "complete": "complete",
    "closed": "closed",
    "canceled": "cancelled",
    "holded": "held",
    "": "new",
}

#: (order, item, parent item or 0, product, sku, name, type, quantity, price, price with tax, total, refunded, options)
Item: TypeAlias = tuple[str, int, int, str, str, str, str, int, int, int, int, int, str]
#: (memo, order, number, instant, total, shipping, adjustment)
Memo: TypeAlias = tuple[int, str, str, str, int, int, int]
#: (memo, order item, product, sku, quantity, total)
MemoItem: TypeAlias = tuple[int, int, str, str, int, int]
#: (order, shipment, number, instant, carrier, track number)
Parcel: TypeAlias = tuple[str, int, str, str, str, str]


class OrderRow(NamedTuple):
    """All that the shop's tables say of one order.

    ``head``: 0 id, number, store, store's own name, e-mail, customer, first and last name, status, state, placed and
    updated at; 12 to 24 as ``Order`` has them from currency to coupon; 25 payment method, delivery method, quote,
    virtual; 29 billing and 39 delivery address, each its id (``None``: there is none) and nine texts; 49 the billing
    address's e-mail; then the further columns of ``custom``.
    """

    website_id: str
    head: tuple[Any, ...]
    items: Sequence[Item]
    memos: Sequence[tuple[Memo, Sequence[MemoItem]]]
    parcels: Sequence[Parcel]
    custom: tuple[tuple[str, Any], ...] = ()


#: (store id, the order's own three-line store name) and (payment method, store id) to what people read.
StoreName: TypeAlias = Callable[[str, str], str]
PaymentTitle: TypeAlias = Callable[[str, str], str]


def order(row: OrderRow, store_name: StoreName, payment_title: PaymentTitle) -> Order:
    """The order; options that cannot be read are left out with a notice, the order stays good."""
    head = row.head
    billing, delivery = _address(head[29:39]), _address(head[39:49])
    first_name, last_name, placed_at = head[6], head[7], head[10]
    if billing is not None and not first_name and not last_name:
        first_name, last_name = billing.first_name, billing.last_name
    lines, notices = order_lines(row.items)
    return Order(  # type: ignore[call-arg] # mypy cannot count the slice
        head[0],
        head[1],
        row.website_id,
        head[2],
        store_name(head[2], head[3]),
        head[4] or head[49],
        head[5],
        first_name,
        last_name,
        head[8],
        STATES.get(head[9], "processing"),
        placed_at if placed_at[:1] != "0" else "",
        head[11],
        *head[12:25],  # the thirteen from currency to coupon
        payment_title(head[25], head[2]),
        head[26],
        head[27],
        bool(head[28]),
        billing,
        delivery,
        lines,
        _refunds(row) if row.memos else (),
        _shipments(row.parcels) if row.parcels else (),
        dict(row.custom) if row.custom else {},
        notices,
    )


def order_lines(items: Sequence[Item]) -> tuple[tuple[OrderLine, ...], tuple[Notice, ...]]:
    """Lines in the order of items: a configurable with its variant is one line, a bundle holds its children.

    A child whose parent row is gone is a line of its own, so that nothing that was paid for disappears.
    """
    children: dict[int, list[Item]] = {}
    for item in items:
        if item[2]:
            children.setdefault(item[2], []).append(item)
    tops = {item[1] for item in items if not item[2]} if children else ()
    lines: list[OrderLine] = []
    notices: list[Notice] = []
    for item in items:
        _, item_id, parent, product_id, sku, name, kind, quantity, price, incl_tax, total, returned, text = item
        if parent and parent in tops:
            continue
        options: tuple[Option, ...] = ()
        group_id = ""
        if text and (
            kind == "grouped"
            or '"options";a:' in text
            or 'attributes_info";a:' in text
            or 'additional_options";a:' in text
        ):
            options, group_id = _options(text, sku, notices)
        if item_id in children:
            lines.append(_parent(item, children[item_id], options))
        else:
            lines.append(
                OrderLine(
                    product_id, sku, name, kind, quantity, price, incl_tax, total, group_id, "", returned, options
                )
            )
    return tuple(lines), tuple(notices)


def _parent(item: Item, children: list[Item], options: tuple[Option, ...]) -> OrderLine:
    """A configurable as its variant, named by what was bought; anything else with its children inside."""
    _, _, _, product_id, sku, name, kind, quantity, price, incl_tax, total, returned, _ = item
    if kind == "configurable":
        _, _, _, variant, _, variant_name, *_ = children[0]
        return OrderLine(
            variant, sku, variant_name, kind, quantity, price, incl_tax, total, product_id, name, returned, options
        )
    held = tuple([_child(child, product_id, name) for child in children])
    return OrderLine(product_id, sku, name, kind, quantity, price, incl_tax, total, "", "", returned, options, held)


def _child(item: Item, parent_id: str, parent_name: str) -> OrderLine:
    _, _, _, product_id, sku, name, kind, quantity, price, incl_tax, total, returned, _ = item
    return OrderLine(product_id, sku, name, kind, quantity, price, incl_tax, total, parent_id, parent_name, returned)


def _options(text: str, sku: str, notices: list[Notice]) -> tuple[tuple[Option, ...], str]:
    try:
        return line_options(text)
    except RecordError as error:
        notice = (error.code.id, "product_options", f"Line {sku}: {error.why}")
        if notice not in notices:
            notices.append(notice)
        return (), ""


def _address(part: tuple[Any, ...]) -> Address | None:
    there, first_name, last_name, company, street, city, region, postcode, country, telephone = part
    if there is None:
        return None
    line_1, line_2 = street_lines(street)
    return Address(first_name, last_name, company, line_1, line_2, city, region, postcode, country, telephone)


def _refunds(row: OrderRow) -> tuple[Refund, ...]:
    """Credit memos that were refunded; one without item rows gave back shipping or an adjustment alone."""
    by_id = {item[1]: item for item in row.items}
    variants = {item[2]: item[3] for item in row.items if item[2] and by_id.get(item[2], item)[6] == "configurable"}
    return tuple(
        [
            Refund(number, at, total, shipping, adjustment, tuple(_returned(items, by_id, variants)))
            for (_, _, number, at, total, shipping, adjustment), items in row.memos
        ]
    )


def _returned(items: Sequence[MemoItem], by_id: dict[int, Item], variants: dict[int, str]) -> list[RefundLine]:
    """What came back, each amount once: of a bundle either its own row or its children's carry the amount."""
    lines: list[RefundLine] = []
    for _, order_item, product_id, sku, quantity, total in items:
        ordered = by_id.get(order_item)
        part_of_another = ordered is not None and ordered[2] in by_id
        has_parts = ordered is not None and ordered[6] == "bundle"
        if not total and (part_of_another or has_parts):
            continue
        lines.append(RefundLine(variants.get(order_item, product_id), sku, quantity, total))
    return lines


def _shipments(parcels: Sequence[Parcel]) -> tuple[Shipment, ...]:
    found: dict[int, tuple[str, str, list[tuple[str, str]]]] = {}
    for _, shipment, number, at, carrier, track in parcels:
        tracks = found.setdefault(shipment, (number, at, []))[2]
        if track:
            tracks.append((carrier, track))
    return tuple([Shipment(number, at, tuple(tracks)) for number, at, tracks in found.values()])
