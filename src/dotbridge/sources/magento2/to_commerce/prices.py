"""What a product costs in a store view: special prices in their days, composites by their parts (behaviour §6.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from dotbridge.commerce.money import UNIT, units
from dotbridge.commerce.product import TierPrice
from dotbridge.sources.magento2.families import value_of
from dotbridge.sources.magento2.to_commerce.values import Json, extension, text

ALL_GROUPS = 32000
_ALL_GROUPS_NAME = "ALL GROUPS"


class Price(NamedTuple):
    """Regular and special price; ``None`` where there is none."""

    regular: int | None
    special: int | None = None


def price_of(product: Json, parts: Sequence[Json], today: str) -> Price:
    """Of a configurable or grouped product the lowest of its enabled parts, of a bundle what the cheapest choice costs.

    ``parts`` are its children, ``today`` is the date in the website's time zone.
    """
    kind = product.get("type_id")
    if kind in {"configurable", "grouped"}:
        prices = [own_price(part, today) for part in parts if part.get("status") == 1]
        regular = [price.regular for price in prices if price.regular is not None]
        special = [price.special for price in prices if price.special is not None]
        return Price(min(regular, default=None), min(special, default=None))
    if kind == "bundle":
        return _bundle(product, {text(part.get("sku")): part for part in parts}, today)
    return own_price(product, today)


def own_price(product: Json, today: str) -> Price:
    """The stored price, and the special one while it holds; both days of its window count (§3.5)."""
    regular = units(product["price"]) if product.get("price") is not None else None
    special = value_of(product, "special_price")
    return Price(regular, units(special) if special not in (None, "") and _in_window(product, today) else None)


def _in_window(product: Json, today: str) -> bool:
    begins, ends = text(value_of(product, "special_from_date"))[:10], text(value_of(product, "special_to_date"))[:10]
    return (not begins or begins <= today) and (not ends or today <= ends)


def _bundle(product: Json, parts: Mapping[str, Json], today: str) -> Price:
    """The cheapest choice of each required option, or of any where none is required; special is a percentage of it."""
    dynamic = text(value_of(product, "price_type")) != "1"
    base = 0 if dynamic else units(product.get("price"))
    options = extension(product).get("bundle_product_options") or ()
    required: list[int] = []
    others: list[int] = []
    for option in options:
        costs = [_selection(link, parts, base, dynamic=dynamic) for link in option.get("product_links") or ()]
        if costs:
            (required if option.get("required") else others).append(min(costs))
    if dynamic and not required and not others:
        return Price(None)
    regular = base + (sum(required) if required or not dynamic else min(others))
    percent = value_of(product, "special_price")
    if percent in (None, "") or not _in_window(product, today):
        return Price(regular)
    return Price(regular, regular * units(percent) // (100 * UNIT))


def _selection(link: Json, parts: Mapping[str, Json], base: int, *, dynamic: bool) -> int:
    quantity = units(link.get("qty") if link.get("qty") is not None else 1)
    if dynamic:
        part = parts.get(text(link.get("sku")), {})
        price = units(part["price"]) if part.get("price") is not None else units(link.get("price"))
    elif link.get("price_type") == 1:  # percent of the bundle's own price
        price = base * units(link.get("price")) // (100 * UNIT)
    else:
        price = units(link.get("price"))
    return price * quantity // UNIT


def tier_prices(
    product: Json, website_id: str, groups: Mapping[str, str], taxed: Callable[[int], int | None] = lambda _: None
) -> tuple[TierPrice, ...]:
    """The website's tiers. REST has no taxed ones: ``price_incl_tax`` then repeats the price."""
    found = []
    for row in product.get("tier_prices") or ():
        more = extension(row)
        if text(more.get("website_id") or 0) not in {"0", website_id}:
            continue
        group_id = row.get("customer_group_id")
        group = _ALL_GROUPS_NAME if group_id == ALL_GROUPS else groups.get(text(group_id), text(group_id))
        percentage = more.get("percentage_value")
        price = units(row.get("value"))
        with_tax = taxed(price)
        found.append(
            TierPrice(
                group,
                units(row.get("qty")),
                price,
                price if with_tax is None else with_tax,
                None if percentage is None else units(percentage),
            )
        )
    return tuple(found)
