"""What sales fields are computed from: bare integers of an order, kept in the ledger beside its record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import orjson

from dotbridge.commerce.digest import digest_of
from dotbridge.commerce.order import Order, OrderLine

#: One sold product of an order: (product id, quantity, total). A bundle counts as itself where it has the price, else
#: as its children.
LineFact: TypeAlias = tuple[str, int, int]


class OrderFact(NamedTuple):
    """The figures of one order. ``last_refund_at`` is "" without refunds; ``digest`` changes when any figure does.

    ``lines`` is a JSON array of ``LineFact``: they are kept with the order, and read by the database alone.
    """

    placed_at: str
    status: str
    state: str
    number: str
    store_id: str
    quote_id: str
    currency: str
    total: int
    refunded: int
    base_currency: str
    base_total: int
    base_refunded: int
    global_currency: str
    global_rate: int
    last_refund_at: str
    digest: bytes
    lines: str


def order_fact(order: Order) -> OrderFact:
    """The figures of an order, refunds included."""
    lines = orjson.dumps([(line.product_id, line.quantity, line.total) for line in _sold(order.lines)])
    figures = (
        order.placed_at,
        order.status,
        order.state,
        order.number,
        order.store_id,
        order.quote_id,
        order.currency,
        order.total,
        order.refunded,
        order.base_currency,
        order.base_total,
        order.base_refunded,
        order.global_currency,
        order.global_rate,
        max([refund.refunded_at for refund in order.refunds], default="") if order.refunds else "",
    )
    return OrderFact(*figures, digest_of(orjson.dumps(figures) + lines), lines.decode())


def _sold(lines: tuple[OrderLine, ...]) -> Sequence[OrderLine]:
    """Lines that carry their own price: a dynamic bundle's children instead of the bundle, never both."""
    for line in lines:
        if line.children:
            break
    else:
        return lines
    sold: list[OrderLine] = []
    for line in lines:
        if line.children and any([child.total for child in line.children]):
            sold += line.children
        else:
            sold.append(line)
    return sold


class ProductFact(NamedTuple):
    """What order lines and sales fields need to know of a product; names joined as the shop's default view has them.

    ``attributes`` are (code, label) of the attributes mapped for order lines.
    """

    product_id: str
    sku: str
    name: str
    attribute_set: str
    categories: tuple[str, ...]
    brand: str
    attributes: tuple[tuple[str, str], ...] = ()
