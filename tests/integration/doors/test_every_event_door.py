"""An order that is placed and a customer who is edited are told through each door, and arrive by the live lane alone."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from support.event_doors import DOORS, Door, Sent

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]

PATIENCE = 90.0


def deliver(url: str, sent: Sent) -> None:
    headers = {"Content-Type": "application/json", **sent.headers}
    with urllib.request.urlopen(urllib.request.Request(f"{url}{sent.query}", sent.body, headers), timeout=30) as answer:
        assert answer.status == 200


def seconds_until(seen: Callable[[], bool], since: float) -> float:
    while not seen():
        assert time.monotonic() - since < PATIENCE, "it never arrived"
        time.sleep(0.02)
    return time.monotonic() - since


@pytest.mark.parametrize("name", DOORS)
def test_an_order_and_an_edited_customer_arrive(street: Any, name: str) -> None:
    door: Door = DOORS[name]
    url = f"{street.url}events/{door.platform}/"
    _arrive(street, door, name, lambda sent: deliver(url, sent))


@pytest.mark.parametrize("name", ["AWS SNS", "CloudEvents", "AWS EventBridge"])
def test_they_arrive_from_a_queue_that_is_pulled(street: Any, name: str) -> None:
    _arrive(street, DOORS[name], f"SQS, as from {name}", lambda sent: street.queue.put(sent.body.decode()))
    until = time.monotonic() + PATIENCE
    while street.queue.left():
        assert time.monotonic() < until, "it was kept and never deleted"
        time.sleep(0.05)


def _arrive(street: Any, door: Door, name: str, tell: Callable[[Sent], None]) -> None:
    happened = street.shops[door.platform].trade()

    def order_is_there() -> bool:
        return happened.order_key in street.state(door.platform)["insight"].get("Orders", {})

    def name_is_there() -> bool:
        contact = street.state(door.platform)["contacts"][happened.email]
        return bool(contact["fields"]["FIRSTNAME"] == happened.first_name)

    assert not order_is_there()
    assert not name_is_there()
    since = time.monotonic()
    tell(door.post("orders", happened.order_id))
    tell(door.post("customers", happened.customer_id))
    order, customer = (seconds_until(seen, since) for seen in (order_is_there, name_is_there))
    print(f"{name}: {order:.2f} s from the post to the accepted order, {customer:.2f} s to the accepted customer")
