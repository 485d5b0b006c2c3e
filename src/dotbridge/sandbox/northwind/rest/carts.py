"""Answers about carts: search, single read, totals, and the anonymous read by masked id (3.6)."""

from __future__ import annotations

import orjson

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.people import customers, newsletter
from dotbridge.sandbox.northwind.rest.call import Call
from dotbridge.sandbox.northwind.rest.errors import no_entity
from dotbridge.sandbox.northwind.sales import quotes
from dotbridge.sandbox.northwind.shop import load
from dotbridge.sandbox.northwind.tables import CUSTOMER, QUOTE


def search(call: Call) -> Document:
    """A page of carts, without totals; the scope does not matter."""
    return call.listing(QUOTE, lambda records: [quotes.shown(one, _customer(call, one)) for one in records])


def get(call: Call, cart_id: int) -> Document:
    """One cart; under a store's scope it tells that store's id."""
    quote = _quote(call, cart_id)
    named = call.view if call.scope else None
    return quotes.shown(quote, _customer(call, quote), named.id if named else None)


def totals(call: Call, cart_id: int) -> Document:
    return quotes.totals(_quote(call, cart_id))


def guest(call: Call, masked_id: str) -> Document:
    """The cart of whoever knows its masked id."""
    row = call.connection.execute("SELECT body FROM quote WHERE masked_id = ?", (masked_id,)).fetchone()
    if row is None:
        raise no_entity("cartId", masked_id)
    quote = orjson.loads(row[0])
    return quotes.shown(quote, _customer(call, quote))


def _quote(call: Call, cart_id: int) -> Document:
    quote = load(call.connection, QUOTE, cart_id)
    if quote is None:
        raise no_entity("cartId", cart_id)
    return quote


def _customer(call: Call, quote: Document) -> Document | None:
    if not quote["customer_id"]:
        return None
    customer = load(call.connection, CUSTOMER, quote["customer_id"])
    if customer is None:
        return None
    return customers.shown(customer, subscribed=newsletter.is_subscribed(call.connection, customer, None))
