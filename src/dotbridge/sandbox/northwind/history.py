"""Plays the shop's past: people register, order, are sent goods, send them back; all by one seeded chance.

The same functions as in living changes run along a simulated clock, so that the past has no shape that the present
could not produce. The same seed, sizes and end give the same shop, byte for byte.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from dotbridge.sandbox.northwind import fate, instants, oddities
from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.catalogue import assortment, attributes, categories
from dotbridge.sandbox.northwind.people import customers, newsletter
from dotbridge.sandbox.northwind.sales import buyers, orders, quotes
from dotbridge.sandbox.northwind.sales.baskets import Shelf
from dotbridge.sandbox.northwind.shop import Session, Shop
from dotbridge.sandbox.northwind.tables import ATTRIBUTE, CUSTOMER, GROUP, ORDER
from dotbridge.sandbox.northwind.views import UK, US, VIEWS

DAYS = 730
GUESTS = 0.25
TWINS_EVERY = 28
"""One American registration per so many British ones takes an e-mail that exists on the British website."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much shop: numbers of records of the past."""

    customers: int = 2010
    orders: int = 5000
    products: int = 305
    carts: int = 400


def write(shop: Shop, seed: int, until: str, sizes: Sizes) -> None:
    """Fill an empty shop up to the instant ``until``, in one transaction."""
    begin = instants.later(until, days=-DAYS)
    shop.connection.execute("PRAGMA synchronous = OFF")
    with shop.change(at=begin, chance=Random(seed)) as session:
        session.connection.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("seed", str(seed)), ("until", until), ("begin", begin)]
        )
        session.at = instants.later(begin, days=-30)
        categories.create(session)
        for attribute in attributes.every(store_id=0):
            session.save(ATTRIBUTE, attribute)
        for number, code in enumerate(customers.GROUPS):
            group = {"id": number, "code": code, "tax_class_id": 3, "tax_class_name": "Retail Customer"}
            session.save(GROUP, group)
        made = assortment.create(session, sizes.products)
        Past(session, Shelf(made), begin, until).play(sizes)
        session.at = until
        oddities.add(session)
    shop.connection.execute("PRAGMA synchronous = FULL")
    shop.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Past:
    """The events still to come, in order of time."""

    def __init__(self, session: Session, shelf: Shelf, begin: str, until: str) -> None:
        self.session = session
        self.shelf = shelf
        self.begin = begin
        self.until = until
        self.people: list[int] = []
        self._british: list[str] = []
        self._twins = 0
        self._events: list[tuple[str, int, Callable[[], None]]] = []
        self._serial = 0

    def play(self, sizes: Sizes) -> None:
        chance, seconds = self.session.chance, DAYS * 86_400 - 60
        for number in range(sizes.customers):
            early = number < max(4, sizes.customers // 10)
            self._at(
                instants.later(self.begin, seconds=chance.randint(0, 86_400 if early else seconds)), self._register
            )
        for _ in range(sizes.orders):
            self._at(instants.later(self.begin, seconds=chance.randint(86_400, seconds)), self._order)
        for _ in range(sizes.carts):
            self._at(instants.later(self.until, seconds=-chance.randint(60, 29 * 86_400)), self._cart)
        while self._events:
            self.session.at, _, event = heapq.heappop(self._events)
            event()

    def _at(self, at: str, event: Callable[[], None]) -> None:
        """Let something happen then, unless the past is over by then."""
        if at < self.until:
            self._serial += 1
            heapq.heappush(self._events, (at, self._serial, event))

    def _register(self) -> None:
        session, chance = self.session, self.session.chance
        view = chance.choices(VIEWS, (50, 12, 28, 10))[0]
        email = None
        if view.website == US and len(self._british) > TWINS_EVERY * (self._twins + 1):
            self._twins += 1
            email = self._british.pop(chance.randrange(len(self._british)))
        customer = customers.create(session, view, email=email)
        self.people.append(customer["id"])
        if view.website == UK:
            self._british.append(customer["email"])
        if chance.random() < 0.45:
            newsletter.set_status(session, view, customer["email"], newsletter.SUBSCRIBED, customer_id=customer["id"])
            if chance.random() < 0.15:
                self._at(
                    instants.later(session.at, days=chance.randint(1, 300)), partial(self._unsubscribe, customer["id"])
                )

    def _unsubscribe(self, customer_id: int) -> None:
        customer = self.session.load(CUSTOMER, customer_id)
        if customer:
            view = next(view for view in VIEWS if view.id == customer["store_id"])
            email = customer["email"]
            newsletter.set_status(self.session, view, email, newsletter.UNSUBSCRIBED, customer_id=customer_id)

    def _customer(self) -> Document:
        """One of the registered people; the early ones buy more often."""
        chance = self.session.chance
        chosen = self.people[int(len(self.people) * chance.random() ** 1.6)]
        return self.session.load(CUSTOMER, chosen) or {}

    def _order(self) -> None:
        session, chance = self.session, self.session.chance
        if chance.random() < GUESTS:
            view = chance.choices(VIEWS, (50, 12, 28, 10))[0]
            known = self._customer()["email"] if chance.random() < 0.08 else None
            buyer = buyers.guest(session, view, known)
        else:
            customer = self._customer()
            view = VIEWS[customer["store_id"] - 1]
            buyer = buyers.registered(session, customer, view)
        coupon = chance.choices(("", *orders.COUPONS), (78, 14, 8))[0]
        note = "Leave it with the neighbour, please: Zoë, blue door" if chance.random() < 0.04 else ""
        picks = self.shelf.fill(chance, view)
        quote_id = 0
        if session.at > instants.later(self.until, days=-14):
            quote = quotes.create(session, view, picks, buyer=buyer)
            quote_id = quote["id"]
        order = orders.place(session, view, buyer, picks, coupon=coupon, quote_id=quote_id, note=note)
        session.save(ORDER, order)
        if quote_id:
            quotes.convert_to_order(session, quote, order)
        for hours, step in fate.plan(chance, order):
            self._at(instants.later(session.at, hours=hours), partial(fate.take, session, order, step))

    def _cart(self) -> None:
        session, chance = self.session, self.session.chance
        view = chance.choices(VIEWS, (50, 12, 28, 10))[0]
        kind = chance.choices(("customer", "guest", "shipping", "nobody", "empty"), (45, 25, 8, 10, 12))[0]
        buyer = None
        if kind in {"customer", "empty"}:
            customer = self._customer()
            view = VIEWS[customer["store_id"] - 1]
            buyer = buyers.registered(session, customer, view)
        elif kind in {"guest", "shipping"}:
            buyer = buyers.guest(session, view)
        picks = [] if kind == "empty" else self.shelf.fill(chance, view)
        quotes.create(session, view, picks, buyer=buyer, shipping_email=kind == "shipping")
