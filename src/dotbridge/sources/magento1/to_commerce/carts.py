"""A cart in our words (contract magento1-data §7). Amounts are in the cart's currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from dotbridge.commerce.cart import Cart, CartLine
from dotbridge.commerce.clock import instant

ONE = 10_000

#: (cart, item, parent item or 0, product, sku, name, type, quantity, catalogue price, total, total with tax)
Item: TypeAlias = tuple[int, int, int, str, str, str, str, int, int, int, int]


class CartRow(NamedTuple):
    """All that the shop's tables say of one cart. ``pages`` and ``pictures`` are addresses by product id."""

    cart_id: str
    website_id: str
    store_id: str
    store_name: str
    email: str
    customer_id: str
    open: bool
    ordered: bool
    created_at: str
    updated_at: str
    currency: str
    subtotal: int
    subtotal_incl_tax: int
    tax: int
    shipping: int
    discount: int
    total: int
    coupon: str
    url: str
    items: Sequence[Item]
    pages: Mapping[str, str]
    pictures: Mapping[str, str]


def cart(row: CartRow) -> Cart:
    """The cart: open while it can be bought, else ordered, else (emptied, or merged into another) empty."""
    phase = "open" if row.open else "ordered" if row.ordered else "empty"
    return Cart(
        source_id=row.cart_id,
        website_id=row.website_id,
        store_id=row.store_id,
        store_name=row.store_name,
        email=row.email,
        customer_id=row.customer_id,
        phase=phase,
        created_at=instant(row.created_at),
        updated_at=instant(row.updated_at),
        currency=row.currency,
        subtotal=row.subtotal,
        subtotal_incl_tax=row.subtotal_incl_tax or row.subtotal + row.tax,
        tax=row.tax,
        shipping=row.shipping,
        discount=row.discount,
        total=row.total,
        coupon=row.coupon,
        url=row.url,
        lines=cart_lines(row),
    )


def cart_lines(row: CartRow) -> tuple[CartLine, ...]:
    """Visible lines: a configurable with its variant is one line, a bundle's parts are not lines of their own."""
    variants = {item[2]: item for item in row.items if item[2]}
    tops = {item[1] for item in row.items if not item[2]}
    lines = []
    for _, item_id, parent, product_id, sku, name, kind, quantity, price, total, with_tax in row.items:
        if parent in tops:
            continue
        variant = variants.get(item_id) if kind == "configurable" else None
        sale = _each(total, quantity)
        sale_with_tax = _each(with_tax, quantity)
        lines.append(
            CartLine(
                variant[3] if variant else product_id,
                sku,
                name,
                quantity,
                price,
                # The cart keeps no catalogue price with tax; its own charge shows what tax does to it.
                round(price * sale_with_tax / sale) if sale else price,
                sale,
                sale_with_tax,
                total,
                with_tax,
                row.pictures.get(variant[3] if variant else product_id) or row.pictures.get(product_id, ""),
                row.pages.get(product_id, ""),
            )
        )
    return tuple(lines)


def _each(total: int, quantity: int) -> int:
    return round(total * ONE / quantity) if quantity else 0
