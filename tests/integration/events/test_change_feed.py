"""The binary log of a real MariaDB as a feed of ids: exact after a kill, and told apart from what was purged."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dotbridge.errors import ConfigError
from dotbridge.sources.base import ChangeFeed
from dotbridge.sources.codes import FEED_UNFIT, RIGHT_MISSING
from support.benches.base import GivenCustomer, GivenOrder
from support.benches.magento1 import Magento1Bench
from support.benches.magento2_tables import Magento2TablesBench
from support.dotdigital_sandbox import Sandbox
from support.fixtures_mariadb import mariadb
from support.follower import LOGGED, Follower
from support.mariadb import MariaDb

__all__ = ["mariadb"]
pytestmark = pytest.mark.mariadb
OpenFeed = Callable[..., ChangeFeed]


@pytest.fixture(scope="module")
def logging_server() -> Iterator[MariaDb]:
    if not MariaDb.available():
        if os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") == "1":
            pytest.fail("MariaDB is not installed (mariadb-server)")
        pytest.skip("MariaDB is not installed (mariadb-server)")
    with MariaDb(*LOGGED) as server:
        yield server


@pytest.fixture(scope="module", params=[Magento1Bench, Magento2TablesBench], ids=["magento1", "magento2"])
def kept(logging_server: MariaDb, request: pytest.FixtureRequest) -> Magento1Bench:
    found: Magento1Bench = request.param(logging_server)
    return found


@pytest.fixture
def shop(kept: Magento1Bench) -> Magento1Bench:
    kept.empty()
    return kept


@pytest.fixture
def feed_of(shop: Magento1Bench) -> Iterator[Callable[..., ChangeFeed]]:
    """Opens a feed of the shop's log with further settings."""
    opened: list[ChangeFeed] = []

    def open_with(**changed: Any) -> ChangeFeed:
        found = shop.open(change_feed=True, **changed).change_feed()
        assert found is not None
        opened.append(found)
        return found

    yield open_with
    for one in opened:
        one.close()


def test_written_changed_and_deleted_rows_tell_of_their_records(shop: Magento1Bench, feed_of: OpenFeed) -> None:
    feed = feed_of()
    position = feed.start()
    shop.put_orders([GivenOrder(id=5), GivenOrder(id=6)])
    shop.put_customers([GivenCustomer(id=9)])
    shop.db.cursor().execute(f"UPDATE {shop.sales} SET status = 'complete' WHERE entity_id = 5")
    shop.db.cursor().execute(f"INSERT INTO {shop.sales}_item (item_id, order_id) VALUES (900, 77)")
    shop.delete_order(6)
    changes = feed.read(position, 1000)
    assert changes.ids == {"orders": {"5", "6", "77"}, "customers": {"9"}}
    assert not changes.gap
    # Another reader goes on behind it.
    assert feed_of().read(changes.position, 1000).ids == {}
    shop.put_orders([GivenOrder(id=8)])
    assert feed_of().read(changes.position, 1000).ids == {"orders": {"8"}}


def test_a_long_log_is_read_in_parts_that_lose_nothing(shop: Magento1Bench, feed_of: OpenFeed) -> None:
    feed = feed_of()
    position = feed.start()
    for part in range(6):
        shop.put_orders([GivenOrder(id=part * 10 + n) for n in range(1, 11)])
    seen: set[str] = set()
    parts = 0
    while True:
        changes = feed_of().read(position, 15)
        seen |= changes.ids.get("orders", set())
        position, parts = changes.position, parts + 1
        if not changes.more:
            break
    assert seen == {str(n) for n in range(1, 61)}
    assert parts > 2


def asked(shop: Magento1Bench) -> int:
    """Statements that the server was asked until now, this one included."""
    with shop.db.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Questions'")
        return int(cursor.fetchone()[1])


def settled(cursor: Any) -> bool:
    """Whether the server has written the last of the events by itself with which it begins a new file."""
    file = logs(cursor)[-1]
    cursor.execute(f"SHOW BINLOG EVENTS IN '{file}'")
    return any(row[2] == "Binlog_checkpoint" and row[5] == file for row in cursor.fetchall())


def test_a_look_at_a_log_that_did_not_move_is_one_statement(shop: Magento1Bench, feed_of: OpenFeed) -> None:
    feed = feed_of()
    position = feed.start()
    with shop.db.cursor() as cursor:
        # The new file begins with events that concern no table: they are passed once, and then the feed is at rest.
        cursor.execute("FLUSH BINARY LOGS")
        while not settled(cursor):
            time.sleep(0.02)
    position = feed.read(position, 1000).position
    counted = []
    for _ in range(3):
        before = asked(shop)
        for _ in range(10):
            changes = feed.read(position, 1000)
            assert (changes.ids, changes.position, changes.more) == ({}, position, False)
        counted.append(asked(shop) - before)
    # The count is the whole server's: somebody else's goodbye may fall into one of the three.
    assert min(counted) == 10 + 1
    shop.put_orders([GivenOrder(id=5)])
    assert feed.read(position, 1000).ids == {"orders": {"5"}}


def test_a_connection_that_the_server_closed_is_opened_again(shop: Magento1Bench, feed_of: OpenFeed) -> None:
    feed = feed_of()
    position = feed.start()
    with shop.db.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        mine = cursor.fetchone()[0]
        cursor.execute("SELECT ID FROM information_schema.PROCESSLIST WHERE ID <> %s AND COMMAND = 'Sleep'", (mine,))
        for (other,) in cursor.fetchall():
            cursor.execute(f"KILL {other}")
    shop.put_orders([GivenOrder(id=5)])
    assert feed.read(position, 1000).ids == {"orders": {"5"}}


def logs(cursor: Any) -> list[str]:
    cursor.execute("SHOW BINARY LOGS")
    return [row[0] for row in cursor.fetchall()]


def test_a_log_that_was_purged_is_a_gap_and_goes_on_from_now(shop: Magento1Bench, feed_of: OpenFeed) -> None:
    feed = feed_of()
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


def test_a_server_without_a_log_and_a_user_without_the_right_say_so(
    shop: Magento1Bench, mariadb: MariaDb, feed_of: OpenFeed
) -> None:
    with pytest.raises(ConfigError) as unfit:
        feed_of(host=mariadb.host, port=mariadb.port, database="mysql").start()
    assert unfit.value.code is FEED_UNFIT
    shop.db.cursor().execute("CREATE OR REPLACE USER reader@'127.0.0.1' IDENTIFIED BY 'reads'")
    shop.db.cursor().execute("GRANT SELECT ON *.* TO reader@'127.0.0.1'")
    with pytest.raises(ConfigError) as denied:
        feed_of(user="reader", password="reads").start()
    assert denied.value.code is RIGHT_MISSING


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
    machine.sync()
    # At work by itself it stays at the log, sends what is written there, and stops when it is asked to.
    process = machine.start("serve")
    try:
        shop.put_customers([GivenCustomer(id=9, email="grace@example.com")])
        since = time.monotonic()
        while "grace@example.com" not in sandbox.state()["contacts"]:
            assert time.monotonic() - since < 90, "it never arrived"
            time.sleep(0.05)
        print(f"{shop.platform}: {time.monotonic() - since:.2f} s from the row to the accepted customer")
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0
