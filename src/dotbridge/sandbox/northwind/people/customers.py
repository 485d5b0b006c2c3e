"""Customers: the record, its addresses and attributes, and how REST shows it (Magento 2 data, 3.1)."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.people import names
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import CUSTOMER
from dotbridge.sandbox.northwind.views import View

GROUPS = ("NOT LOGGED IN", "General", "Wholesale", "Retailer", "Summit Club")


def create(session: Session, view: View, *, email: str | None = None) -> Document:
    """Register a customer in ``view`` at the session's time and save the record."""
    chance = session.chance
    entity_id = session.number("customer")
    first, last, gender = names.person(chance)
    customer: Document = {
        "id": entity_id,
        "group_id": chance.choices((1, 2, 3, 4), (85, 5, 3, 7))[0],
        "created_at": session.at,
        "updated_at": session.at,
        "created_in": view.name,
        "email": email or names.email(first, last, entity_id),
        "firstname": first,
        "lastname": last,
        "store_id": view.id,
        "website_id": view.website.id,
        "addresses": [],
        "disable_auto_group_change": 0,
        "custom": _attributes(session),
    }
    _details(session, customer, gender)
    for _ in range(chance.choices((0, 1, 2), (12, 73, 15))[0]):
        add_address(session, customer, view)
    session.save(CUSTOMER, customer)
    return customer


def _details(session: Session, customer: Document, gender: int) -> None:
    chance = session.chance
    if chance.random() < 0.6:
        customer["gender"] = gender if chance.random() < 0.95 else 3
    if chance.random() < 0.45:
        customer["dob"] = f"{chance.randint(1946, 2006)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    if chance.random() < 0.05:
        customer["middlename"] = chance.choice("ABEJLMRST") + "."
    if chance.random() < 0.04:
        customer["prefix"] = "Dr"
    if customer["group_id"] in {2, 3} and customer["website_id"] == 1:
        customer["taxvat"] = f"GB{chance.randint(100_000_000, 999_999_999)}"


def _attributes(session: Session) -> dict[str, str]:
    chance = session.chance
    custom: dict[str, str] = {}
    if chance.random() < 0.4:
        custom["loyalty_tier"] = str(chance.choices((4, 5, 6, 7), (50, 30, 15, 5))[0])
    if chance.random() < 0.35:
        custom["interests"] = ",".join(
            str(option) for option in sorted(chance.sample(range(8, 13), chance.randint(1, 3)))
        )
    if chance.random() < 0.25:
        custom["shoe_size"] = str(chance.randint(36, 47))
    return custom


def add_address(session: Session, customer: Document, view: View) -> None:
    """Give the customer another address; the first one becomes both defaults, the second the shipping default."""
    chance = session.chance
    place = chance.choice(names.PLACES[view.country])
    region = {"region_code": place.region_code, "region": place.region, "region_id": place.region_id}
    address: Document = {
        "id": session.number("customer_address"),
        "customer_id": customer["id"],
        "region": region,
        "region_id": place.region_id,
        "country_id": view.country,
        "street": [f"{chance.randint(1, 120)} {chance.choice(names.STREETS)}"],
        "telephone": place.telephone.format(chance.randint(0, 999)),
        "postcode": place.postcode,
        "city": place.city,
        "firstname": customer["firstname"],
        "lastname": customer["lastname"],
    }
    if chance.random() < 0.3:
        address["street"].append(f"Flat {chance.randint(1, 40)}")
    if customer["group_id"] in {2, 3}:
        address["company"] = f"{customer['lastname']} & Daughters"
    if not customer["addresses"]:
        _default(customer, address, "billing")
    for other in customer["addresses"]:
        other.pop("default_shipping", None)
    _default(customer, address, "shipping")
    customer["addresses"].append(address)


def _default(customer: Document, address: Document, kind: str) -> None:
    customer[f"default_{kind}"] = str(address["id"])
    address[f"default_{kind}"] = True


def shown(customer: Document, *, subscribed: bool) -> Document:
    """The customer as REST shows it."""
    answer = {name: value for name, value in customer.items() if name != "custom"}
    answer["extension_attributes"] = {"is_subscribed": subscribed}
    if customer["custom"]:
        answer["custom_attributes"] = [{"attribute_code": c, "value": v} for c, v in customer["custom"].items()]
    return answer


def touch(session: Session, customer: Document) -> None:
    """Save a change made through the customer repository: ``updated_at`` moves (1.3)."""
    customer["updated_at"] = session.at
    session.save(CUSTOMER, customer)
