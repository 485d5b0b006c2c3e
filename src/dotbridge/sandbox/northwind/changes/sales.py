"""Changes of orders and carts: what customers, guests and the people in the warehouse do."""

from __future__ import annotations

from dotbridge.sandbox.northwind import fate
from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.changes.chosen import record
from dotbridge.sandbox.northwind.sales import buyers, fulfilment, orders, quotes, refunds
from dotbridge.sandbox.northwind.sales.baskets import Shelf
from dotbridge.sandbox.northwind.sales.lines import Pick
from dotbridge.sandbox.northwind.sales.orders import Buyer
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import CREDITMEMO, CUSTOMER, ORDER, QUOTE
from dotbridge.sandbox.northwind.views import BY_CODE, BY_ID, VIEWS, View

_CLEAN = "instr(email, '@') > 0"


def _buyer(session: Session, store: str | None, customer_id: int | None, guest_email: str | None) -> tuple[Buyer, View]:
    """The named customer or guest; by chance, three of four are customers."""
    if guest_email or (customer_id is None and session.chance.random() < 0.25):
        view = BY_CODE[store] if store else session.chance.choice(VIEWS)
        return buyers.guest(session, view, guest_email), view
    at_store = ("store_id = ?", BY_CODE[store].id) if store else ("1",)
    customer = record(session, CUSTOMER, customer_id, f"{_CLEAN} AND {at_store[0]}", *at_store[1:])
    view = BY_CODE[store] if store else BY_ID[customer["store_id"]]
    return buyers.registered(session, customer, view), view


def _picks(session: Session, view: View, skus: list[str] | None) -> list[Pick]:
    shelf = Shelf.of(session.connection)
    if skus:
        return [pick for sku in skus for pick in shelf.one(sku, session.chance)]
    return shelf.fill(session.chance, view)


def place_order(
    session: Session,
    *,
    store: str | None = None,
    customer_id: int | None = None,
    guest_email: str | None = None,
    skus: list[str] | None = None,
    coupon: str = "",
) -> Document:
    """An order with a cart before it."""
    buyer, view = _buyer(session, store, customer_id, guest_email)
    picks = _picks(session, view, skus)
    quote = quotes.create(session, view, picks, buyer=buyer)
    order = orders.place(session, view, buyer, picks, coupon=coupon, quote_id=quote["id"])
    session.save(ORDER, order)
    quotes.convert_to_order(session, quote, order)
    named = ("increment_id", "customer_email", "store_id", "grand_total", "order_currency_code")
    return {"order_id": order["entity_id"], "quote_id": quote["id"]} | {name: order[name] for name in named}


def advance(session: Session, *, order_id: int | None = None) -> Document:
    """The next step of an order: new → paid → sent."""
    order = record(session, ORDER, order_id, "state IN ('new', 'processing', 'holded')")
    if order["state"] == "holded":
        fulfilment.release(session, order)
        session.save(ORDER, order)
    elif order["state"] == "new":
        fate.take(session, order, "invoice")
    elif order["state"] == "processing":
        fate.take(session, order, "ship")
    return _told(order)


def refund(
    session: Session,
    *,
    order_id: int | None = None,
    whole: bool | None = None,
    quantities: dict[str, int] | None = None,
    adjustment: int = 0,
) -> Document:
    """Give back all, some, or these ``{line id: quantity}``; ``adjustment`` in cents of the base currency."""
    order = record(session, ORDER, order_id, "state IN ('processing', 'complete') AND total_paid > 0")
    if quantities:
        wanted = {int(item_id): quantity for item_id, quantity in quantities.items()}
        memo = refunds.refund(session, order, wanted, adjustment=adjustment)
    else:
        memo = fate.refund(session, order, whole=session.chance.random() < 0.4 if whole is None else whole)
    session.save(CREDITMEMO, memo)
    session.save(ORDER, order)
    return _told(order) | {"creditmemo_id": memo["entity_id"], "grand_total": memo["grand_total"]}


def cancel(session: Session, *, order_id: int | None = None) -> Document:
    order = record(session, ORDER, order_id, "state = 'new'")
    fate.take(session, order, "cancel")
    return _told(order)


def hold(session: Session, *, order_id: int | None = None) -> Document:
    order = record(session, ORDER, order_id, "state IN ('new', 'processing')")
    fate.take(session, order, "hold")
    return _told(order)


def comment_order(
    session: Session, *, order_id: int | None = None, text: str = "Checked by the packing bench"
) -> Document:
    """A comment without a change of status: ``updated_at`` stays."""
    order = record(session, ORDER, order_id)
    orders.comment(session, order, text, visible=1)
    session.save(ORDER, order)
    return _told(order)


def _told(order: Document) -> Document:
    return {"order_id": order["entity_id"], "state": order["state"], "status": order["status"]}


def new_cart(
    session: Session,
    *,
    store: str | None = None,
    customer_id: int | None = None,
    guest_email: str | None = None,
    skus: list[str] | None = None,
) -> Document:
    """A cart that nobody has ordered yet; left alone, it is an abandoned one."""
    buyer, view = _buyer(session, store, customer_id, guest_email)
    quote = quotes.create(session, view, _picks(session, view, skus), buyer=buyer)
    return {"quote_id": quote["id"], "email": buyer.email, "store_id": view.id}


def change_cart(session: Session, *, quote_id: int | None = None, sku: str | None = None) -> Document:
    """One thing more in an active cart: its ``updated_at`` moves."""
    quote = record(session, QUOTE, quote_id, "is_active = 1")
    view = BY_ID[quote["store_id"]]
    for pick in _picks(session, view, [sku] if sku else None)[:1]:
        quotes.add(session, quote, view, pick)
    quote["updated_at"] = session.at
    session.save(QUOTE, quote)
    return {"quote_id": quote["id"], "items_count": quote["items_count"]}
