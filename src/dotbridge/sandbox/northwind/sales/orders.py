"""Placing an order, and how REST shows one (Magento 2 data, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import md5
from typing import Any

from dotbridge.sandbox.northwind.amounts import Document, amount, cents, convert, portion
from dotbridge.sandbox.northwind.catalogue import stock
from dotbridge.sandbox.northwind.sales import lines
from dotbridge.sandbox.northwind.sales.lines import Counter, Pick
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import GLOBAL_CURRENCY, View

COUPONS = {"TRAIL10": ("1", 10), "SUMMIT20": ("2", 20)}
"""Coupon → rule and per cent."""
_PAYMENTS = (
    ("checkmo", "Check / Money order"),
    ("banktransfer", "Bank Transfer Payment"),
    ("cashondelivery", "Cash On Delivery"),
)
_SHIPPING = 495


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders: a customer record, or a guest with an e-mail and an address of their own."""

    email: str
    firstname: str
    lastname: str
    address: Document
    customer: Document | None = None


def place(
    session: Session,
    view: View,
    buyer: Buyer,
    picks: list[Pick],
    *,
    coupon: str = "",
    quote_id: int = 0,
    note: str = "",
) -> Document:
    """A new order in state ``new``; its stock is reserved."""
    order_id = session.number("order")
    rule_id, percent = COUPONS.get(coupon, ("", 0))
    counter = Counter(session, view, order_id, percent, rule_id)
    items = [line for pick in picks for line in lines.ring_up(counter, pick)]
    order = _head(session, view, order_id, items) | {"quote_id": quote_id or session.number("quote")}
    if coupon:
        order |= {
            "coupon_code": coupon,
            "applied_rule_ids": rule_id,
            "discount_description": f"{percent}% with {coupon}",
        }
    order |= _currencies(view) | _buyer(buyer) | _quantities(items)
    order |= _totals(order, items, view)
    if note:
        order["customer_note"] = note
        comment(session, order, note, notified=2)
    _addresses(session, order, buyer)
    _payment(session, order)
    order["extension_attributes"] |= _taxes(order, view)
    for line in lines.stocked(items):
        stock.reserve(session, line["sku"], view.website, line["qty_ordered"])
    return order


def _head(session: Session, view: View, order_id: int, items: list[Document]) -> Document:
    serial = session.number(f"order_increment_{view.id}")
    return {
        "entity_id": order_id,
        "increment_id": f"{serial:09d}" if view.id == 1 else f"{view.id}{serial:09d}",
        "created_at": session.at,
        "updated_at": session.at,
        "state": "new",
        "status": "pending",
        "store_id": view.id,
        "store_name": view.store_name,
        "is_virtual": int(all(line["is_virtual"] for line in items)),
        "remote_ip": f"203.0.113.{session.chance.randint(1, 254)}",
        "protect_code": md5(f"northwind {order_id}".encode(), usedforsecurity=False).hexdigest(),
        "items": items,
        "status_histories": [],
    }


def _currencies(view: View) -> Document:
    return {
        "base_currency_code": view.base_currency,
        "global_currency_code": GLOBAL_CURRENCY,
        "order_currency_code": view.currency,
        "store_currency_code": view.base_currency,
        "base_to_global_rate": view.website.to_global_rate,
        "base_to_order_rate": view.rate,
    }


def _buyer(buyer: Buyer) -> Document:
    customer = buyer.customer or {}
    who: Document = {
        "customer_email": buyer.email,
        "customer_firstname": buyer.firstname,
        "customer_lastname": buyer.lastname,
        "customer_group_id": customer.get("group_id", 0),
        "customer_is_guest": 0 if buyer.customer else 1,
    }
    if buyer.customer:
        who["customer_id"] = customer["id"]
    for name in ("gender", "middlename", "prefix", "taxvat"):
        if name in customer:
            who[f"customer_{name}"] = customer[name]
    if "dob" in customer:
        who["customer_dob"] = f"{customer['dob']} 00:00:00"
    return who


def _quantities(items: list[Document]) -> Document:
    tops = [line for line in items if "parent_item_id" not in line]
    return {
        "total_item_count": len(tops),
        "total_qty_ordered": sum(line["qty_ordered"] for line in tops),
        "weight": round(sum(line.get("row_weight", 0) for line in tops), 2),
    }


_NOTHING = ["shipping_discount_amount", "shipping_tax_amount", "discount_tax_compensation_amount"]


