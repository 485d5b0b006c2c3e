"""Every stream gives every record once, in order, from where it stopped, and again what changed meanwhile."""

from __future__ import annotations

import pytest

from dotbridge.commerce.clock import before
from dotbridge.sources.base import Cursor
from dotbridge.sources.magento1.source import Magento1
from support.magento1 import Open, drain
from support.mariadb import MariaDb

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

# As the store's own README counts them. Products: 327 in the first website and 320 in the second, two views each.
COUNTS = {
    "customers": 2197,
    "subscribers": 1843,
    "orders": 5297,
    "carts": 5806,
    "products": (327 + 320) * 2,
    "reviews": 700,
    "wishlists": 329,
}
LIMITS = {
    "orders": 97,
    "carts": 211,
    "customers": 101,
    "subscribers": 100,
    "products": 7,
    "reviews": 50,
    "wishlists": 1,
}


def test_websites_and_their_views_are_as_the_shop_has_them(shop: Magento1) -> None:
    uk, us = shop.websites()
    assert (uk.name, uk.base_currency, uk.timezone) == ("UK Website", "GBP", "Europe/London")
    assert (us.name, us.base_currency, us.timezone) == ("US Website", "USD", "America/New_York")
    assert [(store.code, store.currency, store.locale) for store in uk.stores] == [
        ("uk_en", "GBP", "en_GB"),
        ("uk_fr", "EUR", "fr_FR"),
    ]
    assert us.stores[1].name == "US Español"


@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_those_of_the_shop(shop: Magento1, name: str) -> None:
    stream = shop.streams()[name]
    assert sum([stream.count(website) or 0 for website in shop.websites()]) == COUNTS[name]


@pytest.mark.parametrize("name", COUNTS)
def test_small_pages_give_every_record_once_and_in_order(shop: Magento1, name: str) -> None:
    stream = shop.streams()[name]
    for website in shop.websites():
        rows, cursor = drain(stream, website, LIMITS[name])
        assert len(rows) == stream.count(website)
        seen = list(dict.fromkeys([stream.identify(row)[0] for row in rows]))
        assert seen == sorted(seen, key=int)
        listed: list[str] = []
        while more := stream.ids(website, listed[-1] if listed else "", 333):
            listed += more
        assert listed == seen
        assert cursor.phase == ("changed" if stream.change == "indexed" else "done")


@pytest.mark.parametrize("name", COUNTS)
def test_fetched_rows_equal_those_read_and_foreign_ids_are_gone(shop: Magento1, name: str) -> None:
    stream = shop.streams()[name]
    first, second = shop.websites()
    rows = stream.read(first, Cursor(), 20).rows
    ids = list(dict.fromkeys([stream.identify(row)[0] for row in rows]))[:5]
    fetched = {stream.identify(row)[0] for row in stream.fetch(first, [*ids, "999999999", "no number", ""])}
    assert fetched == set(ids)
    assert stream.to_commerce(next(iter(stream.fetch(first, ids[:1])))) == stream.to_commerce(rows[0])
    if name != "products":
        assert not stream.fetch(second, ids)


def test_a_compared_stream_is_done_until_it_is_asked_anew(shop: Magento1) -> None:
    stream = shop.streams()["subscribers"]
    website = shop.websites()[0]
    _, cursor = drain(stream, website, 1000)
    page = stream.read(website, cursor, 10)
    assert (list(page.rows), page.more, page.next_cursor) == ([], False, cursor)


def test_many_rows_of_one_second_are_read_across_page_edges(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    mariadb.execute(copy, "UPDATE sales_flat_order SET updated_at='2026-11-22 01:00:00' WHERE entity_id % 50 = 0")
    shop = open_shop(copy)
    orders, website = shop.streams()["orders"], shop.websites()[0]
    since = Cursor("changed", since="2026-11-22T01:00:00Z")
    want = mariadb.execute(
        copy,
        "SELECT entity_id FROM sales_flat_order WHERE updated_at>='2026-11-22 01:00:00' AND store_id IN (1,2)"
        " ORDER BY updated_at, entity_id",
    )
    rows, _ = drain(orders, website, 7, since)
    assert [row.head[0] for row in rows] == [str(each[0]) for each in want]
    assert len(rows) > 50


def test_a_row_that_changes_while_paging_is_read_again(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    shop = open_shop(copy)
    orders, website = shop.streams()["orders"], shop.websites()[0]
    page = orders.read(website, Cursor("changed", since="2026-10-01T00:00:00Z"), 10)
    again = page.rows[3].head[0]
    mariadb.execute(copy, f"UPDATE sales_flat_order SET updated_at=UTC_TIMESTAMP(), status='x' WHERE entity_id={again}")
    rows, _ = drain(orders, website, 100, page.next_cursor)
    assert [row.head[8] for row in rows if row.head[0] == again] == ["x"]


def test_what_was_written_late_with_an_older_time_is_found_by_the_next_pass(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    shop = open_shop(copy)
    orders, website = shop.streams()["orders"], shop.websites()[0]
    _, cursor = drain(orders, website, 1000)
    began = cursor.since
    rows, cursor = drain(orders, website, 1000, cursor)
    assert not rows
    mariadb.execute(copy, f"UPDATE sales_flat_order SET updated_at='{before(began, -60)[:19]}' WHERE entity_id=1")
    for _ in range(2):
        rows, cursor = drain(orders, website, 1000, cursor)
        assert [row.head[0] for row in rows] == ["1"]
    assert cursor.since >= began


def test_views_of_a_product_are_read_apart_when_a_page_ends_between_them(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    shop = open_shop(copy)
    products, website = shop.streams()["products"], shop.websites()[0]
    page = products.read(website, Cursor(), 1)
    assert page.next_cursor.after == "1:1"
    page = products.read(website, page.next_cursor, 1)
    assert [(row.product_id, row.store_id) for row in page.rows] == [("1", "2")]
    changed = Cursor("changed", since="2020-01-01T00:00:00Z")
    rows, _ = drain(products, website, 3, changed)
    assert len(rows) == products.count(website)
    half = products.read(website, changed, 1)
    again = half.rows[0].product_id
    mariadb.execute(copy, f"UPDATE catalog_product_entity SET updated_at=UTC_TIMESTAMP() WHERE entity_id={again}")
    rest, _ = drain(products, website, 50, half.next_cursor)
    assert [row.store_id for row in rest if row.product_id == again] == ["1", "2"]


def test_one_record_a_product_where_the_catalog_is_one_for_the_website(open_shop: Open, magento1_store: str) -> None:
    shop = open_shop(magento1_store, catalog__level="default")
    website = shop.websites()[1]
    products = shop.streams()["products"]
    rows, _ = drain(products, website, 100)
    assert len(rows) == products.count(website) == 320
    assert {row.store_id for row in rows} == {""}
