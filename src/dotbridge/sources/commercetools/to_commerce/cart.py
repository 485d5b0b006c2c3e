"""Carts (commercetools §10)."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.cart import Cart, CartLine
from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import UNIT
from dotbridge.sources.commercetools.profiles import Profile, View
from dotbridge.sources.commercetools.to_commerce.lines import Amounts, amounts, per_unit, product_ids, sku_of
from dotbridge.sources.commercetools.to_commerce.order import coupons, totals
from dotbridge.sources.commercetools.to_commerce.product import url
from dotbridge.sources.commercetools.to_commerce.values import Json, localized, text


def cart(row: Json, profile: Profile, email: str) -> Cart:
    """A cart; ``email`` is its own, or that of the customer behind it.

    One that was merged into another at the shopper's sign-in is empty for the shopper.
    """
    key = text((row.get("store") or {}).get("key"))
    view = profile.view(key)
    shown = view or profile.first
    locale = text(row.get("locale")) or shown.store.locale
    locales = (locale, *shown.locales) if locale else shown.locales
    figures = totals(row)
    goods = row.get("lineItems") or ()
    return Cart(
        source_id=text(row["id"]),
        website_id=profile.website.source_id,
        store_id=view.store.source_id if view else key,
        store_name=view.store.name if view else key,
        email=email,
        customer_id=text(row.get("customerId")),
        phase=phase(row),
        created_at=instant(row.get("createdAt")),
        updated_at=instant(row.get("lastModifiedAt")),
        currency=text(row["totalPrice"].get("currencyCode")),
        subtotal=figures["subtotal"],
        subtotal_incl_tax=sum([amounts(line).gross for line in (*goods, *(row.get("customLineItems") or ()))]),
        tax=figures["tax"],
        shipping=figures["shipping"],
        discount=figures["discount"],
        total=figures["total"],
        coupon=coupons(row),
        url=_url(row, profile, shown, locale),
        lines=tuple([_line(line, locales, profile, shown) for line in goods]),
    )


def phase(row: Json) -> str:
    """``ordered``, ``open`` while something lies in it (also frozen at the checkout), else ``empty``."""
    state = row.get("cartState")
    if state == "Ordered":
        return "ordered"
    return "open" if row.get("lineItems") and state != "Merged" else "empty"


def _url(row: Json, profile: Profile, view: View, locale: str) -> str:
    if not profile.cart_url.text:
        return ""
    values = {
        "cart_id": text(row["id"]),
        "customer_id": text(row.get("customerId")),
        "store_key": view.key,
        "locale": locale,
        "language": locale.partition("-")[0],
    }
    return profile.cart_url.fill(values)


def _line(line: Json, locales: Sequence[str], profile: Profile, view: View) -> CartLine:
    cost, quantity = amounts(line), int(line.get("quantity") or 1)
    images = line["variant"].get("images") or ()
    net, gross = _catalogue_price(line, cost)
    return CartLine(
        product_id=product_ids(line, by_variant=profile.granularity == "variant")[0],
        sku=sku_of(line["variant"], line),
        name=localized(line.get("name"), locales),
        quantity=quantity * UNIT,
        unit_price=net,
        unit_price_incl_tax=gross,
        sale_price=per_unit(cost.net, quantity),
        sale_price_incl_tax=per_unit(cost.gross, quantity),
        total=cost.net,
        total_incl_tax=cost.gross,
        image_url=text(images[0].get("url")) if images else "",
        product_url=url(_product(line), line["variant"], profile, view, {}),
    )


def _catalogue_price(line: Json, cost: Amounts) -> tuple[int, int]:
    """Price of one before discounts of the cart, (without, with) tax, in the proportion of the line's own tax."""
    if not cost.net or not cost.gross:
        return cost.unit, cost.unit
    if (line.get("taxRate") or {}).get("includedInPrice"):
        return per_unit(cost.unit * cost.net, cost.gross), cost.unit
    return cost.unit, per_unit(cost.unit * cost.gross, cost.net)


def _product(line: Json) -> Json:
    """What a line says of its product."""
    return {"id": line.get("productId"), "key": line.get("productKey"), "slug": line.get("productSlug")}
