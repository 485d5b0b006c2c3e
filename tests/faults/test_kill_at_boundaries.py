"""kill -9 at each boundary of the data path: after a restart everything is as if nothing had happened."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from support.dotdigital_sandbox import Sandbox
from support.toy_machine import Machine
from support.toy_shop import ToyShop, cart, order, person, product, refund, review, wishlist

BOUNDARIES = ("body-stored", "staged", "before-submit", "accepted", "mid-report", "mid-settle")
KILLS = 5
#: By file only the way of contacts differs, and they come first: within so many passes of a boundary.
PASSES_OF_FILES = 6


def fill(shop: ToyShop) -> None:
    """Customers of two websites, one of them with a person of the other; guests, refunds, and what is refused."""
    for number in range(1, 13):
        shop.put("customers", person(number))
        shop.put("orders", order(number, customer=number if number % 3 else None))
    shop.put("customers", person(20, website="2", email="person1@example.com"))
    shop.put("customers", person(21, email="no address"))
    shop.put("orders", order(20, website="2", customer=20))
    shop.put("orders", order(21, customer=1, total=240_000, refunded=40_000, refunds=(refund(40_000),)))
    for number in range(30, 42):
        shop.put("products", product(number, sku=f"SKU-{number}"))
    for number in range(1, 4):
        shop.put("reviews", review(number, number))
        shop.put("wishlists", wishlist(number, number))
        shop.put("carts", cart(number, number))


class Start(NamedTuple):
    """A configured installation and sandbox before the first sync, and what one in peace makes of them."""

    machine: Machine
    peaceful: Machine
    sandbox: Path
    passes: Counter[str]
    state: dict[str, Any]
    rows: dict[str, int]

    def again(self, folder: Path, sandbox: Sandbox) -> Machine:
        """The same start once more."""
        sandbox.put_back(self.sandbox)
        return self.machine.copy_to(folder)


def compared(sandbox: Sandbox) -> dict[str, Any]:
    """What two sandboxes must have in common to be equal."""
    state = sandbox.state()
    return {part: state[part] for part in ("contacts", "lists", "insight", "owners")}


def begin(sandbox_server: Sandbox, folder: Path, transport: str) -> Start:
    """The start of an installation that sends its contacts so."""
    shop = ToyShop(folder / "shop.sqlite3")
    fill(shop)
    sandbox_server.post_control("reset")
    sandbox_server.post_control("settings", {"import_polls": 0, "import_seconds": 0.2})
    machine = Machine(folder / "installed", shop.path)
    machine.configure(sandbox_server, page_size=3, **{"importer.contact_transport": transport})
    kept = folder / "sandbox.sqlite3"
    sandbox_server.keep(kept)
    peaceful = machine.copy_to(folder / "peaceful")
    peaceful.run("sync", "all", TOY_BOUNDARIES=str(folder / "passes"))
    assert peaceful.broken_rules() == []
    passes = Counter((folder / "passes").read_text().split())
    return Start(machine, peaceful, kept, passes, compared(sandbox_server), peaceful.count_rows())


@pytest.fixture(scope="module")
def start(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Every test begins here."""
    return begin(sandbox_server, tmp_path_factory.mktemp("kills"), "v3")


@pytest.fixture(scope="module")
def start_by_file(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """The same, contacts by file."""
    return begin(sandbox_server, tmp_path_factory.mktemp("kills_of_files"), "v2")


def assert_as_in_peace(machine: Machine, sandbox: Sandbox, start: Start) -> None:
    assert compared(sandbox) == start.state
    assert machine.broken_rules() == []
    assert machine.count_rows() == start.rows
    assert [row for row in machine.audit() if row["unexplained"] or row["unexplained_ids"]] == []


def chosen_pass(passes: int, kill: int, chance: random.Random) -> int:
    """The first and the last pass, and between them chance."""
    return {1: 1, KILLS: passes}.get(kill) or chance.randint(1, passes)


@pytest.mark.slow
@pytest.mark.parametrize("kill", range(1, KILLS + 1))
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_worker_that_dies_there_loses_and_doubles_nothing(
    boundary: str, kill: int, start: Start, sandbox_server: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    machine = start.again(tmp_path / "killed", sandbox_server)
    number = chosen_pass(start.passes[boundary], kill, chance)
    print(f"dies at {boundary}:{number} of {start.passes[boundary]}")
    machine.die_at(boundary, number)
    machine.sync()
    assert_as_in_peace(machine, sandbox_server, start)


@pytest.mark.slow
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_worker_that_dies_there_with_a_file_loses_and_doubles_nothing(
    boundary: str, start_by_file: Start, sandbox_server: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    machine = start_by_file.again(tmp_path / "killed", sandbox_server)
    number = chance.randint(1, PASSES_OF_FILES)
    print(f"dies at {boundary}:{number} of {start_by_file.passes[boundary]}")
    machine.die_at(boundary, number)
    machine.sync()
    assert_as_in_peace(machine, sandbox_server, start_by_file)


def test_both_transports_end_in_the_same_state(start: Start, start_by_file: Start) -> None:
    assert start_by_file.state == start.state
    assert start_by_file.rows == start.rows
    files = "SELECT COUNT(*), MAX(leg) FROM email_importer WHERE transport = 'v2' AND state = 'settled'"
    (found,) = start_by_file.peaceful.sql(files)
    assert found[0] > 2
    assert found[1] == 3, "who is a customer and a subscriber of two websites is on four lists"


@pytest.mark.slow
def test_a_worker_that_dies_again_and_again_ends_where_one_in_peace_does(
    start: Start, sandbox_server: Sandbox, tmp_path: Path, chance: random.Random
) -> None:
    machine = start.again(tmp_path / "killed", sandbox_server)
    for boundary in chance.sample(BOUNDARIES, len(BOUNDARIES)):
        print(f"dies at {boundary}:1")
        machine.die_at(boundary, 1)
        machine.outlast_the_dead()
    machine.sync()
    assert_as_in_peace(machine, sandbox_server, start)


def test_a_body_that_nobody_came_to_name_is_swept_when_it_is_old_enough(
    start: Start, sandbox_server: Sandbox, tmp_path: Path
) -> None:
    machine = start.again(tmp_path / "killed", sandbox_server)
    machine.die_at("body-stored", 1)
    machine.sync()
    orphans = machine.orphans()
    assert orphans
    machine.run("sync", "cleaner")
    assert machine.orphans() == orphans
    for name in orphans:
        os.utime(machine.folder / "bodies" / name, (time.time() - 7200,) * 2)
    machine.run("sync", "cleaner")
    assert machine.orphans() == set()
    assert_as_in_peace(machine, sandbox_server, start)
