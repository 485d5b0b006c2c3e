"""The binary log of a real MariaDB as a feed of ids: exact after a kill, and told apart from what was purged."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dotbridge.errors import ConfigError
from dotbridge.sources.base import ChangeFeed
from dotbridge.sources.codes import FEED_UNFIT, RIGHT_MISSING
from support.benches.base import GivenCustomer, GivenOrder
from support.benches.magento1 import Magento1Bench
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.fixtures_mariadb import mariadb
from support.mariadb import MariaDb
from support.toy_machine import SHORT, Machine

__all__ = ["mariadb"]
pytestmark = pytest.mark.mariadb


@pytest.fixture(scope="module")
def logging_server() -> Iterator[MariaDb]:
    if not MariaDb.available():
        if os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") == "1":
            pytest.fail("MariaDB is not installed (mariadb-server)")
        pytest.skip("MariaDB is not installed (mariadb-server)")
    with MariaDb("--log-bin=binlog", "--binlog-format=ROW", "--server-id=7") as server:
        yield server


@pytest.fixture(scope="module")
def kept(logging_server: MariaDb) -> Magento1Bench:
    return Magento1Bench(logging_server)


@pytest.fixture
def shop(kept: Magento1Bench) -> Magento1Bench:
    kept.empty()
    return kept


def feed_of(shop: Magento1Bench, **changed: Any) -> ChangeFeed:
    found = shop.open(change_feed=True, **changed).change_feed()
    assert found is not None
    return found


def test_written_changed_and_deleted_rows_tell_of_their_records(shop: Magento1Bench) -> None:
    feed = feed_of(shop)
    position = feed.start()
    shop.put_orders([GivenOrder(id=5), GivenOrder(id=6)])
    shop.put_customers([GivenCustomer(id=9)])
    shop.db.cursor().execute("UPDATE sales_flat_order SET status = 'complete' WHERE entity_id = 5")
    shop.db.cursor().execute("INSERT INTO sales_flat_order_item (item_id, order_id) VALUES (900, 77)")
    shop.delete_order(6)
    changes = feed.read(position, 1000)
    assert changes.ids == {"orders": {"5", "6", "77"}, "customers": {"9"}}
    assert not changes.gap
    # Another reader goes on behind it.
    assert feed_of(shop).read(changes.position, 1000).ids == {}
    shop.put_orders([GivenOrder(id=8)])
    assert feed_of(shop).read(changes.position, 1000).ids == {"orders": {"8"}}


def test_a_long_log_is_read_in_parts_that_lose_nothing(shop: Magento1Bench) -> None:
    feed = feed_of(shop)
    position = feed.start()
    for part in range(6):
        shop.put_orders([GivenOrder(id=part * 10 + n) for n in range(1, 11)])
    seen: set[str] = set()
    parts = 0
    while True:
        changes = feed_of(shop).read(position, 15)
        seen |= changes.ids.get("orders", set())
        position, parts = changes.position, parts + 1
        if not changes.more:
            break
    assert seen == {str(n) for n in range(1, 61)}
    assert parts > 2


def logs(cursor: Any) -> list[str]:
    cursor.execute("SHOW BINARY LOGS")
    return [row[0] for row in cursor.fetchall()]


def test_a_log_that_was_purged_is_a_gap_and_goes_on_from_now(shop: Magento1Bench) -> None:
    feed = feed_of(shop)
    position = feed.start()
    shop.put_orders([GivenOrder(id=5)])
    old = json.loads(position)["file"]
    with shop.db.cursor() as cursor:
        # The server keeps a file while a reader or its own recovery may need it.
        while old in logs(cursor):
            cursor.execute("FLUSH BINARY LOGS")
            cursor.execute(f"PURGE BINARY LOGS TO '{logs(cursor)[-1]}'")
            time.sleep(0.05)
    changes = feed.read(position, 1000)
    assert (changes.ids, changes.gap) == ({}, True)
    shop.put_orders([GivenOrder(id=6)])
    assert feed.read(changes.position, 1000).ids == {"orders": {"6"}}


def test_a_server_without_a_log_and_a_user_without_the_right_say_so(shop: Magento1Bench, mariadb: MariaDb) -> None:
    with pytest.raises(ConfigError) as unfit:
        feed_of(shop, host=mariadb.host, port=mariadb.port, database="mysql").start()
    assert unfit.value.code is FEED_UNFIT
    shop.db.cursor().execute("CREATE OR REPLACE USER reader@'127.0.0.1' IDENTIFIED BY 'reads'")
    shop.db.cursor().execute("GRANT SELECT ON *.* TO reader@'127.0.0.1'")
    with pytest.raises(ConfigError) as denied:
        feed_of(shop, user="reader", password="reads").start()
    assert denied.value.code is RIGHT_MISSING


class Follower(Machine):
    """A machine that follows the log of a Magento 1 shop."""

    def follow(self, sandbox: Sandbox, shop: Magento1Bench) -> None:
        server = shop.server
        settings = {
            "host": server.host,
            "port": server.port,
            "user": server.user,
            "password": server.password,
            "database": "conformance",
            "change_feed": True,
        }
        configuration = {
            "accounts": {"main": {"username": USER, "password": PASSWORD, "hosts": {"r1": sandbox.url}}},
            "connections": {"shop": {"platform": "magento1", "account": "main", "settings": settings}},
            "confirmed_by": "Ada",
            "settings": {**SHORT, "overlap_seconds": 120, "non_subscribers": "send"},
        }
        (self.folder / "dotbridge.yaml").write_text(yaml.safe_dump(configuration))
        self.run("apply", str(self.folder / "dotbridge.yaml"))
        self.run("account", "prepare", "--yes")
        self.run("sync", "all")
        self.run("sync", "change_feed")

    def told(self) -> set[str]:
        return {row[0] for row in self.sql("SELECT source_id FROM waiting_id WHERE stream = 'orders'")}

    def position(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.sql("SELECT cursor FROM checkpoint WHERE stream = 'change_feed'")[0][0])
        return found


def test_a_reader_that_is_killed_goes_on_exactly_where_it_was(
    shop: Magento1Bench, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.post_control("settings", {"import_polls": 0})
    machine = Follower(tmp_path / "installed", tmp_path / "none")
    machine.follow(sandbox, shop)
    before = machine.position()
    shop.put_orders([GivenOrder(id=5)])
    machine.run("sync", "change_feed", codes=(-signal.SIGKILL,), DOTBRIDGE_KILL_AT="feed-read")
    assert (machine.told(), machine.position()) == (set(), before)
    machine.outlast_the_dead()
    machine.run("sync", "change_feed", codes=(-signal.SIGKILL,), DOTBRIDGE_KILL_AT="feed-kept")
    assert machine.told() == {"5"}
    after = machine.position()
    assert after != before
    machine.outlast_the_dead()
    # Nothing is told twice: the id keeps the version of its first telling.
    machine.run("sync", "change_feed")
    assert (machine.position(), machine.sql("SELECT version FROM waiting_id")) == (after, [(1,)])
    machine.run("sync", "live")
    assert machine.told() == set()
    assert machine.sql("SELECT source_id FROM email_order") == [("5",)]
