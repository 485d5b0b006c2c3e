"""Lines of orders and carts (commercetools §8.3, 11.3): goods, and what the shop sells beside them as custom lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dotbridge.commerce.money import UNIT
from dotbridge.commerce.order import OrderLine
from dotbridge.sources.commercetools.to_commerce.values import Json, amount, localized, text

CUSTOM = "custom"
_EXTERNAL_TOTAL = "ExternalTotal"


class Amounts(NamedTuple):
    """What a line costs: net and gross of the whole, and the unit's price before discounts of the cart."""

    net: int
    gross: int
    unit: int
    listed: int
    saved: int


def amounts(line: Json) -> Amounts:
    """Of a line or custom line. Where the tax is unknown, net and gross are what the line says it costs."""
    quantity = int(line.get("quantity") or 1)
    total = amount(line.get("totalPrice"))
    taxed = line.get("taxedPrice") or {}
    net = amount(taxed["totalNet"]) if taxed.get("totalNet") else total
    gross = amount(taxed["totalGross"]) if taxed.get("totalGross") else total
    price = line.get("price")
    if price is None:
        unit = listed = amount(line.get("money"))
    else:
        listed = amount(_tier(price, quantity))
        reduced = (price.get("discounted") or {}).get("value")
        unit = amount(reduced) if reduced else listed
    # Of a price that was set for the whole line from outside there is no discount to tell.
    saved = 0 if line.get("priceMode") == _EXTERNAL_TOTAL else max(0, unit * quantity - total)
    return Amounts(net, gross, unit, listed, saved)


def _tier(price: Json, quantity: int) -> Json:
    """The value that holds from this quantity on."""
    value: Json = price["value"]
    tiers = [tier for tier in price.get("tiers") or () if int(tier["minimumQuantity"]) <= quantity]
    if tiers:
        value = max(tiers, key=lambda tier: int(tier["minimumQuantity"]))["value"]
    return value


def sku_of(variant: Json, line: Json) -> str:
    """The variant's sku, else its key, the product's key, the product's id."""
    candidates = (variant.get("sku"), variant.get("key"), line.get("productKey"), line.get("productId"))
    return next((text(one) for one in candidates if one), "")


def product_ids(line: Json, *, by_variant: bool) -> tuple[str, str]:
    """(id of the product's record in the catalog, id of the product it is a variant of, "" for none)."""
    product_id = text(line.get("productId"))
    return (f"{product_id}-{line['variant']['id']}", product_id) if by_variant else (product_id, "")


def order_lines(
    row: Json, returned: Mapping[str, int], locales: Sequence[str], *, by_variant: bool
) -> tuple[OrderLine, ...]:
    """All lines of an order; ``returned`` is how much came back, by the line's id."""
    goods = [_goods(line, returned, locales, by_variant=by_variant) for line in row.get("lineItems") or ()]
    return (*goods, *[_custom(line, returned, locales) for line in row.get("customLineItems") or ()])


def _goods(line: Json, returned: Mapping[str, int], locales: Sequence[str], *, by_variant: bool) -> OrderLine:
    cost, quantity = amounts(line), int(line["quantity"])
    product_id, parent_id = product_ids(line, by_variant=by_variant)
    name = localized(line.get("name"), locales)
    return OrderLine(
        product_id=product_id,
        sku=sku_of(line["variant"], line),
        name=name,
        type="gift" if line.get("lineItemMode") == "GiftLineItem" else "simple",
        quantity=quantity * UNIT,
        price=per_unit(cost.net, quantity),
        price_incl_tax=per_unit(cost.gross, quantity),
        total=cost.net,
        parent_id=parent_id,
        parent_name=name if parent_id else "",
        quantity_refunded=returned.get(text(line.get("id")), 0) * UNIT,
    )


def _custom(line: Json, returned: Mapping[str, int], locales: Sequence[str]) -> OrderLine:
    cost, quantity = amounts(line), int(line.get("quantity") or 1)
    return OrderLine(
        product_id=text(line.get("key") or line.get("slug")),
        sku=text(line.get("slug")),
        name=localized(line.get("name"), locales),
        type=CUSTOM,
        quantity=quantity * UNIT,
        price=per_unit(cost.net, quantity),
        price_incl_tax=per_unit(cost.gross, quantity),
        total=cost.net,
        quantity_refunded=returned.get(text(line.get("id")), 0) * UNIT,
    )


def per_unit(total: int, quantity: int) -> int:
    """What one of them costs, rounded half away from zero."""
    if quantity <= 0:
        return total
    half = quantity >> 1
    return (total + half) // quantity if total >= 0 else -((half - total) // quantity)
