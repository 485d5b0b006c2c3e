"""Who buys: a registered customer, or a guest with a name, an e-mail and an address of the store's country."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.people import names
from dotbridge.sandbox.northwind.sales.orders import Buyer, order_address
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import View


def registered(session: Session, customer: Document, view: View) -> Buyer:
    """The customer with the first address of the book, or an address given for this order alone."""
    book = customer["addresses"]
    address = order_address(customer, book[0]) if book else _address(session, view)
    return Buyer(customer["email"], customer["firstname"], customer["lastname"], address, customer)


def guest(session: Session, view: View, email: str | None = None) -> Buyer:
    """Somebody without an account; guests come back, so that one e-mail can stand on several orders."""
    first, last, _ = names.person(session.chance)
    chosen = email or f"{names.plain(first)}.{names.plain(last)}.{session.chance.randint(1, 2)}@example.org"
    return Buyer(chosen, first, last, _address(session, view))


def _address(session: Session, view: View) -> Document:
    chance = session.chance
    place = chance.choice(names.PLACES[view.country])
    address: Document = {
        "city": place.city,
        "country_id": view.country,
        "postcode": place.postcode,
        "street": [f"{chance.randint(1, 120)} {chance.choice(names.STREETS)}"],
        "telephone": place.telephone.format(chance.randint(0, 999)),
    }
    if place.region_id:
        address |= {"region": place.region, "region_code": place.region_code, "region_id": place.region_id}
    return address
