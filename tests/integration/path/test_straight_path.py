"""From a shop to Dotdigital and back: the whole path through a real HTTP server."""

from __future__ import annotations

import pytest

from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, order, person, product, review, wishlist


def fill(shop: ToyShop) -> None:
    for number in range(1, 21):
        shop.put("customers", person(number))
    for number in range(1, 31):
        shop.put("orders", order(number, customer=1 + number % 20 if number % 3 else None))
    shop.put("products", product(7, sku="MUG"))
    shop.put("wishlists", wishlist(1, 1))
    shop.put("reviews", review(1, 1))


def test_everything_arrives_and_is_accounted_for(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    fill(shop)
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    state = sandbox.state()
    assert len(state["contacts"]) == 30
    balances = dotbridge.audit()
    contacts, orders = balances["uk", "contacts"], balances["uk", "orders"]
    assert (contacts.shop, contacts.accepted, contacts.unexplained) == (30, 30, 0)
    assert (orders.shop, orders.accepted, orders.unexplained) == (30, 30, 0)
    assert all(row.unexplained == 0 for row in balances.values())


@pytest.mark.both_databases
def test_a_second_run_sends_nothing(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    fill(shop)
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    seen = len(sandbox.requests())
    moved = dotbridge.sync(full=True)
    assert moved["staged"] == 0
    writes = [r for r in sandbox.requests(seen) if r["method"] in ("PUT", "POST", "PATCH", "DELETE")]
    assert writes == []
