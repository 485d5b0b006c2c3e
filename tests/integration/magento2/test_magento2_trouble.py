"""Shops under load, gateways, caches and maintenance: nothing is lost, and nothing is asked for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dotbridge.errors import ConfigError, FatalError, RetryableError
from dotbridge.http.errors import Transient
from dotbridge.sources.base import Cursor
from dotbridge.sources.magento2.codes import ANSWER_STRANGE, MAINTENANCE, PAGE_REPEATS, ROUTE_MISSING, SHOP_SLOW
from dotbridge.sources.magento2.shop import Shop
from dotbridge.sources.magento2.streams.customers import Customers
from dotbridge.sources.magento2.streams.orders import Orders
from dotbridge.sources.magento2.streams.products import Products
from support.magento2_gateway import HTML, Answer, Asked, Gateway, rewritten, times
from support.magento2_reading import Open, drained, every_id, first_pass, ids_of
from support.northwind_shop import Northwind

PAGE = b"<!DOCTYPE html><html><title>Error</title></html>"


@pytest.fixture
def gateway(northwind: Northwind) -> Iterator[Gateway]:
    with Gateway(northwind.url) as between:
        yield between


@pytest.fixture
def shop(gateway: Gateway, northwind: Northwind, open_shop: Open) -> Shop:
    return open_shop(gateway.url, northwind.bearer)


def whole(shop: Shop, size: int = 1000) -> tuple[list[str], list[str]]:
    """(ids that a first pass of orders gave, ids that the shop holds)."""
    website = shop.sites().websites[0]
    stream = Orders(shop)
    return ids_of(stream, first_pass(stream, website, size)), every_id(stream, website, 300)


def html(status: int, **headers: str) -> Answer:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, PAGE, HTML, given)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_pages_shrink_until_the_shop_can_bear_them_and_stay_so(shop: Shop, gateway: Gateway, status: int) -> None:
    def heavy(asked: Asked, answer: Answer) -> Answer:
        return html(status) if asked.path.endswith("/V1/orders") and asked.size > 30 else answer

    gateway.trouble = heavy
    website = shop.sites().websites[0]
    read = ids_of(Orders(shop), first_pass(Orders(shop), website))
    sizes = gateway.sizes("/V1/orders")
    assert sizes[:3] == [100, 50, 25]
    assert set(sizes[3:]) == {25}
    gateway.trouble = lambda _, answer: answer
    assert read == every_id(Orders(shop), website, 300)


def test_a_shop_that_fails_at_a_single_row_is_asked_a_few_times_and_then_later(shop: Shop, gateway: Gateway) -> None:
    gateway.trouble = lambda asked, answer: html(504) if asked.path.endswith("/V1/orders") else answer
    with pytest.raises(RetryableError) as caught:
        whole(shop)
    assert caught.value.code is SHOP_SLOW
    assert gateway.sizes("/V1/orders") == [100, 50, 25, 12, 6, 3, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "instead",
    [
        lambda answer: answer._replace(cut=True),
        lambda answer: answer._replace(body=answer.body[:-20]),
        lambda _: html(200),
        lambda _: Answer(200, b""),
        lambda _: html(429, Retry_After="0"),
        lambda _: Answer(500, b'{"message":"Internal Error. Report ID: webapi-1"}'),
        lambda _: Answer(401, b'{"message":"The nonce is already being used by the consumer with ID 1."}'),
    ],
    ids=["cut off", "not JSON", "a web page", "empty", "too many calls", "internal error", "nonce"],
)
def test_passing_trouble_is_ridden_out(shop: Shop, gateway: Gateway, instead: Any) -> None:
    gateway.trouble = times(2, "/V1/orders", instead)
    read, held = whole(shop)
    assert read == held


def test_maintenance_ends_the_run_at_once_and_says_when_to_come_back(shop: Shop, gateway: Gateway) -> None:
    shop.sites()
    gateway.trouble = lambda _, __: html(503, Retry_After="120")
    with pytest.raises(RetryableError) as caught:
        first_pass(Orders(shop), shop.sites().websites[0])
    assert caught.value.code is MAINTENANCE
    assert caught.value.retry_after == 120
    assert len(gateway.sizes("/V1/orders")) == 1
    assert not isinstance(caught.value, Transient)


def test_a_missing_route_says_so(shop: Shop, gateway: Gateway) -> None:
    gateway.trouble = lambda _, __: Answer(404, b'{"message":"Request does not match any route."}')
    with pytest.raises(FatalError) as caught:
        shop.sites()
    assert caught.value.code is ROUTE_MISSING


def test_a_cache_that_ignores_the_query_is_noticed(shop: Shop, gateway: Gateway) -> None:
    kept: list[Answer] = []

    def cache(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/V1/orders"):
            kept.append(answer)
            return kept[0]
        return answer

    gateway.trouble = cache
    with pytest.raises(FatalError) as caught:
        whole(shop)
    assert caught.value.code is PAGE_REPEATS


def test_a_window_that_repeats_is_noticed_too(shop: Shop, gateway: Gateway) -> None:
    kept: list[Answer] = []

    def cache(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/customers/search"):
            kept.append(answer)
            return kept[0]
        return answer

    gateway.trouble = cache
    with pytest.raises(FatalError) as caught:
        drained(Customers(shop), shop.sites().websites[0], Cursor("changed", since="2000-01-01T00:00:00Z"), 5)
    assert caught.value.code is PAGE_REPEATS


def test_rows_that_are_counted_but_never_given_stop_the_run_instead_of_ending_it(shop: Shop, gateway: Gateway) -> None:
    def hollow(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/V1/orders") and asked.size > 1:
            return rewritten(answer, lambda body: {**body, "items": []})
        return answer

    gateway.trouble = hollow
    with pytest.raises(RetryableError) as caught:
        whole(shop)
    assert caught.value.code is ANSWER_STRANGE


@pytest.mark.parametrize(
    "body", [b"[]", b'{"items": []}', b'{"items": 7, "total_count": 7}', b'{"items": [7], "total_count": 1}']
)
def test_an_answer_of_another_shape_is_not_taken_for_an_empty_list(shop: Shop, gateway: Gateway, body: bytes) -> None:
    gateway.trouble = lambda asked, answer: Answer(200, body) if asked.path.endswith("/V1/orders") else answer
    with pytest.raises(FatalError) as caught:
        whole(shop)
    assert caught.value.code is ANSWER_STRANGE


def test_a_read_that_broke_off_goes_on_from_its_cursor(shop: Shop, gateway: Gateway) -> None:
    website = shop.sites().websites[0]
    stream = Orders(shop)
    first = stream.read(website, Cursor(), 20)
    gateway.trouble = lambda _, __: html(503)
    with pytest.raises(RetryableError):
        stream.read(website, first.next_cursor, 20)
    gateway.trouble = lambda _, answer: answer
    rest, _ = drained(stream, website, first.next_cursor, 100)
    read = ids_of(stream, [*first.rows, *rest])
    assert list(dict.fromkeys(read)) == every_id(stream, website, 300)


def test_a_right_withdrawn_for_refunds_stops_orders_and_withdrawn_for_labels_does_not(
    shop: Shop, gateway: Gateway
) -> None:
    denied = Answer(401, b'{"message":"No access to %resources.","parameters":{"resources":"x"}}')
    gateway.trouble = lambda asked, answer: denied if asked.path.endswith("/products/attributes") else answer
    read, held = whole(shop)
    assert read == held
    gateway.trouble = lambda asked, answer: denied if asked.path.endswith("/creditmemos") else answer
    with pytest.raises(ConfigError):
        whole(shop)


def test_a_shop_without_multi_source_inventory_reads_the_classic_stock(shop: Shop, gateway: Gateway) -> None:
    missing = Answer(404, b'{"message":"Request does not match any route."}')
    classic = Answer(200, b'{"qty": 5, "is_in_stock": true}')

    def old(asked: Asked, answer: Answer) -> Answer:
        if "/inventory/" in asked.path:
            return missing
        return classic if "/stockItems/" in asked.path else answer

    gateway.trouble = old
    website = shop.sites().websites[0]
    stream = Products(shop)
    found = [stream.to_commerce(row) for row in stream.read(website, Cursor(), 10).rows]
    assert {product.stock for product in found if product.type == "simple"} == {50_000}


def test_nothing_but_reads_is_ever_sent(shop: Shop, gateway: Gateway) -> None:
    whole(shop)
    assert {call.method for call in gateway.asked} == {"GET"}


def test_a_page_of_orders_costs_few_calls(shop: Shop, gateway: Gateway) -> None:
    website = shop.sites().websites[0]
    stream = Orders(shop)
    second = stream.read(website, stream.read(website, Cursor(), 100).next_cursor, 100)
    gateway.asked.clear()
    stream.read(website, second.next_cursor, 100)
    assert len(gateway.asked) <= 3 + 2 * len(website.stores), [call.path for call in gateway.asked]
