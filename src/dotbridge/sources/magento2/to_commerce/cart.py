"""Carts with their totals (magento2-data §3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dotbridge.commerce.cart import Cart, CartLine
from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import UNIT, units
from dotbridge.sources.magento2.families import Parent
from dotbridge.sources.magento2.sites import View
from dotbridge.sources.magento2.to_commerce.prices import own_price
from dotbridge.sources.magento2.to_commerce.product import address, picture
from dotbridge.sources.magento2.to_commerce.values import Json, shipping, text


class Shown:
    """What the catalogue shows of a product that lies in a cart."""

    __slots__ = ("id", "image_url", "price", "url")

    def __init__(self, product_id: str = "", price: int = 0, url: str = "", image_url: str = "") -> None:
        self.id = product_id
        self.price = price
        self.url = url
        self.image_url = image_url


_UNKNOWN = Shown()


def shown(
    product: Json, parents: Sequence[Parent], view: View, role: str, suffix: str, paths: Mapping[str, str]
) -> Shown:
    """What a store view shows of a product; ``paths`` are the addresses of pages by product id, where known."""
    return Shown(
        text(product["id"]),
        own_price(product, "").regular or 0,
        address(product, parents, view, suffix, paths),
        picture(product, parents, view, role),
    )


def cart(row: Json, totals: Json, website_id: str, view: View | None, products: Mapping[str, Shown]) -> Cart:
    """A cart; ``totals`` is empty for one that has no lines or was never totalled, ``products`` is by sku.

    ``url`` leads to the shop's cart page: with a customer's session it shows this cart.
    """
    money = row.get("currency") or {}
    rate = Decimal(str(money.get("base_to_quote_rate") or 1))
    by_item = {text(item.get("item_id")): item for item in totals.get("items") or ()}
    lines = [_line(item, by_item.get(text(item.get("item_id")), {}), products, rate) for item in row.get("items") or ()]
    # A cart that was saved without collecting its totals has none (§3.6).
    subtotal = units(totals.get("subtotal")) or sum([line.total for line in lines])
    return Cart(
        source_id=text(row["id"]),
        website_id=website_id,
        store_id=text(row.get("store_id")),
        store_name=view.store.name if view else "",
        email=email(row),
        customer_id=text((row.get("customer") or {}).get("id")),
        phase=phase(row),
        created_at=instant(row.get("created_at")),
        updated_at=instant(row.get("updated_at")),
        currency=text(money.get("quote_currency_code")),
        subtotal=subtotal,
        subtotal_incl_tax=units(totals.get("subtotal_incl_tax")) or subtotal,
        tax=units(totals.get("tax_amount")),
        shipping=units(totals.get("shipping_amount")),
        discount=units(totals.get("discount_amount")),
        total=units(totals["grand_total"]) if units(totals.get("subtotal")) else subtotal,
        coupon=text(totals.get("coupon_code")),
        url=f"{view.store.base_url}checkout/cart/" if view and view.store.base_url else "",
        lines=tuple(lines),
    )


def phase(row: Json) -> str:
    """``ordered`` once it is put away with an order number; put away without one it is empty for the shopper."""
    if row.get("is_active"):
        return "open" if row.get("items_count") else "empty"
    return "ordered" if row.get("reserved_order_id") or row.get("converted_at") else "empty"


def email(row: Json) -> str:
    """Guests have theirs on an address only (§3.6)."""
    candidates = (
        (row.get("customer") or {}).get("email"),
        (row.get("billing_address") or {}).get("email"),
        (shipping(row).get("address") or {}).get("email"),
    )
    return next((text(found) for found in candidates if found), "")


def _line(item: Json, totals: Json, products: Mapping[str, Shown], rate: Decimal) -> CartLine:
    product = products.get(text(item.get("sku")), _UNKNOWN)
    quantity = units(item.get("qty"))
    total = units(totals.get("row_total"))
    # The price of a row is in the website's currency, totals are in the cart's (seen).
    price = total * UNIT // quantity if total and quantity else _converted(units(item.get("price")), rate)
    total = total or price * quantity // UNIT
    incl_tax = units(totals.get("price_incl_tax")) or price
    listed = _converted(product.price, rate) or price
    return CartLine(
        product_id=product.id,
        sku=text(item.get("sku")),
        name=text(item.get("name")),
        quantity=quantity,
        unit_price=listed,
        unit_price_incl_tax=_taxed(listed, totals),
        sale_price=price,
        sale_price_incl_tax=incl_tax,
        total=total,
        total_incl_tax=units(totals.get("row_total_incl_tax")) or total,
        image_url=product.image_url,
        product_url=product.url,
    )


def _converted(amount: int, rate: Decimal) -> int:
    return int((amount * rate).to_integral_value())


def _taxed(amount: int, totals: Json) -> int:
    rate = Decimal(str(totals.get("tax_percent") or 0))
    return int((amount * (100 + rate) / 100).to_integral_value())
