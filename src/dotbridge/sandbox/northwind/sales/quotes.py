"""Carts: kept as few facts, shown as REST shows them, with totals computed on reading (Magento 2 data, 3.6)."""

from __future__ import annotations

import orjson

from dotbridge.sandbox.northwind.amounts import Document, amount, cents, convert, portion
from dotbridge.sandbox.northwind.catalogue import products, words
from dotbridge.sandbox.northwind.sales.lines import Pick
from dotbridge.sandbox.northwind.sales.orders import Buyer
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import QUOTE
from dotbridge.sandbox.northwind.views import BY_ID, GLOBAL_CURRENCY, View


def create(
    session: Session, view: View, picks: list[Pick], *, buyer: Buyer | None, shipping_email: bool = False
) -> Document:
    """A new active cart, saved. Without a buyer nobody knows whose it is.

    ``shipping_email`` is a guest who typed only the e-mail so far: it stands in the shipping address alone.
    """
    quote_id = session.number("quote")
    quote: Document = {
        "id": quote_id,
        "created_at": session.at,
        "updated_at": session.at,
        "is_active": 1,
        "is_virtual": int(bool(picks) and all(pick.product["type_id"] == "virtual" for pick in picks)),
        "store_id": view.id,
        "customer_is_guest": int(buyer is None or buyer.customer is None),
        "customer_email": buyer.email if buyer else None,
        "customer_id": buyer.customer["id"] if buyer and buyer.customer else None,
        "masked_id": f"{session.chance.getrandbits(128):032x}",
        "items": [],
        "billing": None,
        "shipping": None,
        "address_ids": [session.number("quote_address"), session.number("quote_address")],
    }
    if buyer:
        _addresses(quote, buyer, shipping_email=shipping_email)
    for pick in picks:
        add(session, quote, view, pick)
    session.save(QUOTE, quote)
    return quote


def _addresses(quote: Document, buyer: Buyer, *, shipping_email: bool) -> None:
    full = buyer.address | {"firstname": buyer.firstname, "lastname": buyer.lastname, "email": buyer.email}
    if buyer.customer and not buyer.customer["addresses"]:
        full = {"email": buyer.email}
    quote["shipping"] = {"email": buyer.email} if shipping_email else full
    quote["billing"] = None if shipping_email else full


def add(session: Session, quote: Document, view: View, pick: Pick) -> None:
    """Put a pick into the cart; ``items_count`` counts lines, ``items_qty`` pieces."""
    child = pick.child or pick.product
    price = products.price_on(child, view, session.at[:10])
    if pick.parts:
        price = sum(
            products.price_on(product, view, session.at[:10]) * selection["qty"]
            for (_, selection), product in zip(pick.parts, pick.part_products, strict=True)
        )
    options = [
        {"value": str(value), "label": option["title"]} for option, value in pick.options if isinstance(value, str)
    ]
    if pick.child:
        custom = pick.child["custom"]
        options = [
            {"value": words.COLOURS[custom["color"]][0], "label": "Colour"},
            {"value": words.SIZES[custom["size"]], "label": "Size"},
        ]
    quote["items"].append(
        {
            "item_id": session.number("quote_item"),
            "sku": child["sku"],
            "qty": pick.quantity,
            "name": products.value(pick.product, view, "name"),
            "price": amount(convert(price, view.rate)),
            "base_price": amount(price),
            "product_type": pick.product["type_id"],
            "options": options,
        }
    )
    quote["items_count"] = len(quote["items"])
    quote["items_qty"] = sum(item["qty"] for item in quote["items"])
    _collect(quote, view)


def _collect(quote: Document, view: View) -> None:
    subtotal = sum(cents(item["price"]) * item["qty"] for item in quote["items"])
    tax = sum(portion(cents(item["price"]) * item["qty"], view.tax) for item in quote["items"])
    quote |= {"subtotal": amount(subtotal), "grand_total": amount(subtotal + tax)}


def shown(quote: Document, customer: Document | None, scope_store_id: int | None = None) -> Document:
    """The cart as REST shows it; a single read under a store's scope tells that store's id (3.6).

    ``customer`` is the customer as the customer service shows it. A guest's e-mail appears only in the addresses.
    """
    view = BY_ID[quote["store_id"]]
    items = [_item(quote, item) for item in quote["items"]]
    answer = {name: quote[name] for name in ("id", "created_at", "updated_at")}
    answer |= {name: bool(quote[name]) for name in ("is_active", "is_virtual", "customer_is_guest")}
    for name in ("converted_at",):
        if quote.get(name):
            answer[name] = quote[name]
    if quote.get("reserved_order_id"):
        answer["reserved_order_id"] = quote["reserved_order_id"]
    assignment = {"shipping": {"address": _address(quote, 1), "method": None}, "items": items}
    return answer | {
        "items": items,
        "items_count": quote.get("items_count", 0),
        "items_qty": quote.get("items_qty", 0),
        "customer": customer or {"email": None, "firstname": None, "lastname": None},
        "billing_address": _address(quote, 0),
        "orig_order_id": 0,
        "currency": _currency(view),
        "customer_note_notify": True,
        "customer_tax_class_id": 3,
        "store_id": scope_store_id or quote["store_id"],
        "extension_attributes": {"shipping_assignments": [assignment] if items else []},
    }


