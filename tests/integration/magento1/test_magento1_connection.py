"""Connections that fail say what to do, and a shop that is read is never written to."""

from __future__ import annotations

import contextlib
import threading

import pymysql
import pytest

from dotbridge.errors import ConfigError, FatalError, RetryableError
from dotbridge.sources import codes
from dotbridge.sources.base import Cursor
from dotbridge.sources.magento1.grants import grants
from dotbridge.sources.magento1.schema import READ
from dotbridge.sources.magento1.source import Magento1
from dotbridge.sources.mysql import Shop
from dotbridge.sources.registry import platform
from support.magento1 import Open, drain, everything
from support.mariadb import MariaDb, free_port

pytestmark = [pytest.mark.mariadb, pytest.mark.store]


def connect(server: MariaDb, database: str, driver: str = "", **other: object) -> Shop:
    """A bare connection, with some of its settings changed."""
    settings = {"host": server.host, "port": server.port, "user": server.user, "password": server.password} | other
    return Shop(database=database, driver=driver, **settings)  # type: ignore[arg-type] # values as a test wants them


@pytest.mark.parametrize("driver", ["", "pymysql"])
def test_wrong_credentials_and_databases_are_for_a_person(mariadb: MariaDb, magento1_store: str, driver: str) -> None:
    for change, code in (
        ({"password": "wrong-secret"}, codes.CREDENTIALS_REFUSED),
        ({"user": "nobody"}, codes.CREDENTIALS_REFUSED),
    ):
        with pytest.raises(ConfigError) as refused:
            connect(mariadb, magento1_store, driver, **change).query("SELECT 1")
        assert refused.value.code is code
        assert "wrong-secret" not in str(refused.value)
    with pytest.raises(ConfigError) as unknown:
        connect(mariadb, "no_such_shop", driver).query("SELECT 1")
    assert unknown.value.code is codes.DATABASE_UNKNOWN


@pytest.mark.parametrize("driver", ["", "pymysql"])
def test_a_server_that_is_away_is_tried_later(mariadb: MariaDb, driver: str) -> None:
    with pytest.raises(RetryableError) as away:
        connect(mariadb, "mysql", driver, port=free_port()).query("SELECT 1")
    assert away.value.code is codes.SHOP_UNREACHABLE


def test_missing_tables_refused_rights_and_bad_sql_are_told_apart(mariadb: MariaDb, magento1_store: str) -> None:
    mariadb.execute(
        "mysql",
        "CREATE OR REPLACE USER reader@'127.0.0.1' IDENTIFIED BY 'reads'",
        f"GRANT SELECT ON `{magento1_store}`.core_website TO reader@'127.0.0.1'",
    )
    shop = connect(mariadb, magento1_store)
    with pytest.raises(ConfigError) as missing:
        shop.query("SELECT 1 FROM no_such_table")
    assert missing.value.code is codes.TABLE_MISSING
    with pytest.raises(FatalError):
        shop.query("SELEKT 1")
    with pytest.raises(ConfigError) as refused:
        connect(mariadb, magento1_store, user="reader", password="reads").query("SELECT 1 FROM customer_entity")
    assert refused.value.code is codes.RIGHT_MISSING
    shop.close()


@pytest.mark.parametrize("driver", ["", "pymysql"])
def test_sessions_read_in_utc_and_cannot_write(mariadb: MariaDb, magento1_store: str, driver: str) -> None:
    shop = connect(mariadb, magento1_store, driver)
    assert shop.query("SELECT @@time_zone, @@character_set_client, 1+%s, 'a%%b'", (1,)) == [
        ("+00:00", "utf8mb4", 2, "a%b")
    ]
    with pytest.raises(FatalError):
        shop.query("DELETE FROM core_website")
    shop.close()
    shop.close()


@pytest.mark.parametrize("driver", ["", "pymysql"])
def test_a_query_that_takes_too_long_is_stopped_and_tried_later(mariadb: MariaDb, driver: str) -> None:
    shop = connect(mariadb, "mysql", driver, statement_seconds=1)
    with pytest.raises(RetryableError) as slow:
        shop.query("SELECT SLEEP(5) FROM mysql.user")
    assert slow.value.code is codes.QUERY_SLOW
    assert shop.query("SELECT 1") == [(1,)]
    shop.close()


def test_both_drivers_give_the_same_rows(mariadb: MariaDb, magento1_store: str) -> None:
    sql = "SELECT * FROM sales_flat_order ORDER BY entity_id LIMIT 50"
    fast, plain = (connect(mariadb, magento1_store, driver) for driver in ("", "pymysql"))
    assert fast.query(sql) == plain.query(sql)
    fast.close()
    plain.close()


