"""What Oro says of each record, the same whichever way it was read: the API and the database both fill these.

Amounts are in 1/10,000 of the currency unit, instants in our form, ids as text; what Oro does not say is empty.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from dotbridge.commerce.address import Address


class PlacedAddress(NamedTuple):
    """An address of a person, and what it is for."""

    address: Address
    primary: bool
    types: frozenset[str]
    default_types: frozenset[str]


class PersonRow(msgspec.Struct, frozen=True):
    """A customer user, or a CRM contact where there is no commerce. ``consented_at`` is "" without the consent,
    ``unsubscribed_at`` without an unsubscribed item of a list that the connection names."""

    id: int
    updated_at: str
    website_id: str
    email: str
    created_at: str = ""
    prefix: str = ""
    first_name: str = ""
    last_name: str = ""
    gender: str = ""
    born_on: str = ""
    guest: bool = False
    last_login_at: str = ""
    customer_id: str = ""
    customer: str = ""
    group: str = ""
    consented_at: str = ""
    unsubscribed_at: str = ""
    addresses: tuple[PlacedAddress, ...] = ()


class LineRow(msgspec.Struct, frozen=True):
    """A line of an order; ``price`` is per unit."""

    product_id: str
    parent_id: str
    sku: str
    name: str
    quantity: int
    price: int
    free_form: bool = False


class RefundRow(msgspec.Struct, frozen=True):
    """A successful refund of a payment; only the database tells of it."""

    number: str
    at: str
    total: int


class OrderRow(msgspec.Struct, frozen=True):
    """An order. ``tax`` is ``None`` where this Oro does not tell it; ``base_total`` where only the API was asked."""

    id: int
    updated_at: str
    website_id: str
    number: str
    email: str
    customer_user_id: str
    guest: bool
    first_name: str
    last_name: str
    customer: str
    status: str
    internal_status: str
    shipping_status: str
    created_at: str
    currency: str
    subtotal: int
    discount: int
    shipping: int
    total: int
    tax: int | None
    base_total: int | None
    delivery_method: str
    po_number: str
    billing: Address | None
    delivery: Address | None
    lines: tuple[LineRow, ...]
    tracks: tuple[tuple[str, str], ...] = ()
    refunds: tuple[RefundRow, ...] = ()


class Localised(NamedTuple):
    """A text in one localisation ("" is the default one); ``fallback`` names where else to look."""

    localization_id: str
    text: str
    fallback: str = ""


class PriceRow(NamedTuple):
    """A price from a quantity upwards."""

    quantity: int
    value: int
    currency: str
    unit: str


class ProductRow(msgspec.Struct, frozen=True):
    """A product with all that its localisations share; ``store_id`` is the localisation that a record shows,
    ``scope_id`` the same where each has a catalog of its own, else ""."""

    id: int
    updated_at: str
    created_at: str
    sku: str
    type: str
    status: str
    inventory_status: str
    unit: str
    brand: str
    names: tuple[Localised, ...]
    short_descriptions: tuple[Localised, ...]
    slugs: tuple[Localised, ...]
    category_id: str
    category: tuple[Localised, ...]
    family: str
    prices: tuple[PriceRow, ...]
    stock: int | None
    images: tuple[tuple[str, str], ...]
    parents: tuple[str, ...]
    website_id: str = ""
    store_id: str = ""
    scope_id: str = ""


class CartLineRow(msgspec.Struct, frozen=True):
    """A line of a shopping list; ``price`` is that of the price list today, ``None`` without one."""

    product_id: str
    sku: str
    name: tuple[Localised, ...]
    slug: tuple[Localised, ...]
    image: str
    quantity: int
    price: int | None


class CartRow(msgspec.Struct, frozen=True):
    """A shopping list; ``saved`` are the lines that were put aside for later, ``ordered`` says that it was bought."""

    id: int
    updated_at: str
    website_id: str
    created_at: str
    label: str
    email: str
    customer_user_id: str
    guest: bool
    currency: str
    ordered: bool
    lines: tuple[CartLineRow, ...]
    saved: tuple[CartLineRow, ...] = ()
