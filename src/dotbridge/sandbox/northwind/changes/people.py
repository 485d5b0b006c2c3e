"""Changes of customers and subscriptions.

A profile saved through the customer repository moves the customer's ``updated_at``; an address saved from the
storefront and a newsletter choice do not.
"""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.changes.chosen import record
from dotbridge.sandbox.northwind.people import customers, names, newsletter
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import CUSTOMER, ORDER, QUOTE
from dotbridge.sandbox.northwind.views import BY_CODE, BY_ID, VIEWS

_CLEAN = "instr(email, '@') > 0"


def new_customer(
    session: Session, *, store: str | None = None, email: str | None = None, subscribed: bool | None = None
) -> Document:
    view = BY_CODE[store] if store else session.chance.choice(VIEWS)
    customer = customers.create(session, view, email=email)
    if subscribed if subscribed is not None else session.chance.random() < 0.5:
        newsletter.set_status(session, view, customer["email"], newsletter.SUBSCRIBED, customer_id=customer["id"])
    return {"customer_id": customer["id"], "email": customer["email"]}


def change_email(session: Session, *, customer_id: int | None = None, email: str | None = None) -> Document:
    """A new address; all orders of the customer get it too (1.3), and so do carts and the subscription."""
    customer = record(session, CUSTOMER, customer_id, _CLEAN)
    before = customer["email"]
    number = session.number("changed_email")
    customer["email"] = email or f"{names.plain(customer['firstname'])}.new{number}@example.org"
    customers.touch(session, customer)
    newsletter.rename(session, customer["id"], customer["email"])
    for table in (ORDER, QUOTE):
        query = f"SELECT entity_id FROM {table.name} WHERE customer_id = ?"  # noqa: S608 - our own words
        for (entity_id,) in session.connection.execute(query, (customer["id"],)).fetchall():
            owned = record(session, table, entity_id)
            owned |= {"customer_email": customer["email"], "updated_at": session.at}
            session.save(table, owned)
    return {"customer_id": customer["id"], "before": before, "email": customer["email"]}


def change_profile(session: Session, *, customer_id: int | None = None, **values: object) -> Document:
    """Top-level values (``firstname``, ``dob`` …) or custom attributes of the customer; a tier by chance."""
    customer = record(session, CUSTOMER, customer_id, _CLEAN)
    for name, value in (values or {"loyalty_tier": session.chance.choice("4567")}).items():
        (customer["custom"] if name in CUSTOMER.custom else customer)[name] = value
    customers.touch(session, customer)
    return {"customer_id": customer["id"]}


def save_address(session: Session, *, customer_id: int | None = None) -> Document:
    """Another address from the storefront account: ``updated_at`` stays."""
    customer = record(session, CUSTOMER, customer_id, _CLEAN)
    customers.add_address(session, customer, BY_ID[customer["store_id"]])
    session.save(CUSTOMER, customer)
    return {"customer_id": customer["id"]}


def subscribe(session: Session, *, customer_id: int | None = None) -> Document:
    return _choose(session, customer_id, newsletter.SUBSCRIBED)


def unsubscribe(session: Session, *, customer_id: int | None = None) -> Document:
    return _choose(session, customer_id, newsletter.UNSUBSCRIBED)


def _choose(session: Session, customer_id: int | None, status: int) -> Document:
    """A choice made on the storefront by somebody for whom it is a change: ``customer.updated_at`` stays."""
    known = "entity_id IN (SELECT customer_id FROM newsletter_subscriber WHERE subscriber_status = 1)"
    wanted = f"{_CLEAN} AND {'NOT ' if status == newsletter.SUBSCRIBED else ''}{known}"
    customer = record(session, CUSTOMER, customer_id, wanted)
    view = BY_ID[customer["store_id"]]
    newsletter.set_status(session, view, customer["email"], status, customer_id=customer["id"])
    return {"customer_id": customer["id"], "email": customer["email"]}


def delete_customer(session: Session, *, customer_id: int | None = None) -> Document:
    """The account goes; its orders stay without ``customer_id`` and with an unmoved ``updated_at``."""
    ordered = " AND entity_id IN (SELECT customer_id FROM sales_order)"
    customer = record(session, CUSTOMER, customer_id, _CLEAN + ordered)
    session.delete(CUSTOMER, customer["id"])
    newsletter.forget(session, customer["id"])
    session.connection.execute("DELETE FROM quote WHERE customer_id = ?", (customer["id"],))
    query = "SELECT entity_id FROM sales_order WHERE customer_id = ?"
    for (entity_id,) in session.connection.execute(query, (customer["id"],)).fetchall():
        order = record(session, ORDER, entity_id)
        order.pop("customer_id")
        session.save(ORDER, order)
    return {"customer_id": customer["id"], "email": customer["email"]}
