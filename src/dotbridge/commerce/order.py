"""Orders, their lines and their refunds."""

from __future__ import annotations

from typing import Any

import msgspec

from dotbridge.commerce.address import Address
from dotbridge.commerce.notice import Notice


class Option(msgspec.Struct, frozen=True, gc=False):
    """What the shopper chose or typed on a line: a size, an engraving. ``id`` keeps two unreadable labels apart."""

    label: str
    value: str
    id: str = ""


class OrderLine(msgspec.Struct, frozen=True, gc=False):
    """One visible line: a configurable is one line with its variant's product id and sku, a bundle holds its children.

    ``price`` is per unit without tax, ``total`` the line without tax and before discount; both in the order's currency.
    """

    product_id: str
    sku: str
    name: str
    type: str
    quantity: int
    price: int
    price_incl_tax: int
    total: int
    parent_id: str = ""
    parent_name: str = ""
    quantity_refunded: int = 0
    options: tuple[Option, ...] = ()
    children: tuple[OrderLine, ...] = ()


class RefundLine(msgspec.Struct, frozen=True, gc=False):
    """What came back of one line."""

    product_id: str
    sku: str
    quantity: int
    total: int


class Refund(msgspec.Struct, frozen=True, gc=False):
    """Money given back. ``total`` may exceed or fall short of the lines: shipping and adjustments count too."""

    number: str
    refunded_at: str
    total: int
    shipping: int = 0
    adjustment: int = 0
    lines: tuple[RefundLine, ...] = ()


class Shipment(msgspec.Struct, frozen=True, gc=False):
    """A parcel; ``tracks`` are (carrier title, number)."""

    number: str
    shipped_at: str
    tracks: tuple[tuple[str, str], ...] = ()


class Order(msgspec.Struct, frozen=True, gc=False):
    """One order. Plain amounts are in ``currency``, ``base_`` amounts in ``base_currency`` (the website's accounting).

    ``total`` is gross of tax and before refunds, ``discount`` is negative, ``global_rate`` turns base into
    ``global_currency`` in 1/1,000,000 (0 where the platform has none). ``state`` is our own word for the life of the
    order (new, processing, complete, closed, cancelled, held), ``status`` the merchant's. ``key`` is what
    never changes of an order whose number may come later, "" where the number is there from the beginning. ``notices`` say what had to
    be left out of an order that is good otherwise.
    """

    source_id: str
    number: str
    website_id: str
    store_id: str
    store_name: str
    email: str
    customer_id: str
    first_name: str
    last_name: str
    status: str
    state: str
    placed_at: str
    updated_at: str
    currency: str
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    refunded: int
    base_currency: str
    base_total: int
    base_refunded: int
    global_currency: str
    global_rate: int
    coupon: str
    payment: str
    delivery_method: str
    quote_id: str
    virtual: bool
    billing: Address | None
    delivery: Address | None
    lines: tuple[OrderLine, ...]
    refunds: tuple[Refund, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    custom: dict[str, Any] = {}
    notices: tuple[Notice, ...] = ()
    key: str = ""

    @property
    def is_guest(self) -> bool:
        """No account stands behind it; a deleted customer's order reads the same."""
        return not self.customer_id
