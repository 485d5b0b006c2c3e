"""Streams read the sample shop completely, resumably and once."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from dotbridge.commerce import clock
from dotbridge.errors import RecordError
from dotbridge.sources.base import Cursor
from dotbridge.sources.magento2.shop import Shop
from dotbridge.sources.magento2.streams.carts import Carts
from dotbridge.sources.magento2.streams.customers import Customers
from dotbridge.sources.magento2.streams.listing import ListStream
from dotbridge.sources.magento2.streams.orders import Orders
from dotbridge.sources.magento2.streams.products import Products
from support.magento2_reading import Open, drained, every_id, first_pass, ids_of, pages
from support.northwind_shop import Northwind

STREAMS = (Customers, Orders, Carts, Products)
SINCE_EVER = Cursor("changed", since="2000-01-01T00:00:00Z")
SETTLED = 4.5  # windows end a little behind the shop's clock, which is known to a second
BRAND = {"catalog.brand_attribute": "brand", "catalog.attributes": ["material"]}


@pytest.fixture
def shop(northwind: Northwind, open_shop: Open) -> Shop:
    return open_shop(northwind.url, northwind.bearer, **BRAND)


@pytest.mark.parametrize("kind", STREAMS)
def test_a_full_pass_gives_every_record_of_a_website_once(kind: type[ListStream[Any]], shop: Shop) -> None:
    for website in shop.sites().websites:
        stream = kind(shop)
        views = len(website.stores) if kind is Products else 1
        read = ids_of(stream, first_pass(stream, website))
        assert read == sorted(read, key=int)
        assert set(Counter(read).values()) == {views}
        assert sorted(set(read), key=int) == every_id(stream, website, 37)
        assert len(set(read)) == stream.count(website)


def test_the_counts_are_those_that_the_shop_counts_itself(shop: Shop, northwind: Northwind) -> None:
    for website in shop.sites().websites:
        held = northwind.counts()[website.code]
        assert Customers(shop).count(website) == held["customers"]
        assert Orders(shop).count(website) == held["orders"]
        assert Products(shop).count(website) == held["products"]
        with_lines = [row for row in first_pass(Carts(shop), website) if row.cart["items_count"]]
        assert len(with_lines) == held["open_carts"]


@pytest.mark.parametrize("kind", STREAMS)
def test_tiny_pages_give_the_same_records_in_the_same_order(kind: type[ListStream[Any]], shop: Shop) -> None:
    website = shop.sites().websites[1]
    stream = kind(shop)
    whole = ids_of(stream, first_pass(stream, website))[:60]
    found: list[str] = []
    for page in pages(stream, website, Cursor(), 8):
        assert len(page.rows) <= 8
        found += ids_of(stream, list(page.rows))
        if len(found) >= len(whole):
            break
    assert found[: len(whole)] == whole


@pytest.mark.parametrize("kind", [Customers, Orders])
def test_records_that_share_an_instant_are_read_once_over_page_edges(kind: type[ListStream[Any]], shop: Shop) -> None:
    for website in shop.sites().websites:
        stream = kind(shop)
        rows, _ = drained(stream, website, SINCE_EVER, 17)
        instants = Counter(stream.identify(row)[1] for row in rows)
        assert max(instants.values()) > 17, "the shop has no tie that is larger than a page"
        read = ids_of(stream, rows)
        assert len(read) == len(set(read))
        assert sorted(read, key=int) == every_id(stream, website, 300)
        assert [stream.identify(row)[1] for row in rows] == sorted(stream.identify(row)[1] for row in rows)


def test_every_record_of_the_shop_is_understood(shop: Shop) -> None:
    for website in shop.sites().websites:
        for kind in STREAMS:
            stream = kind(shop)
            for row in first_pass(stream, website):
                record: Any = stream.to_commerce(row)
                assert record.website_id == website.source_id
                assert record.source_id == stream.identify(row)[0]


def test_a_row_that_cannot_be_understood_is_rejected_alone(shop: Shop) -> None:
    website = shop.sites().websites[0]
    stream = Customers(shop)
    row = first_pass(stream, website, 5)[0]
    with pytest.raises(RecordError, match=f"customers {row['id']}"):
        stream.to_commerce({**row, "addresses": 7})


def test_orders_add_up_to_the_shops_own_totals(shop: Shop) -> None:
    for website in shop.sites().websites:
        stream = Orders(shop)
        for order in map(stream.to_commerce, first_pass(stream, website)):
            assert sum(line.total for line in order.lines) == order.subtotal
            assert order.subtotal + order.discount + order.shipping + order.tax == order.total
            assert sum(refund.total for refund in order.refunds) == order.refunded
            assert all(line.name and line.product_id for line in order.lines)


def test_guests_are_the_addresses_of_orders_without_an_account(shop: Shop, northwind: Northwind) -> None:
    for website in shop.sites().websites:
        stream = Orders(shop)
        found: list[tuple[str, str]] = []
        while page := stream.guests(website, found[-1][0] if found else "", 30):
            found += page
        orders = [stream.to_commerce(row) for row in first_pass(stream, website)]
        assert found == [(order.source_id, order.email) for order in orders if order.is_guest]


def test_choices_on_lines_have_labels_in_the_language_of_their_store_view(shop: Shop) -> None:
    website = shop.sites().websites[1]
    stream = Orders(shop)
    orders = [stream.to_commerce(row) for row in first_pass(stream, website)]
    chosen: dict[tuple[str, str], set[str]] = {}
    for order in orders:
        for line in order.lines:
            for option in line.options:
                assert not option.label.startswith("Option ")
                chosen.setdefault((order.store_name, option.label), set()).add(option.value)
    english, spanish = sorted({store_name for store_name, _ in chosen}, reverse=True)
    assert chosen[english, "Colour"] != chosen[spanish, "Colour"]


def test_products_are_named_as_each_store_view_names_them(shop: Shop) -> None:
    website = shop.sites().websites[1]
    stream = Products(shop)
    names: dict[str, set[str]] = {}
    for product in map(stream.to_commerce, first_pass(stream, website)):
        assert product.currency == website.base_currency
        assert product.brand
        assert product.stock is not None or not product.parents
        names.setdefault(product.source_id, set()).add(product.name)
    assert any(len(found) == 2 for found in names.values())


def test_one_catalog_for_the_website_reads_its_default_store_view(northwind: Northwind, open_shop: Open) -> None:
    shop = open_shop(northwind.url, northwind.bearer, **BRAND, **{"catalog.level": "default"})
    website = shop.sites().websites[0]
    stream = Products(shop)
    rows = first_pass(stream, website, 20)
    assert len(rows) == stream.count(website)
    assert {stream.to_commerce(row).store_id for row in rows} == {"1"}


def test_variants_know_their_parents_and_cost_what_the_parent_shows(shop: Shop) -> None:
    website = shop.sites().websites[0]
    stream = Products(shop)
    found = [stream.to_commerce(row) for row in first_pass(stream, website)]
    products = {product.source_id: product for product in found if product.store_id == "1"}
    variants = [product for product in products.values() if product.parent_type == "configurable"]
    assert variants
    for variant in variants:
        parent = products[variant.parents[0]]
        assert parent.type == "configurable"
        assert parent.price is not None
        assert variant.price is not None
        assert parent.price <= variant.price
        assert variant.url == parent.url


def test_carts_have_prices_pictures_and_the_guests_address(shop: Shop) -> None:
    website = shop.sites().websites[0]
    stream = Carts(shop)
    carts = [stream.to_commerce(row) for row in first_pass(stream, website)]
    guests = [cart for cart in carts if not cart.customer_id and cart.email]
    assert guests
    filled = [cart for cart in carts if cart.phase == "open"]
    assert all(cart.total and cart.lines for cart in filled)
    assert any(line.image_url and line.product_url and line.product_id for cart in filled for line in cart.lines)


def test_what_changed_is_read_after_the_pass_and_the_next_window_holds_nothing_else(
    own_northwind: Northwind, open_shop: Open
) -> None:
    shop = open_shop(own_northwind.url, own_northwind.bearer, overlap_seconds=0)
    website = shop.sites().websites[0]
    stream = Orders(shop)
    first = stream.read(website, Cursor(), 5)
    held = next(row for row in first_pass(stream, website) if row.order["state"] == "processing")
    quiet = next(one for one in ids_of(stream, list(first.rows)) if one != str(held.order["entity_id"]))
    own_northwind.change("comment_order", order_id=int(quiet))  # moves nothing
    own_northwind.change("hold", order_id=held.order["entity_id"])
    time.sleep(SETTLED)
    rows, cursor = drained(stream, website, first.next_cursor, 50)
    read, early = Counter(ids_of(stream, rows)), ids_of(stream, list(first.rows))
    moved = str(held.order["entity_id"])
    assert read[moved] == (1 if moved in early else 2)
    assert read[quiet] == 0
    again, behind = drained(stream, website, cursor, 50)
    assert again == []
    assert behind.since >= cursor.since


def test_a_row_that_moves_while_its_window_is_read_is_not_lost(own_northwind: Northwind, open_shop: Open) -> None:
    shop = open_shop(own_northwind.url, own_northwind.bearer, overlap_seconds=0)
    website = shop.sites().websites[0]
    stream = Customers(shop)
    unread = every_id(stream, website, 300)
    page = stream.read(website, SINCE_EVER, 4)
    waiting = next(one for one in unread if one not in ids_of(stream, list(page.rows)))
    own_northwind.change("change_profile", customer_id=int(waiting))
    rest, cursor = drained(stream, website, page.next_cursor, 4)
    assert sorted([*ids_of(stream, list(page.rows)), *ids_of(stream, rest), waiting], key=int) == unread
    time.sleep(SETTLED)
    later, _ = drained(stream, website, cursor)
    assert waiting in ids_of(stream, later)


def test_the_overlap_reads_again_what_came_just_before(own_northwind: Northwind, open_shop: Open) -> None:
    shop = open_shop(own_northwind.url, own_northwind.bearer, overlap_seconds=600)
    website = shop.sites().websites[0]
    stream = Customers(shop)
    made = own_northwind.change("new_customer", store="uk_en")
    time.sleep(SETTLED)
    now = Cursor("changed", since=clock.before(shop.now(), 60))
    rows, cursor = drained(stream, website, now)
    again, _ = drained(stream, website, cursor)
    assert str(made["customer_id"]) in ids_of(stream, rows)
    assert ids_of(stream, again) == ids_of(stream, rows)


def test_ids_fetch_what_the_website_holds_now_and_nothing_of_others(own_northwind: Northwind, open_shop: Open) -> None:
    shop = open_shop(own_northwind.url, own_northwind.bearer)
    home, other = shop.sites().websites
    stream = Customers(shop)
    mine, others = every_id(stream, home, 300), every_id(stream, other, 300)
    gone = own_northwind.change("delete_customer", customer_id=int(mine[0]))
    assert str(gone["customer_id"]) == mine[0]
    found = ids_of(stream, list(stream.fetch(home, [mine[0], mine[1], others[0], "999999", "no-id"])))
    assert found == [mine[1]]


def test_a_cart_that_was_ordered_leaves_the_open_ones_and_is_found_by_its_id(
    own_northwind: Northwind, open_shop: Open
) -> None:
    shop = open_shop(own_northwind.url, own_northwind.bearer)
    website = shop.sites().websites[0]
    placed = own_northwind.change("place_order", store="uk_en")
    stream = Carts(shop)
    assert str(placed["quote_id"]) not in every_id(stream, website, 300)
    (row,) = stream.fetch(website, [str(placed["quote_id"])])
    assert stream.to_commerce(row).phase == "ordered"