@pytest.mark.parametrize("driver", ["", "pymysql"])
def test_a_lost_connection_is_opened_again(mariadb: MariaDb, driver: str) -> None:
    shop = connect(mariadb, "mysql", driver)
    ((number,),) = shop.query("SELECT CONNECTION_ID()")
    mariadb.execute("mysql", f"KILL {number}")
    assert shop.query("SELECT 1") == [(1,)]
    shop.close()


def test_every_thread_has_a_connection_of_its_own(mariadb: MariaDb) -> None:
    shop = connect(mariadb, "mysql")
    seen: list[int] = []
    gate = threading.Barrier(3)

    def ask() -> None:
        gate.wait()
        seen.append(shop.query("SELECT CONNECTION_ID()")[0][0])

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 3
    shop.close()


def test_a_server_that_goes_while_paging_costs_one_page(magento1_store: str, mariadb: MariaDb, open_shop: Open) -> None:
    shop = open_shop(magento1_store)
    orders, website = shop.streams()["orders"], shop.websites()[0]
    page = orders.read(website, Cursor(), 500)
    mariadb.stop()
    try:
        with pytest.raises(RetryableError):
            orders.read(website, page.next_cursor, 500)
    finally:
        mariadb.start()
    rows, _ = drain(orders, website, 500, page.next_cursor)
    assert len(page.rows) + len(rows) == orders.count(website)


def test_a_user_with_just_the_listed_rights_reads_everything(
    mariadb: MariaDb, magento1_store: str, open_shop: Open
) -> None:
    mariadb.execute("mysql", "CREATE OR REPLACE USER dotbridge@'127.0.0.1' IDENTIFIED BY 'reads'")
    for statement in grants(magento1_store, user="dotbridge@'127.0.0.1'"):
        with contextlib.suppress(pymysql.err.ProgrammingError):  # the real store has no log_customer
            mariadb.execute("mysql", statement.removesuffix(";"))
    least = open_shop(magento1_store, user="dotbridge", password="reads")
    findings = {check.name: check for check in least.check()}
    assert findings["read-only user"].state == "ok"
    assert [name for name, check in findings.items() if check.state != "ok"] == ["table log_customer", "newsletter"]
    assert len(everything(least, "wishlists")) == 329
    assert set(least.streams()) == set(Magento1.collections)


def test_a_connection_test_names_what_a_user_lacks(mariadb: MariaDb, magento1_store: str, open_shop: Open) -> None:
    mariadb.execute("mysql", "CREATE OR REPLACE USER narrow@'127.0.0.1' IDENTIFIED BY 'reads'")
    hidden = ("wishlist", "tax_calculation", "log_customer")
    for statement in grants(magento1_store, user="narrow@'127.0.0.1'"):
        if not any([f"`{table}`" in statement for table in hidden]):
            mariadb.execute("mysql", statement.removesuffix(";"))
    shop = open_shop(magento1_store, user="narrow", password="reads")
    findings = {check.name: check for check in shop.check() if check.state != "ok"}
    assert set(findings) == {"newsletter", "stream wishlists", *[f"table {table}" for table in hidden]}
    assert "wishlists" not in shop.streams()
    assert len(everything(shop, "reviews")) == 700


def test_another_database_is_no_shop(open_shop: Open) -> None:
    with pytest.raises(ConfigError) as wrong:
        open_shop("mysql").check()
    assert wrong.value.code is codes.TABLE_MISSING


def test_a_table_prefix_is_put_before_every_table(mariadb: MariaDb, magento1_store: str, open_shop: Open) -> None:
    mariadb.copy(magento1_store, "magento1_prefixed", READ, prefix="Mage_")
    shop = open_shop("magento1_prefixed", table_prefix="Mage_")
    assert {check.name for check in shop.check() if check.state == "missing"} == {
        "newsletter",
        "read-only user",
        "table log_customer",
    }
    for name, count in {"customers": 2197, "orders": 5297, "products": 1294, "wishlists": 329}.items():
        assert len(everything(shop, name)) == count
    with pytest.raises(ConfigError) as wrong:
        open_shop("magento1_prefixed").websites()
    assert wrong.value.code is codes.TABLE_MISSING
    with pytest.raises(ConfigError):
        open_shop("magento1_prefixed", table_prefix="x`; DROP")
    mariadb.execute("mysql", "DROP DATABASE magento1_prefixed")


def test_the_registry_opens_this_platform() -> None:
    assert platform("magento1") is Magento1
    assert Magento1.collections == (
        *("customers", "subscribers", "orders", "carts", "products", "reviews", "wishlists"),
    )
