"""The lines of an order: simple, configurable (parent and child), bundle (parent and parts), custom options.

Every figure exists in base and order currency and is computed from the price in that currency. ``row_total`` is after
discount, as REST tells it (Magento 2 data, 3.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dotbridge.sandbox.northwind.amounts import Document, amount, cents, convert, portion
from dotbridge.sandbox.northwind.catalogue import products
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import View


@dataclass(frozen=True, slots=True)
class Pick:
    """What a customer takes: a product, and with it the chosen child, the parts of a bundle or custom options."""

    product: Document
    quantity: int = 1
    child: Document | None = None
    parts: tuple[tuple[Document, Document], ...] = ()
    """Chosen (option, selection) pairs of a bundle."""
    part_products: tuple[Document, ...] = ()
    options: tuple[tuple[Document, object], ...] = ()
    """Chosen (custom option, value) pairs; the value is a text, a date's parts or an entry of ``values``."""
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Counter:
    """The till: where, when and under which discount the lines are rung up."""

    session: Session
    view: View
    order_id: int
    discount: int = 0
    rule_id: str = ""
    day: str = field(default="")

    def price(self, product: Document) -> int:
        return products.price_on(product, self.view, self.day or self.session.at[:10])


def ring_up(counter: Counter, pick: Pick) -> list[Document]:
    """The lines of one pick, parents first."""
    if pick.child:
        return _configurable(counter, pick, pick.child)
    if pick.parts:
        return _bundle(counter, pick)
    extra = sum(option_price(option, value) for option, value in pick.options)
    made = _line(counter, pick.product, pick.quantity, counter.price(pick.product) + _in_base(counter.view, extra))
    made["sku"] = "-".join([pick.product["sku"], *(option_sku(option, value) for option, value in pick.options)])
    if pick.options:
        chosen = [{"option_id": str(o["option_id"]), "option_value": option_value(v)} for o, v in pick.options]
        _set_options(made, "custom_options", chosen)
    if pick.grouped:
        made["product_type"] = "grouped"
    return [made]


def _in_base(view: View, pence: int) -> int:
    """Option prices are kept in pounds and hold for all websites at the global rate."""
    return convert(pence, 1 / view.website.to_global_rate)


def option_price(option: Document, value: object) -> int:
    return cents(value["price"] if isinstance(value, dict) else option.get("price"))


def option_sku(option: Document, value: object) -> str:
    return str(value["sku"] if isinstance(value, dict) else option["sku"])


def option_value(value: object) -> object:
    """The id of a chosen entry, the parts of a date, or the text (3.3)."""
    if isinstance(value, dict):
        return str(value["option_type_id"])
    return value if isinstance(value, list) else str(value)


def _line(counter: Counter, product: Document, quantity: int, price: int) -> Document:
    session, view = counter.session, counter.view
    cost = cents(float(product["custom"]["cost"])) if "cost" in product["custom"] else 0
    line: Document = {
        "item_id": session.number("order_item"),
        "order_id": counter.order_id,
        "quote_item_id": session.number("order_quote_item"),
        "product_id": product["id"],
        "product_type": product["type_id"],
        "sku": product["sku"],
        "name": products.value(product, view, "name"),
        "store_id": view.id,
        "created_at": session.at,
        "updated_at": session.at,
        "base_cost": amount(convert(cost, 1 / view.website.to_global_rate)),
        "discount_percent": counter.discount,
        "free_shipping": 0,
        "is_qty_decimal": 0,
        "is_virtual": int(product["type_id"] == "virtual"),
        "no_discount": 0,
        "tax_percent": view.tax,
        "weight": product.get("weight", 0),
    }
    if counter.rule_id:
        line["applied_rule_ids"] = counter.rule_id
    if not line["is_virtual"]:
        line["row_weight"] = round(line["weight"] * quantity, 2)
    line |= dict.fromkeys(("qty_canceled", "qty_invoiced", "qty_refunded", "qty_shipped"), 0) | {
        "qty_ordered": quantity
    }
    regular = products.regular_price(product, view) or price
    for prefix, rate in (("base_", 1.0), ("", view.rate)):
        figures = _figures(convert(price, rate), quantity, counter.discount, view.tax)
        figures["original_price"] = convert(regular, rate)
        line |= {prefix + name: amount(value) for name, value in figures.items()}
    return line


