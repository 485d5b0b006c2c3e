"""Lines of an order document: the hot part of the hot path, four times per order."""

from __future__ import annotations

from dotbridge.commerce.facts import ProductFact
from dotbridge.commerce.money import UNIT, number, quantity
from dotbridge.commerce.order import Option, OrderLine
from dotbridge.mapping.attributes import labels
from dotbridge.mapping.base import TEXT_LIMIT, Context, Document
from dotbridge.mapping.codes import KEY_DROPPED
from dotbridge.mapping.names import member_name


def products(lines: tuple[OrderLine, ...], step: int, ctx: Context) -> list[Document]:
    """The visible lines; a bundle holds its children, each with its own price, never with the bundle's."""
    return [
        _product(line, line.parent_id, line.parent_name, step, ctx) if not line.children else _bundle(line, step, ctx)
        for line in lines
    ]


def _bundle(line: OrderLine, step: int, ctx: Context) -> Document:
    product = _product(line, line.parent_id, line.parent_name, step, ctx)
    product["sub_items"] = [
        _product(child, child.parent_id or line.product_id, child.parent_name or line.name, step, ctx)
        for child in line.children
    ]
    return product


def _product(line: OrderLine, parent_id: str, parent_name: str, step: int, ctx: Context) -> Document:
    name, sku, price, incl_tax, ordered = line.name, line.sku, line.price, line.price_incl_tax, line.quantity
    if len(name) + len(sku) + len(parent_name) > TEXT_LIMIT:
        name, sku = ctx.text(name, "products.name"), ctx.text(sku, "products.sku")
        parent_name = ctx.text(parent_name, "products.parent_name")
    fact = ctx.products.get(line.product_id)
    product: Document = {
        "product_id": line.product_id,
        "parent_id": parent_id,
        "name": name,
        "parent_name": parent_name,
        "sku": sku,
        # Whole pieces and prices of two decimals, nearly all there are, are not worth a call each.
        "qty": quantity(ordered) if ordered % UNIT else ordered // UNIT,
        "refundedQty": quantity(line.quantity_refunded) if line.quantity_refunded else 0,
        "price": number(price, step) if price % step else price / UNIT,
        "price_inc_tax": number(incl_tax, step) if incl_tax % step else incl_tax / UNIT,
        "attribute-set": fact.attribute_set if fact else "",
    }
    parent = ctx.products.get(parent_id) if parent_id else None
    if fact is not None or parent is not None:
        _describe(product, fact, parent, ctx)
    if line.options and ctx.settings.custom_options and (options := _options(line.options, ctx)):
        product["custom-options"] = options
    return product


def _describe(product: Document, fact: ProductFact | None, parent: ProductFact | None, ctx: Context) -> None:
    """Adds categories and mapped attributes of a product and of the configurable or bundle it was sold in."""
    names = fact.categories if fact else ()
    if parent and parent.categories != names:
        names = (*names, *[name for name in parent.categories if name not in names])
    if names:
        product["categories"] = [{"Name": ctx.text(name, "products.categories")} for name in names]
    if parent and parent.attributes and (above := labels(parent.attributes, ctx, "products.product_attributes")):
        product["product_attributes"] = above
    if fact and fact.attributes and (own := labels(fact.attributes, ctx, "products.product_attributes")):
        product["child_product_attributes" if parent else "product_attributes"] = own


def _options(options: tuple[Option, ...], ctx: Context) -> list[dict[str, str]]:
    result: list[dict[str, str]] = []
    for option in options:
        name = member_name(option.label, option.id)
        if not name:
            ctx.warn(KEY_DROPPED, "products.custom-options", f"The label is {option.label!r}.")
        elif option.value:
            result.append({name: ctx.text(option.value, "products.custom-options")})
    return result
