"""What becomes of an order: invoice, shipment, cancellation, hold. Each moves the order's ``updated_at`` (1.3)."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document, amount, cents
from dotbridge.sandbox.northwind.catalogue import stock
from dotbridge.sandbox.northwind.sales import lines
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import BY_ID

_COMPENSATION = "discount_tax_compensation"


def _moved(session: Session, order: Document) -> None:
    order["updated_at"] = session.at
    for line in order["items"]:
        line["updated_at"] = session.at


def invoice(session: Session, order: Document) -> Document:
    """Bill the whole order and take the money; the answer is the invoice."""
    for line in order["items"]:
        line["qty_invoiced"] = line["qty_ordered"]
        line["weee_tax_applied"] = "[]"
        for prefix in ("base_", ""):
            row = cents(line[f"{prefix}row_total"]) + cents(line[f"{prefix}discount_amount"])
            line[f"{prefix}row_invoiced"] = amount(row)
            line[f"{prefix}tax_invoiced"] = line.get(f"{prefix}tax_amount", 0)
            line[f"{prefix}discount_invoiced"] = line[f"{prefix}discount_amount"]
            line[f"{prefix}{_COMPENSATION}_invoiced"] = 0
    for prefix in ("base_", ""):
        order[f"{prefix}{_COMPENSATION}_invoiced"] = 0
        for name in ("discount", "shipping", "tax"):
            order[f"{prefix}{name}_invoiced"] = order[f"{prefix}{name}_amount"]
        order[f"{prefix}subtotal_invoiced"] = order[f"{prefix}subtotal"]
        order[f"{prefix}total_invoiced"] = order[f"{prefix}total_paid"] = order[f"{prefix}grand_total"]
        order[f"{prefix}total_due"] = 0
        order["payment"][f"{prefix}amount_paid"] = order[f"{prefix}grand_total"]
        order["payment"][f"{prefix}shipping_captured"] = order[f"{prefix}shipping_amount"]
    cost = sum(cents(line.get("base_cost")) * line["qty_ordered"] for line in lines.stocked(order["items"]))
    order["base_total_invoiced_cost"] = amount(cost)
    order["state"] = order["status"] = "complete" if order["is_virtual"] else "processing"
    _moved(session, order)
    return _invoice_record(session, order)


def head(session: Session, order: Document, kind: str) -> Document:
    """What invoice, shipment and credit memo have in common: id, increment, order, store, addresses, times."""
    entity_id = session.number(kind)
    serial = session.number(f"{kind}_increment_{order['store_id']}")
    made: Document = {
        "entity_id": entity_id,
        "increment_id": f"{serial:09d}" if order["store_id"] == 1 else f"{order['store_id']}{serial:09d}",
        "order_id": order["entity_id"],
        "store_id": order["store_id"],
        "billing_address_id": order["billing_address_id"],
        "created_at": session.at,
        "updated_at": session.at,
    }
    shipping = order["extension_attributes"]["shipping_assignments"][0]["shipping"]
    if shipping:
        made["shipping_address_id"] = shipping["address"]["entity_id"]
    return made


_CURRENCIES = ["base_currency_code", "global_currency_code", "order_currency_code", "store_currency_code"]
CURRENCY_MEMBERS = (*_CURRENCIES, "base_to_global_rate", "base_to_order_rate")
_INVOICED = (
    *("discount_amount", "grand_total", "discount_tax_compensation_amount", "shipping_amount", "shipping_incl_tax"),
    *("shipping_tax_amount", "subtotal", "subtotal_incl_tax", "tax_amount"),
)


def _invoice_record(session: Session, order: Document) -> Document:
    made = head(session, order, "invoice")
    made |= {name: order[name] for name in CURRENCY_MEMBERS}
    made |= {prefix + name: order[prefix + name] for name in _INVOICED for prefix in ("base_", "")}
    if "discount_description" in order:
        made["discount_description"] = order["discount_description"]
    made |= {"base_shipping_discount_tax_compensation_amnt": 0, "shipping_discount_tax_compensation_amount": 0}
    made |= {"can_void_flag": 0, "state": 2, "total_qty": order["total_qty_ordered"], "comments": []}
    made["items"] = [
        document_line(session, line, line["qty_ordered"], "invoice_item", made["entity_id"]) for line in order["items"]
    ]
    return made


_LINE_AMOUNTS = f"price price_incl_tax row_total row_total_incl_tax tax_amount {_COMPENSATION}_amount".split()


def document_line(session: Session, line: Document, quantity: int, kind: str, parent_id: int) -> Document:
    """A line of an invoice or credit memo: rows before discount, in proportion to the quantity."""
    made: Document = {
        "entity_id": session.number(kind),
        "parent_id": parent_id,
        "order_item_id": line["item_id"],
        "product_id": line["product_id"],
        "sku": line["sku"],
        "name": line["name"],
        "qty": quantity,
        "price": line["price"],
        "base_price": line["base_price"],
    }
    if "base_cost" in line:
        made["base_cost"] = line["base_cost"]
    if "tax_amount" not in line or line["product_type"] == "bundle":
        return made
    for prefix in ("base_", ""):
        row = cents(line[f"{prefix}price"]) * quantity
        tax = cents(line[f"{prefix}tax_amount"]) * quantity // line["qty_ordered"]
        values = (
            line[f"{prefix}price"],
            line[f"{prefix}price_incl_tax"],
            amount(row),
            amount(row + tax),
            amount(tax),
            0,
        )
        made |= {prefix + name: value for name, value in zip(_LINE_AMOUNTS, values, strict=True)}
        if line["discount_amount"]:
            discount = cents(line[f"{prefix}discount_amount"]) * quantity // line["qty_ordered"]
            made[f"{prefix}discount_amount"] = amount(discount)
    return made


def ship(session: Session, order: Document, *, whole: bool = True) -> Document:
    """Send what is not sent yet, or only the first line of it; the answer is the shipment."""
    website = BY_ID[order["store_id"]].website
    sent = [line for line in order["items"] if not line["is_virtual"] and line["qty_shipped"] < line["qty_ordered"]]
    carried = [line for line in sent if "parent_item_id" not in line]
    for line in carried if whole else carried[:1]:
        _send(session, order, line)
    shipped = carried if whole else carried[:1]
    for line in lines.stocked(order["items"]):
        if line in shipped or any(line.get("parent_item_id") == parent["item_id"] for parent in shipped):
            stock.take(session, line["sku"], website, line["qty_ordered"])
    remaining = [line for line in sent if "parent_item_id" not in line and line["qty_shipped"] < line["qty_ordered"]]
    if not remaining and "total_paid" in order:
        order["state"] = order["status"] = "complete"
    _moved(session, order)
    made = head(session, order, "shipment")
    if "customer_id" in order:
        made["customer_id"] = order["customer_id"]
    made |= {"packages": [], "comments": [], "total_qty": sum(line["qty_ordered"] for line in shipped)}
    made["items"] = [_shipment_line(session, line, made["entity_id"]) for line in shipped]
    made["tracks"] = [track(session, made)]
    made["extension_attributes"] = {"source_code": website.source_code}
    return made


def _send(session: Session, order: Document, line: Document) -> None:
    line["qty_shipped"] = line["qty_ordered"]
    line["updated_at"] = session.at
    if line["product_type"] == "bundle":
        for part in order["items"]:
            if part.get("parent_item_id") == line["item_id"]:
                part["qty_shipped"] = part["qty_ordered"]


def _shipment_line(session: Session, line: Document, parent_id: int) -> Document:
    names = ("name", "price", "product_id", "sku", "weight")
    copied = {name: line[name] for name in names if name in line}
    ids = {"entity_id": session.number("shipment_item"), "parent_id": parent_id, "order_item_id": line["item_id"]}
    return copied | ids | {"qty": line["qty_ordered"]}


def track(session: Session, shipment: Document) -> Document:
    """A tracking number; adding one later moves neither order nor shipment (1.3)."""
    return {
        "order_id": shipment["order_id"],
        "parent_id": shipment["entity_id"],
        "entity_id": session.number("shipment_track"),
        "created_at": session.at,
        "updated_at": session.at,
        "weight": None,
        "qty": None,
        "description": None,
        "track_number": f"NW{session.chance.randint(10**8, 10**9 - 1)}",
        "title": session.chance.choice(("Fell Runner Parcels", "Harbour Post")),
        "carrier_code": "custom",
    }


def cancel(session: Session, order: Document) -> None:
    """Cancel what was not invoiced; reserved stock is free again."""
    website = BY_ID[order["store_id"]].website
    for line in order["items"]:
        line["qty_canceled"] = 0 if line["product_type"] == "bundle" else line["qty_ordered"]
        if "tax_amount" in line:
            line["tax_canceled"] = line["tax_amount"]
        line[f"{_COMPENSATION}_canceled"] = 0
    for prefix in ("base_", ""):
        for name in ("shipping", "tax"):
            order[f"{prefix}{name}_canceled"] = order[f"{prefix}{name}_amount"]
        order[f"{prefix}discount_canceled"] = amount(abs(cents(order[f"{prefix}discount_amount"])))
        order[f"{prefix}subtotal_canceled"] = order[f"{prefix}subtotal"]
        order[f"{prefix}total_canceled"] = order[f"{prefix}grand_total"]
    for line in lines.stocked(order["items"]):
        stock.reserve(session, line["sku"], website, -line["qty_ordered"])
    order["state"] = order["status"] = "canceled"
    _moved(session, order)


def hold(session: Session, order: Document) -> None:
    order |= {"hold_before_state": order["state"], "hold_before_status": order["status"]}
    order["state"] = order["status"] = "holded"
    _moved(session, order)


def release(session: Session, order: Document) -> None:
    order["state"], order["status"] = order.pop("hold_before_state"), order.pop("hold_before_status")
    _moved(session, order)


def mark(session: Session, order: Document, status: str) -> None:
    """Give the order another status of its state, as a merchant's own workflow does."""
    order["status"] = status
    _moved(session, order)