def _figures(price: int, quantity: int, discount_percent: int, tax_percent: int) -> dict[str, int]:
    """All figures of a line in one currency, in cents; tax is on the discounted row."""
    row = price * quantity
    discount = portion(row, discount_percent)
    tax = portion(row - discount, tax_percent)
    nothing = (
        "amount_refunded",
        "discount_invoiced",
        "discount_tax_compensation_amount",
        "row_invoiced",
        "tax_invoiced",
    )
    return dict.fromkeys(nothing, 0) | {
        "price": price,
        "price_incl_tax": price + portion(price, tax_percent),
        "row_total": row - discount,
        "row_total_incl_tax": row - discount + tax,
        "discount_amount": discount,
        "tax_amount": tax,
    }


def _set_options(line: Document, kind: str, chosen: list[Document]) -> None:
    line["product_option"] = {"extension_attributes": {kind: chosen}}


_NOT_ON_CHILDREN_TEXT = (
    "applied_rule_ids base_discount_tax_compensation_amount base_original_price base_price_incl_tax "
    "base_tax_amount discount_tax_compensation_amount price_incl_tax row_weight tax_amount tax_percent"
)
_NOT_ON_CHILDREN = tuple(_NOT_ON_CHILDREN_TEXT.split())


def _configurable(counter: Counter, pick: Pick, child: Document) -> list[Document]:
    """The parent has price and totals and the child's sku; the child row has no price but the real product."""
    parent = _line(counter, pick.product, pick.quantity, counter.price(child))
    parent.pop("base_cost")
    parent["sku"] = child["sku"]
    chosen = [
        {"option_id": axis["attribute_id"], "option_value": int(child["custom"][code])}
        for axis, code in zip(
            pick.product["extension_attributes"]["configurable_product_options"], ("color", "size"), strict=True
        )
    ]
    _set_options(parent, "configurable_item_options", chosen)
    bare = _line(counter, child, pick.quantity, 0)
    for name in _NOT_ON_CHILDREN:
        bare.pop(name, None)
    bare |= {"parent_item_id": parent["item_id"], "original_price": 0, "discount_percent": 0}
    return [parent, bare]


def _bundle(counter: Counter, pick: Pick) -> list[Document]:
    """A dynamic bundle: the parts carry the prices, the parent their sum."""
    parent = _line(counter, pick.product, pick.quantity, 0)
    parts = [
        _line(counter, product, selection["qty"] * pick.quantity, counter.price(product))
        for (_, selection), product in zip(pick.parts, pick.part_products, strict=True)
    ]
    for part in parts:
        part["parent_item_id"] = parent["item_id"]
        part.pop("row_weight", None)
    for name in ("base_cost", "applied_rule_ids"):
        parent.pop(name, None)
    parent["weight"] = parent["row_weight"] = round(sum(part["weight"] for part in parts), 2)
    for name in ("row_total", "row_total_incl_tax", "discount_amount", "tax_amount"):
        for full in (name, f"base_{name}"):
            parent[full] = amount(sum(cents(part[full]) for part in parts))
    for prefix in ("base_", ""):
        each = (cents(parent[f"{prefix}row_total"]) + cents(parent[f"{prefix}discount_amount"])) // pick.quantity
        parent |= {f"{prefix}price": amount(each), f"{prefix}original_price": amount(each)}
        parent[f"{prefix}price_incl_tax"] = amount(each + portion(each, counter.view.tax))
    chosen = [
        {"option_id": option["option_id"], "option_qty": selection["qty"], "option_selections": [int(selection["id"])]}
        for option, selection in pick.parts
    ]
    _set_options(parent, "bundle_options", chosen)
    return [parent, *parts]


def priced(lines: Iterable[Document]) -> list[Document]:
    """The lines that carry money: not the parent of a bundle, not the child of a configurable."""
    every = list(lines)
    kinds = {line["item_id"]: line["product_type"] for line in every}
    return [
        line
        for line in every
        if line["product_type"] != "bundle" and kinds.get(line.get("parent_item_id")) != "configurable"
    ]


def stocked(lines: Iterable[Document]) -> list[Document]:
    """The lines that take stock: every product that is really handed over."""
    return [line for line in lines if line["product_type"] not in {"configurable", "bundle"}]
