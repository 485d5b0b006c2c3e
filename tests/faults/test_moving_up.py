"""An installation goes to another database, or comes back from a backup: nothing is sent again, nothing is lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.dotdigital_sandbox import Sandbox
from support.moves import last_request, moves
from support.postgresql import PASSWORD, PostgreSql
from support.road import number, statuses
from support.toy_cluster import Cluster
from support.toy_machine import Machine
from support.toy_shop import ToyShop, order, person, product, review, wishlist

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]


@pytest.fixture(scope="module")
def synced(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> tuple[Machine, ToyShop, Path]:
    """Five customers with orders, a product, a review and a wishlist are in Dotdigital, from an embedded installation."""
    folder = tmp_path_factory.mktemp("moving")
    sandbox_server.post_control("reset")
    sandbox_server.post_control("settings", {"import_polls": 0})
    shop = ToyShop(folder / "shop.sqlite3")
    for one in range(1, 6):
        shop.put("customers", person(one))
        shop.put("orders", order(one, customer=one, status="new"))
    shop.put("products", product(7, sku="MUG"))
    shop.put("reviews", review(1, 1))
    shop.put("wishlists", wishlist(1, 1))
    machine = Machine(folder / "machine", shop.path)
    machine.configure(sandbox_server)
    machine.run("user", "add", "ada", "--role", "admin", "--password", "northwind-console")
    machine.sync()
    sandbox_server.keep(folder / "sandbox.sqlite3")
    return machine, shop, folder / "sandbox.sqlite3"


@pytest.fixture
def embedded(synced: tuple[Machine, ToyShop, Path], sandbox: Sandbox, tmp_path: Path) -> Machine:
    """A copy of that installation, at that moment."""
    sandbox.put_back(synced[2])
    return synced[0].copy_to(tmp_path / "embedded")


@pytest.fixture
def cluster(postgresql: PostgreSql, embedded: Machine) -> Iterator[Cluster]:
    """The same folder of keys and bodies beside an empty database."""
    cluster = Cluster(embedded.folder, embedded.shop, postgresql)
    yield cluster
    cluster.close()


def moved(cluster: Cluster) -> str:
    return cluster.server.url(cluster.database)


def test_the_old_installation_sends_nothing_any_more(embedded: Machine, cluster: Cluster, sandbox: Sandbox) -> None:
    embedded.run("move", "--to", moved(cluster))
    before = last_request(sandbox)
    assert "SET-MOVED" in embedded.run("jobs", "--json").stdout
    assert {row[0] for row in embedded.sql("SELECT state FROM job")} == {"paused"}
    embedded.run("sync", "order_and_quote_sync", "--full", codes=(0, 4))
    assert not moves(sandbox.requests(before))


def test_a_move_that_was_killed_goes_on_where_it_stopped(embedded: Machine, cluster: Cluster, sandbox: Sandbox) -> None:
    embedded.run("move", "--to", moved(cluster), codes=(-signal.SIGKILL,), DOTBRIDGE_KILL_AT="table-moved:20")
    assert "SET-MOVE-UNFINISHED" in cluster.run("jobs", codes=(4,)).stderr
    done = cluster.sql("SELECT COUNT(*) FROM dotbridge_move")[0][0]
    assert done >= 20
    embedded.run("move", "--to", moved(cluster))
    before = last_request(sandbox)
    cluster.sync()
    assert not moves(sandbox.requests(before))
    assert cluster.broken_rules() == []
    assert "SET-MOVE-TARGET" in embedded.run("move", "--to", moved(cluster), codes=(4,)).stderr


def test_nothing_is_moved_while_a_worker_is_at_work(embedded: Machine, cluster: Cluster) -> None:
    embedded.sql("UPDATE job SET state = 'running', token = 't', lease_until = 9999999999 WHERE kind = 'importer'")
    assert "SET-MOVE-BUSY" in embedded.run("move", "--to", moved(cluster), codes=(4,)).stderr
    assert cluster.run("jobs", "--json").stdout.strip() == "[]"


def test_a_restored_backup_sends_nothing_again_and_writes_to_nobody_until_a_person_says_so(
    embedded: Machine, cluster: Cluster, sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    embedded.run("backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    counts, before = embedded.count_rows(), last_request(sandbox)
    cluster.run("restore", str(file))
    assert cluster.count_rows() == counts
    cluster.sync()
    assert not moves(sandbox.requests(before))
    held: list[tuple[Any, ...]] = cluster.sql("SELECT engagement, engagement_paused_for FROM dotdigital_account")
    assert held[0][0] == "paused"
    assert "backup" in held[0][1]
    cluster.run("account", "resume-engagement")
    assert cluster.sql("SELECT engagement FROM dotdigital_account") == [("on",)]
    assert "SET-RESTORE-TARGET" in cluster.run("restore", str(file), codes=(4,)).stderr
    back = Machine(tmp_path / "back", embedded.shop)
    (back.folder / "keys").write_bytes((embedded.folder / "keys").read_bytes())
    again = tmp_path / "again.zip"
    cluster.run("backup", str(again))
    back.run("restore", str(again))
    assert back.count_rows() == counts


def test_a_file_that_is_no_backup_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "other.zip").write_text("no backup")
    assert "SET-BACKUP-UNREADABLE" in cluster.run("restore", str(tmp_path / "other.zip"), codes=(4,)).stderr


def test_a_database_that_cannot_be_used_is_named_at_the_start(cluster: Cluster, postgresql: PostgreSql) -> None:
    name = cluster.database
    postgresql.execute("postgres", f"CREATE ROLE {name}_reader LOGIN PASSWORD '{PASSWORD}'")
    reader = postgresql.url(name, f"{name}_reader")
    assert "CFG-DATABASE-RIGHTS" in cluster.run("jobs", codes=(4,), DOTBRIDGE_DATABASE=reader).stderr
    wrong = postgresql.url(name, password="northwind-wrong")
    said = cluster.run("jobs", codes=(4,), DOTBRIDGE_DATABASE=wrong).stderr
    assert "CFG-DATABASE-AWAY" in said
    assert "northwind-wrong" not in said
    cluster.run("jobs")
    cluster.sql("INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_later', now())")
    assert "CFG-DATABASE-NEWER" in cluster.run("jobs", codes=(4,)).stderr


def test_a_moved_installation_sends_nothing_again_and_goes_on(
    embedded: Machine, cluster: Cluster, sandbox: Sandbox, synced: tuple[Machine, ToyShop, Path]
) -> None:
    before, counts = last_request(sandbox), embedded.count_rows()
    embedded.run("move", "--to", moved(cluster), "--json")
    assert cluster.count_rows() == counts
    cluster.sync()
    cluster.run("sync", "all", "--full")
    assert not moves(sandbox.requests(before))
    assert [row for row in cluster.audit() if row["unexplained"]] == []
    shop = synced[1]  # the last test here: the shop moves on
    shop.change("orders", 1, status="paid")
    shop.put("orders", order(6, customer=2, status="new"))
    cluster.sync()
    assert (statuses(sandbox)[number(1)], statuses(sandbox)[number(6)]) == ("paid", "new")
