"""Credit memos: partial and full refunds, on the order and on its lines (Magento 2 data, 3.3, 3.4)."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document, amount, cents, convert
from dotbridge.sandbox.northwind.sales import fulfilment, lines, orders
from dotbridge.sandbox.northwind.shop import Session

_SYMBOLS = {"GBP": "£", "USD": "$"}


def refundable(order: Document) -> dict[int, int]:
    """Line id → quantity that can still be refunded."""
    left = {line["item_id"]: line["qty_invoiced"] - line["qty_refunded"] for line in lines.priced(order["items"])}
    return {item_id: quantity for item_id, quantity in left.items() if quantity > 0}


def refund(
    session: Session, order: Document, quantities: dict[int, int], *, adjustment: int = 0, reason: str = ""
) -> Document:
    """Refund these quantities and ``adjustment`` base cents more (or less); shipping goes back with the last line.

    The answer is the credit memo. When nothing is left to refund the order is closed.
    """
    whole = quantities == refundable(order)
    made = fulfilment.head(session, order, "creditmemo")
    made |= {name: order[name] for name in fulfilment.CURRENCY_MEMBERS}
    if "discount_description" in order:
        made["discount_description"] = order["discount_description"]
    chosen = [(line, quantities[line["item_id"]]) for line in order["items"] if line["item_id"] in quantities]
    made["items"] = _items(session, order, quantities, made["entity_id"])
    for prefix in ("base_", ""):
        rate = 1.0 if prefix else order["base_to_order_rate"]
        change = convert(abs(adjustment), rate) * (1 if adjustment >= 0 else -1)
        figures = _figures(order, chosen, prefix, change, whole=whole)
        made |= {prefix + name: amount(value) for name, value in figures.items()}
        _book(order, prefix, figures)
    if adjustment:
        name = "adjustment_positive" if adjustment > 0 else "adjustment_negative"
        made |= {prefix + name: abs(made[f"{prefix}adjustment"]) for prefix in ("base_", "")}
    made |= {"state": 2, "comments": [_comment(session, made, reason)] if reason else []}
    _book_lines(order, chosen)
    if whole:
        order["state"] = order["status"] = "closed"
    order["customer_note_notify"] = 0
    symbol = _SYMBOLS.get(order["base_currency_code"], "")
    orders.comment(session, order, f"We refunded {symbol}{made['base_grand_total']:.2f} offline.", entity="creditmemo")
    order["updated_at"] = session.at
    return made


def _comment(session: Session, memo: Document, reason: str) -> Document:
    return {
        "comment": reason,
        "created_at": session.at,
        "entity_id": session.number("creditmemo_comment"),
        "is_customer_notified": 0,
        "is_visible_on_front": 1,
        "parent_id": memo["entity_id"],
    }


def _items(session: Session, order: Document, quantities: dict[int, int], memo_id: int) -> list[Document]:
    """The refunded lines with the parent of a bundle and the child of a configurable beside them."""
    parents = {line["item_id"]: line.get("parent_item_id") for line in order["items"]}
    made = []
    for line in order["items"]:
        parts = [
            quantities[item] for item, parent in parents.items() if parent == line["item_id"] and item in quantities
        ]
        quantity = (
            quantities.get(line["item_id"]) or quantities.get(line.get("parent_item_id", 0)) or min(parts, default=0)
        )
        if not quantity:
            continue
        item = fulfilment.document_line(session, line, quantity, "creditmemo_item", memo_id)
        below = [child.get("base_cost") for child in order["items"] if child.get("parent_item_id") == line["item_id"]]
        item.setdefault("base_cost", amount(sum(cents(cost) for cost in below)))
        if "tax_amount" in item:
            item |= {"weee_tax_applied": "[]", "weee_tax_applied_row_amount": 0}
            item |= {"weee_tax_row_disposition": 0, "base_weee_tax_row_disposition": 0}
        made.append(item)
    return made


def _share(line: Document, name: str, quantity: int) -> int:
    """The part of a line's amount that goes back with so many of it; the last one takes what rounding left."""
    full, gone, ordered = cents(line[name]), int(line["qty_refunded"]), int(line["qty_ordered"])
    return full * (gone + quantity) // ordered - full * gone // ordered


def _figures(
    order: Document, chosen: list[tuple[Document, int]], prefix: str, adjustment: int, *, whole: bool
) -> dict[str, int]:
    subtotal = sum(cents(line[f"{prefix}price"]) * quantity for line, quantity in chosen)
    tax = sum(_share(line, f"{prefix}tax_amount", quantity) for line, quantity in chosen)
    discount = sum(_share(line, f"{prefix}discount_amount", quantity) for line, quantity in chosen)
    including = sum(cents(line[f"{prefix}price_incl_tax"]) * quantity for line, quantity in chosen)
    shipping = cents(order[f"{prefix}shipping_amount"]) if whole else 0
    return {
        "adjustment": adjustment,
        "discount_amount": -discount,
        "discount_tax_compensation_amount": 0,
        "grand_total": subtotal - discount + tax + shipping + adjustment,
        "shipping_amount": shipping,
        "shipping_incl_tax": shipping,
        "shipping_tax_amount": 0,
        "subtotal": subtotal,
        "subtotal_incl_tax": including,
        "tax_amount": tax,
    }


def _book(order: Document, prefix: str, figures: dict[str, int]) -> None:
    """Add the memo's figures to what the order has refunded so far."""
    booked = {
        "adjustment_negative": max(-figures["adjustment"], 0),
        "adjustment_positive": max(figures["adjustment"], 0),
        "discount_refunded": figures["discount_amount"],
        "discount_tax_compensation_refunded": 0,
        "shipping_refunded": figures["shipping_amount"],
        "shipping_tax_refunded": 0,
        "subtotal_refunded": figures["subtotal"],
        "tax_refunded": figures["tax_amount"],
        "total_offline_refunded": figures["grand_total"],
        "total_refunded": figures["grand_total"],
    }
    for name, value in booked.items():
        order[prefix + name] = amount(cents(order.get(prefix + name)) + value)
    payment = order["payment"]
    payment[f"{prefix}amount_refunded"] = order[f"{prefix}total_refunded"]
    payment[f"{prefix}shipping_refunded"] = order[f"{prefix}shipping_refunded"]


def _book_lines(order: Document, chosen: list[tuple[Document, int]]) -> None:
    for line, quantity in chosen:
        for prefix in ("base_", ""):
            back = cents(line[f"{prefix}price"]) * quantity
            line[f"{prefix}amount_refunded"] = amount(cents(line[f"{prefix}amount_refunded"]) + back)
            for name in ("tax", "discount"):
                share = _share(line, f"{prefix}{name}_amount", quantity)
                line[f"{prefix}{name}_refunded"] = amount(cents(line.get(f"{prefix}{name}_refunded")) + share)
            line[f"{prefix}discount_tax_compensation_refunded"] = 0
        line["qty_refunded"] += quantity
    refunded = {line["item_id"]: line["qty_refunded"] for line, _ in chosen}
    for line in order["items"]:
        if line.get("parent_item_id") in refunded:
            line["qty_refunded"] = refunded[line["parent_item_id"]]
