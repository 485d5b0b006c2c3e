"""A connection by REST, by the database or by both says which way gives each collection, and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.errors import ConfigError, RetryableError
from dotbridge.sources import codes
from dotbridge.sources.base import READ_ONLY, Cursor
from dotbridge.sources.magento2.source import Magento2
from dotbridge.sources.magento2.sql.grants import grants
from dotbridge.sources.magento2.sql.schema import READ
from dotbridge.sources.magento2.sql.stream import TableStream
from dotbridge.sources.magento2.streams.listing import ListStream
from support.magento2_tables import OpenTables, drain, everything
from support.mariadb import MariaDb, free_port
from support.northwind_shop import Northwind

pytestmark = [pytest.mark.mariadb, pytest.mark.store]


@pytest.fixture(scope="module")
def only_orders(mariadb: MariaDb, magento2_store: str) -> str:
    """A database whose user was granted the tables of orders alone."""
    tables = [name for name in READ if name.startswith(("sales_", "store", "core_"))]
    mariadb.copy(magento2_store, "magento2_orders", tables)
    return "magento2_orders"


def by_rest(northwind: Northwind) -> dict[str, Any]:
    return {"base_url": northwind.url, "allow_private": True, **northwind.oauth}


def test_each_collection_comes_from_the_database_where_both_ways_can_give_it(
    northwind: Northwind, only_orders: str, open_tables: OpenTables
) -> None:
    shop = open_tables(only_orders, **by_rest(northwind))
    found = {check.name: check for check in shop.check()}
    assert found["collection orders"].text == "Read from the database."
    assert found["collection products"].text.startswith("Read by REST, which does not tell prices with tax")
    assert found["collection reviews"].state == "missing"
    streams = shop.streams()
    assert isinstance(streams["orders"], TableStream)
    assert {name for name, stream in streams.items() if isinstance(stream, ListStream)} == {
        "customers",
        "carts",
        "products",
    }


def test_a_way_that_fails_beside_one_that_works_is_a_finding(
    northwind: Northwind, magento2_store: str, open_tables: OpenTables, mariadb: MariaDb
) -> None:
    without_database = open_tables(magento2_store, **by_rest(northwind), password="wrong-secret")
    found = {check.name: check for check in without_database.check()}
    assert found["database"].state == "failed"
    assert "wrong-secret" not in str(found)
    assert found["collection customers"].text.startswith("Read by REST")
    without_rest = open_tables(magento2_store, **{**by_rest(northwind), "token": "f" * 32})
    found = {check.name: check for check in without_rest.check()}
    assert found["rest"].state == "failed"
    assert found["collection customers"].text == "Read from the database."
    with pytest.raises(ConfigError) as both:
        open_tables("no_such_shop", **{**by_rest(northwind), "token": "f" * 32}).check()
    assert both.value.code is codes.DATABASE_UNKNOWN


def test_a_database_that_is_no_magento_2_shop_is_for_a_person(open_tables: OpenTables) -> None:
    with pytest.raises(ConfigError) as refused:
        open_tables("mysql").check()
    assert refused.value.code is codes.TABLE_MISSING


def test_a_database_that_is_away_is_tried_later(open_tables: OpenTables, magento2_store: str) -> None:
    with pytest.raises(RetryableError) as away:
        open_tables(magento2_store, port=free_port()).websites()
    assert away.value.code is codes.SHOP_UNREACHABLE


def test_a_user_with_just_the_listed_rights_reads_everything(
    mariadb: MariaDb, magento2_store: str, open_tables: OpenTables
) -> None:
    there = {row[0] for row in mariadb.execute(magento2_store, "SHOW TABLES")}
    user = "'listed'@'127.0.0.1'"
    mariadb.execute(
        "mysql",
        f"CREATE OR REPLACE USER {user} IDENTIFIED BY 'reads'",
        *[line for line in grants(magento2_store, "", user) if line.split("`")[3] in there],
    )
    shop = open_tables(magento2_store, user="listed", password="reads")
    found = {check.name: check.state for check in shop.check()}
    assert found["read-only user"] == "ok"
    # Writing the newsletter takes rights of its own.
    assert {name for name, state in found.items() if state != "ok"} == {READ_ONLY.name}
    for name in shop.collections:
        assert everything(shop, name), name


@pytest.mark.parametrize("name", ["customers", "orders", "carts", "products"])
def test_records_that_share_an_instant_are_read_once_over_page_edges(
    name: str, open_tables: OpenTables, magento2_store: str
) -> None:
    shop = open_tables(magento2_store)
    stream = shop.streams()[name]
    for website in shop.websites():
        rows, end = drain(stream, website, 37, Cursor("changed", since="2000-01-01T00:00:00Z"))
        read = [stream.identify(row)[0] for row in rows]
        views = len(website.stores) if name == "products" else 1
        assert len(read) == len(set(read)) * views
        # Among changes there are also the carts that were ordered.
        assert set(read) >= set(stream.ids(website, "", 10_000))
        assert end.phase == "changed"


def test_a_cart_that_is_ordered_is_read_among_the_changes_and_no_longer_counted(
    mariadb: MariaDb, magento2_store: str, open_tables: OpenTables
) -> None:
    tables = [name for name in READ if name.startswith(("quote", "store", "core_", "customer_entity"))]
    mariadb.copy(magento2_store, "magento2_carts", tables)
    shop = open_tables("magento2_carts")
    website, stream = shop.websites()[0], shop.streams()["carts"]
    rows, end = drain(stream, website, 500)
    cart_id = next(stream.identify(row)[0] for row in rows if stream.to_commerce(row).phase == "open")
    mariadb.execute(
        "magento2_carts",
        "UPDATE quote SET is_active = 0, reserved_order_id = '000009999', updated_at = UTC_TIMESTAMP()"
        f" WHERE entity_id = {cart_id}",
    )
    changed, _ = drain(stream, website, 500, end)
    assert {stream.identify(row)[0]: stream.to_commerce(row).phase for row in changed}[cart_id] == "ordered"
    assert cart_id not in stream.ids(website, "", 10_000)
    (row,) = stream.fetch(website, [cart_id])
    assert stream.to_commerce(row).phase == "ordered"


def test_the_shop_is_never_written_to(open_tables: OpenTables, magento2_store: str, mariadb: MariaDb) -> None:
    def state() -> list[tuple[Any, ...]]:
        names = ", ".join([f"`{name}`" for name in READ if name not in {"company", "company_advanced_customer_entity"}])
        return mariadb.execute(magento2_store, f"CHECKSUM TABLE {names}")

    before = state()
    shop: Magento2 = open_tables(magento2_store)
    shop.check()
    for name in shop.streams():
        everything(shop, name)
    assert state() == before