def _item(quote: Document, item: Document) -> Document:
    names = ("item_id", "sku", "qty", "name", "price", "product_type")
    return {name: item[name] for name in names} | {"quote_id": str(quote["id"])}


def _currency(view: View) -> Document:
    codes = dict.fromkeys(("base_currency_code", "store_currency_code"), view.base_currency)
    codes |= {"global_currency_code": GLOBAL_CURRENCY, "quote_currency_code": view.currency}
    rates = {"base_to_global_rate": view.website.to_global_rate, "base_to_quote_rate": view.rate}
    return codes | {"store_to_base_rate": 0, "store_to_quote_rate": 0} | rates


def _address(quote: Document, which: int) -> Document:
    kept = quote["shipping" if which else "billing"] or {}
    empty = dict.fromkeys(("region", "region_id", "region_code", "country_id"))
    empty |= {"street": [""], **dict.fromkeys(("telephone", "postcode", "city", "firstname", "lastname", "email"))}
    address = empty | kept
    if quote["customer_id"] and not kept.get("email"):
        address["email"] = quote["customer_email"]
    if kept:
        address |= {"id": quote["address_ids"][which], "same_as_billing": which, "save_in_address_book": 0}
        if quote["customer_id"]:
            address["customer_id"] = quote["customer_id"]
    return address


def totals(quote: Document) -> Document:
    """The answer of ``carts/{id}/totals``; options are a JSON text inside (3.6)."""
    view = BY_ID[quote["store_id"]]
    lines = [_total_line(item, view) for item in quote["items"]]
    answer: Document = {"base_currency_code": view.base_currency, "quote_currency_code": view.currency}
    for prefix in ("base_", ""):
        subtotal = sum(cents(line[f"{prefix}row_total"]) for line in lines)
        tax = sum(cents(line[f"{prefix}tax_amount"]) for line in lines)
        for name, value in (("subtotal", subtotal), ("subtotal_with_discount", subtotal), ("tax_amount", tax)):
            answer[prefix + name] = amount(value)
        answer[f"{prefix}grand_total"] = amount(subtotal + tax)
        nothing = "discount_amount shipping_amount shipping_discount_amount shipping_tax_amount shipping_incl_tax"
        answer |= {prefix + name: 0 for name in nothing.split()}
    answer |= {"weee_tax_applied_amount": None, "subtotal_incl_tax": answer["grand_total"], "items": lines}
    answer |= {"items_qty": quote.get("items_qty", 0), "total_segments": _segments(answer, view)}
    return answer


def _total_line(item: Document, view: View) -> Document:
    line: Document = {"item_id": item["item_id"], "name": item["name"], "qty": item["qty"], "tax_percent": view.tax}
    for prefix in ("base_", ""):
        price = cents(item[f"{prefix}price"])
        row, tax = price * item["qty"], portion(price * item["qty"], view.tax)
        line |= {f"{prefix}price": amount(price), f"{prefix}row_total": amount(row), f"{prefix}tax_amount": amount(tax)}
        line |= {f"{prefix}discount_amount": 0, f"{prefix}price_incl_tax": amount(price + portion(price, view.tax))}
        line[f"{prefix}row_total_incl_tax"] = amount(row + tax)
    line |= {"row_total_with_discount": 0, "discount_percent": 0, "options": orjson.dumps(item["options"]).decode()}
    return line | {"weee_tax_applied_amount": None, "weee_tax_applied": None}


def _segments(answer: Document, view: View) -> list[Document]:
    title = "Sales tax US" if view.country == "US" else f"VAT {view.country}"
    rates = [{"percent": str(view.tax), "title": title}]
    details = [{"amount": answer["tax_amount"], "rates": rates, "group_id": 1}]
    tax = {"code": "tax", "title": "Tax", "value": answer["tax_amount"]}
    return [
        {"code": "subtotal", "title": "Subtotal", "value": answer["subtotal"]},
        {"code": "shipping", "title": "Shipping & Handling", "value": 0},
        tax | {"extension_attributes": {"tax_grandtotal_details": details if answer["tax_amount"] else []}},
        {"code": "grand_total", "title": "Grand Total", "value": answer["grand_total"], "area": "footer"},
    ]


def convert_to_order(session: Session, quote: Document, order: Document) -> None:
    """The cart became an order: it is no longer active and names the order."""
    quote |= {"is_active": 0, "reserved_order_id": order["increment_id"], "updated_at": session.at}
    quote["converted_at"] = session.at
    session.save(QUOTE, quote)
