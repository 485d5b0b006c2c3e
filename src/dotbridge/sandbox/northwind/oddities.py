"""The oddities of a grown shop, put in on purpose: ties, deletions, changed addresses and a few dirty records.

A reader that meets them must neither stumble nor lose anything; the dirty ones must show up as exceptions.
"""

from __future__ import annotations

import orjson

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.catalogue import products
from dotbridge.sandbox.northwind.changes import people
from dotbridge.sandbox.northwind.instants import later
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import CUSTOMER, ORDER, PRODUCT

TIED_ORDERS, TIED_CUSTOMERS, DELETED_PRODUCTS = 150, 120, 2
DIRTY_CURRENCY = "XTS"


def add(session: Session) -> None:
    until = session.at
    session.at = later(until, days=-9, hours=-3)
    _tie(session)
    session.at = later(until, days=-5)
    _change_addresses(session)
    _delete(session)
    session.at = later(until, days=-2)
    _dirty(session)
    session.at = until


def _tie(session: Session) -> None:
    """More orders and customers with one ``updated_at`` than fit on a page: a mass action."""
    for table, most in ((ORDER, TIED_ORDERS), (CUSTOMER, TIED_CUSTOMERS)):
        query = f"SELECT entity_id FROM {table.name} WHERE updated_at < ? ORDER BY entity_id"  # noqa: S608 - our own words
        older = [row[0] for row in session.connection.execute(query, (session.at,))]
        for entity_id in older[len(older) // 3 :][:most]:
            record = session.load(table, entity_id)
            if record:
                record["updated_at"] = session.at
                session.save(table, record)


def _change_addresses(session: Session) -> None:
    for number in range(5):
        people.change_email(session, email=f"moved.house{number}@example.org")


def _delete(session: Session) -> None:
    """Two products that were sold, and three customers who had ordered."""
    for product in _some(session, _sold_alone(session)):
        products.remove(session, product)
    for _ in range(3):
        people.delete_customer(session)


def _some(session: Session, candidates: list[Document]) -> list[Document]:
    return session.chance.sample(candidates, min(DELETED_PRODUCTS, len(candidates)))


def _sold_alone(session: Session) -> list[Document]:
    """Simple products that stand on orders and are neither part of nor linked from another product."""
    lines = "SELECT DISTINCT json_extract(value, '$.product_id') FROM sales_order, json_each(body, '$.items')"
    sold = {row[0] for row in session.connection.execute(lines)}
    shelf = "SELECT body FROM catalog_product_entity ORDER BY entity_id"
    every = [orjson.loads(body) for (body,) in session.connection.execute(shelf)]
    named = {link["linked_product_sku"] for product in every for link in product["product_links"]}
    for product in every:
        for option in product["extension_attributes"].get("bundle_product_options", []):
            named |= {link["sku"] for link in option["product_links"]}
    return [
        product
        for product in every
        if product["type_id"] == "simple"
        and product["visibility"] == products.EVERYWHERE
        and product["id"] in sold
        and product["sku"] not in named
    ]


def _dirty(session: Session) -> None:
    """An e-mail without @, a product without a price, an order in a currency that is none."""
    customer = session.any(
        CUSTOMER, "entity_id NOT IN (SELECT customer_id FROM sales_order WHERE customer_id IS NOT NULL)"
    )
    if customer:
        customer["email"] = customer["email"].replace("@", ".at.")
        customer["updated_at"] = session.at
        session.save(CUSTOMER, customer)
        session.connection.execute("DELETE FROM newsletter_subscriber WHERE customer_id = ?", (customer["id"],))
    product = session.any(PRODUCT, "type_id = 'simple' AND visibility = 4 AND special_price IS NULL")
    if product:
        for values in (product, *product["overlays"].values()):
            values.pop("price", None)
        products.touch(session, product)
    order = session.any(ORDER, "state = 'complete' AND total_refunded IS NULL")
    if order:
        order |= {"order_currency_code": DIRTY_CURRENCY, "updated_at": session.at}
        session.save(ORDER, order)