def _totals(order: Document, items: list[Document], view: View) -> Document:
    totals: Document = {}
    priced = lines.priced(items)
    for prefix, rate in (("base_", 1.0), ("", view.rate)):

        def total(name: str, prefix: str = prefix) -> int:
            return sum(cents(line[prefix + name]) for line in priced)

        discount, tax = total("discount_amount"), total("tax_amount")
        subtotal = total("row_total") + discount
        shipping = 0 if order["is_virtual"] else convert(_SHIPPING, rate)
        including = subtotal + sum(
            portion(cents(line[f"{prefix}row_total"]) + cents(line[f"{prefix}discount_amount"]), view.tax)
            for line in priced
        )
        grand = subtotal - discount + tax + shipping
        figures = dict.fromkeys(_NOTHING, 0) | {
            "subtotal": subtotal,
            "subtotal_incl_tax": including,
            "discount_amount": -discount,
            "tax_amount": tax,
            "shipping_amount": shipping,
            "shipping_incl_tax": shipping,
            "grand_total": grand,
            "total_due": grand,
        }
        totals |= {prefix + name: amount(value) for name, value in figures.items()}
    totals |= {"base_shipping_discount_tax_compensation_amnt": 0, "shipping_discount_tax_compensation_amount": 0}
    if not order["is_virtual"]:
        totals["shipping_description"] = "Flat Rate - Fixed"
    return totals


def _addresses(session: Session, order: Document, buyer: Buyer) -> None:
    shared = {name: value for name, value in buyer.address.items() if name not in {"id", "country"}}
    shared |= {"email": buyer.email, "firstname": buyer.firstname, "lastname": buyer.lastname}
    shared["parent_id"] = order["entity_id"]
    shipping: Document = {}
    if not order["is_virtual"]:
        address = {"address_type": "shipping", "entity_id": session.number("order_address")}
        shipping = {"address": shared | address, "method": "flatrate_flatrate"}
    order["billing_address_id"] = session.number("order_address")
    order["billing_address"] = shared | {"address_type": "billing", "entity_id": order["billing_address_id"]}
    order["extension_attributes"] = {"shipping_assignments": [{"shipping": shipping}], "converting_from_quote": True}


def order_address(customer: Document, address: Document) -> Document:
    """An address of the customer's book as orders carry it: British and Irish ones have no region (3.3)."""
    names = ("city", "country_id", "postcode", "street", "telephone", "company")
    copied = {name: address[name] for name in names if name in address} | {"customer_address_id": address["id"]}
    if address["region_id"]:
        copied |= address["region"]
    return copied | {"firstname": customer["firstname"], "lastname": customer["lastname"]}


def _payment(session: Session, order: Document) -> None:
    method, title = session.chance.choice(_PAYMENTS)
    order["payment"] = {
        "account_status": None,
        "additional_information": [title],
        "cc_last4": None,
        "entity_id": order["entity_id"],
        "parent_id": order["entity_id"],
        "method": method,
        "amount_ordered": order["grand_total"],
        "base_amount_ordered": order["base_grand_total"],
        "shipping_amount": order["shipping_amount"],
        "base_shipping_amount": order["base_shipping_amount"],
    }
    order["extension_attributes"]["payment_additional_info"] = [{"key": "method_title", "value": title}]


def _taxes(order: Document, view: View) -> Document:
    code = f"VAT {view.country}" if view.country != "US" else "Sales tax US"
    tax = {"code": code, "title": code, "percent": view.tax, "amount": order["tax_amount"]}
    applied = [tax | {"base_amount": order["base_tax_amount"]}]
    return {"applied_taxes": applied, "item_applied_taxes": [{"type": "product", "applied_taxes": applied}]}


def comment(
    session: Session, order: Document, text: str, *, entity: str = "order", notified: int = 0, visible: int = 0
) -> None:
    """Add to the order's history; a comment alone does not move ``updated_at`` (1.3)."""
    order["status_histories"].append(
        {
            "comment": text,
            "created_at": session.at,
            "entity_id": session.number("status_history"),
            "entity_name": entity,
            "is_customer_notified": notified,
            "is_visible_on_front": visible,
            "parent_id": order["entity_id"],
            "status": order["status"],
        }
    )


_SHIPPING_TOTAL_TEXT = (
    "base_shipping_amount base_shipping_discount_amount base_shipping_discount_tax_compensation_amnt "
    "base_shipping_incl_tax base_shipping_tax_amount shipping_amount shipping_discount_amount "
    "shipping_discount_tax_compensation_amount shipping_incl_tax shipping_tax_amount "
    "base_shipping_invoiced shipping_invoiced base_shipping_canceled shipping_canceled "
    "base_shipping_refunded shipping_refunded base_shipping_tax_refunded shipping_tax_refunded"
)
_SHIPPING_TOTAL = tuple(_SHIPPING_TOTAL_TEXT.split())


def shown(order: Document) -> Document:
    """The order as REST shows it: children embed their parent, the shipping assignment repeats the lines."""
    by_id = {line["item_id"]: line for line in order["items"]}
    items: list[dict[str, Any]] = [
        line | {"parent_item": by_id[line["parent_item_id"]]} if "parent_item_id" in line else line
        for line in order["items"]
    ]
    extension = order["extension_attributes"]
    total = {name: order[name] for name in _SHIPPING_TOTAL if name in order}
    shipping = extension["shipping_assignments"][0]["shipping"] | {"total": total}
    assignments = [{"shipping": shipping, "items": items}]
    return order | {"items": items, "extension_attributes": extension | {"shipping_assignments": assignments}}
