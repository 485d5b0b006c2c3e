"""Answers about customers: search, single read, writes, groups, attribute definitions (3.1, 3.2)."""

from __future__ import annotations

from typing import Any

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.people import attributes, customers, names, newsletter
from dotbridge.sandbox.northwind.rest.call import Call, as_is, unknown_attribute
from dotbridge.sandbox.northwind.rest.errors import RestError, no_entity, required
from dotbridge.sandbox.northwind.shop import Session, load
from dotbridge.sandbox.northwind.tables import CUSTOMER, GROUP, ORDER, QUOTE
from dotbridge.sandbox.northwind.views import BY_ID, DEFAULT_VIEW

_WRITABLE = frozenset({"email", "firstname", "lastname", "middlename", "prefix", "dob", "gender", "taxvat", "group_id"})
_REQUIRED = (("firstname", "First Name"), ("lastname", "Last Name"))


def search(call: Call) -> Document:
    """A page of customers; the scope does not matter, the subscription is looked up by e-mail over all websites."""

    def show(records: list[Document]) -> list[Document]:
        flags = newsletter.first_by_email(call.connection, [record["email"] for record in records])
        return [customers.shown(record, subscribed=flags.get(record["email"], False)) for record in records]

    return call.listing(CUSTOMER, show, unknown=unknown_attribute)


def get(call: Call, customer_id: int) -> Document:
    """One customer; the subscription is that of the scope's website."""
    customer = load(call.connection, CUSTOMER, customer_id)
    if customer is None:
        raise no_entity("customerId", customer_id)
    return _shown(call, customer)


def _shown(call: Call, customer: Document) -> Document:
    website_id = call.view.website.id if call.view else None
    return customers.shown(customer, subscribed=newsletter.is_subscribed(call.connection, customer, website_id))


def put(call: Call, customer_id: int) -> Document:
    """Change a customer; members that are left out stay (2.4). ``addresses`` replaces all of them.

    The subscription is booked to the scope's store: under ``/rest/V1`` that is the default store, even for a customer
    of another website (3.2).
    """
    sent = _customer(call)
    with call.shop.change() as session:
        customer = session.load(CUSTOMER, customer_id)
        if customer is None:
            raise no_entity("customerId", customer_id)
        customer |= {name: sent[name] for name in _WRITABLE if name in sent}
        for one in sent.get("custom_attributes", []):
            customer["custom"][one["attribute_code"]] = one["value"]
        if "addresses" in sent:
            _replace_addresses(session, customer, sent["addresses"])
        _check(session, customer)
        customers.touch(session, customer)
        _renamed(session, customer)
        flag = sent.get("extension_attributes", {}).get("is_subscribed")
        if flag is not None:
            _subscribe(session, call, customer, wanted=bool(flag))
        return _shown(call, customer)


def _renamed(session: Session, customer: Document) -> None:
    """An address changed by the API reaches orders, carts and subscription as one changed by the customer (1.3)."""
    newsletter.rename(session, customer["id"], customer["email"])
    for table in (ORDER, QUOTE):
        query = f"SELECT entity_id FROM {table.name} WHERE customer_id = ? AND customer_email <> ?"  # noqa: S608 - our own words
        for (entity_id,) in session.connection.execute(query, (customer["id"], customer["email"])).fetchall():
            owned = session.load(table, entity_id) or {}
            session.save(table, owned | {"customer_email": customer["email"], "updated_at": session.at})


def _subscribe(session: Session, call: Call, customer: Document, *, wanted: bool) -> None:
    """Only a change is written, so that a flag which is repeated leaves the date of the choice alone."""
    view = call.view or BY_ID[customer["store_id"]]
    if newsletter.is_subscribed(session.connection, customer, view.website.id) != wanted:
        status = newsletter.SUBSCRIBED if wanted else newsletter.UNSUBSCRIBED
        newsletter.set_status(session, view, customer["email"], status, customer_id=customer["id"])


def _replace_addresses(session: Session, customer: Document, addresses: list[Document]) -> None:
    customer["addresses"] = [
        address | {"id": address.get("id") or session.number("customer_address"), "customer_id": customer["id"]}
        for address in addresses
    ]
    for kind in ("billing", "shipping"):
        chosen = [str(address["id"]) for address in customer["addresses"] if address.get(f"default_{kind}")]
        customer.pop(f"default_{kind}", None)
        if chosen:
            customer[f"default_{kind}"] = chosen[0]


def post(call: Call) -> Document:
    """Register a customer over the API."""
    sent = _customer(call)
    view = BY_ID.get(sent.get("store_id", 0)) or call.view or DEFAULT_VIEW
    with call.shop.change() as session:
        _check(session, {"website_id": view.website.id, "id": 0, "email": "", "firstname": "", "lastname": ""} | sent)
        customer = customers.create(session, view, email=sent["email"])
        customer |= {name: sent[name] for name in _WRITABLE if name in sent}
        session.save(CUSTOMER, customer)
        if sent.get("extension_attributes", {}).get("is_subscribed"):
            _subscribe(session, call, customer, wanted=True)
        return _shown(call, customer)


def _customer(call: Call) -> dict[str, Any]:
    sent = call.body().get("customer")
    if not isinstance(sent, dict):
        raise required("customer")
    return sent


def _check(session: Session, customer: Document) -> None:
    """All that is wrong, one sentence per line, as Magento validates."""
    wrong = [f'"{label}" is a required value.' for name, label in _REQUIRED if not customer[name]]
    if not names.is_email(customer["email"]):
        wrong.append('"Email" is not a valid email address.')
    if wrong:
        raise RestError(400, "\n".join(wrong))
    same = "email = ? AND website_id = ? AND entity_id <> ?"
    if session.first(CUSTOMER, same, customer["email"], customer["website_id"], customer["id"]):
        raise RestError(400, "A customer with the same email address already exists in an associated website.")


def group_search(call: Call) -> Document:
    return call.listing(GROUP, as_is)


def every_attribute(_call: Call) -> list[Document]:
    return attributes.every()


def custom_attributes(_call: Call) -> list[Document]:
    return attributes.custom()
