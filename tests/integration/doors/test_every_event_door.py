"""An order that is placed and a customer who is edited are told through each door, and arrive by the live lane alone."""

from __future__ import annotations

import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from support.event_doors import DOORS, QUEUED
from support.street import PATIENCE, Street

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]


def say(name: str, order: float, customer: float) -> None:
    print(f"{name}: {order:.2f} s from the post to the accepted order, {customer:.2f} s to the accepted customer")


@pytest.mark.parametrize("path", ["/events/none/", "/login", "/static/console.css", "/nowhere/"])
def test_nothing_follows_the_headers_that_answer_head(street: Street, path: str) -> None:
    parts = urlsplit(street.url)
    with closing(HTTPConnection(parts.netloc, timeout=10)) as connection:
        statuses = []
        for method in ("HEAD", "GET", "HEAD", "GET"):
            connection.request(method, path)
            answer = connection.getresponse()
            statuses.append(answer.status)
            assert bool(answer.read()) == (method == "GET")
    assert len(set(statuses)) == 1


@pytest.mark.parametrize("name", DOORS)
def test_an_order_and_an_edited_customer_arrive(street: Street, name: str) -> None:
    say(name, *street.arrive(name, street.post))


@pytest.mark.parametrize("name", QUEUED)
def test_they_arrive_from_a_queue_that_is_pulled(street: Street, name: str) -> None:
    say(f"SQS, as from {name}", *street.arrive(name, street.put))
    until = time.monotonic() + PATIENCE
    while street.queue.left():
        assert time.monotonic() < until, "it was kept and never deleted"
        time.sleep(0.05)
