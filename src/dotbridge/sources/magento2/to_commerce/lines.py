"""Lines of REST's orders as rows: what they cost before discount, what was chosen by label (magento2-data §3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dotbridge.commerce.money import UNIT, units
from dotbridge.commerce.order import Option, OrderLine
from dotbridge.sources.magento2.labels import Attribute
from dotbridge.sources.magento2.to_commerce.order_rows import Item, lines_of
from dotbridge.sources.magento2.to_commerce.values import Json, extension, text


class Choices(NamedTuple):
    """What the catalogue of today says about ids in lines; empty where it may not be read."""

    products: Mapping[str, Json] = {}
    attributes: Mapping[str, Attribute] = {}


def order_lines(items: Sequence[Json], choices: Choices) -> tuple[OrderLine, ...]:
    """The visible lines: a configurable is one line with its variant, a bundle holds its parts."""
    return lines_of(item_rows(items, choices), own_skus(choices), as_read)[0]


def item_rows(items: Sequence[Json], choices: Choices) -> list[Item]:
    """The lines as rows, with their choices by label."""
    return [_item(item, choices) for item in items]


def as_read(options: Any) -> tuple[Option, ...]:
    """Choices that were put into words with their row."""
    found: tuple[Option, ...] = options
    return found


def own_skus(choices: Choices) -> dict[str, str]:
    """Bundles' own skus by product: those of their lines join the skus of their parts."""
    return {product_id: text(product.get("sku")) for product_id, product in choices.products.items()}


def _item(item: Json, choices: Choices) -> Item:
    price = units(item.get("price"))
    return (
        text(item.get("order_id")),
        text(item["item_id"]),
        text(item.get("parent_item_id")),
        text(item.get("product_id")),
        text(item.get("sku")),
        text(item.get("name")),
        text(item.get("product_type")),
        units(item.get("qty_ordered")),
        price,
        units(item["price_incl_tax"]) if item.get("price_incl_tax") is not None else price,
        before_discount(item),
        units(item.get("qty_refunded")),
        (*_configured(item, choices), *_custom(item, choices)),
    )


def before_discount(item: Json) -> int:
    """The row's total without tax and before discount.

    REST of 2.4 gives ``row_total`` after discount, older shops and the database before it (§3.3): whichever lies nearer
    to price x quantity is meant.
    """
    total = units(item.get("row_total"))
    undone = total + abs(units(item.get("discount_amount")))
    plain = units(item.get("price")) * units(item.get("qty_ordered")) // UNIT
    return undone if abs(undone - plain) <= abs(total - plain) else total


def option_order(option_id: Any) -> int:
    """Where a custom option stands among those of its line: REST and the database have orders of their own."""
    return int(option_id) if text(option_id).isascii() and text(option_id).isdigit() else 0


def _option_rows(item: Json, name: str) -> Sequence[Json]:
    found = extension(item.get("product_option") or {}).get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else ()


def _configured(item: Json, choices: Choices) -> tuple[Option, ...]:
    """The variant's choices (colour, size) by label."""
    found = []
    for row in _option_rows(item, "configurable_item_options"):
        option_id = text(row.get("option_id"))
        known = choices.attributes.get(option_id)
        value = text(row.get("option_value"))
        label = (known.label if known else "") or f"Option {option_id}"
        found.append(Option(label, (known.options.get(value) if known else "") or value, option_id))
    return tuple(found)


def _custom(item: Json, choices: Choices) -> tuple[Option, ...]:
    """What was chosen or typed; ids keep standing for labels that the catalogue no longer has."""
    product = choices.products.get(text(item.get("product_id"))) or {}
    known = {text(option.get("option_id")): option for option in product.get("options") or ()}
    found = []
    for row in sorted(_option_rows(item, "custom_options"), key=lambda row: option_order(row.get("option_id"))):
        option_id = text(row.get("option_id"))
        option = known.get(option_id) or {}
        titles = {text(value.get("option_type_id")): text(value.get("title")) for value in option.get("values") or ()}
        label = text(option.get("title")) or f"Option {option_id}"
        found.append(Option(label, _chosen(row.get("option_value"), titles), option_id))
    return tuple(found)


def _chosen(value: Any, titles: Mapping[str, str]) -> str:
    """A typed text, the titles of chosen values, or a date, whose list ends in the instant it stands for (§3.3)."""
    if isinstance(value, list):
        if value and isinstance(value[-1], str) and value[-1][:4].isdigit() and value[-1][4:5] == "-":
            return value[-1].removesuffix(" 00:00:00")
        return ", ".join([titles.get(text(one), text(one)) for one in value if one is not None])
    plain = text(value)
    if titles:
        return ", ".join([titles.get(one, one) for one in plain.split(",")])
    return plain
