"""kill -9 at each boundary of the live lane: what was told is sent all the same, once in effect, people first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.dotdigital_sandbox import Sandbox
from support.event_sender import SECRET, signed
from support.toy_machine import Machine
from support.toy_shop import ToyShop, cart, order, person, product

BOUNDARIES = ("live-read", "staged", "live-accepted", "live-mid-settle", "live-sent")


def compared(sandbox: Sandbox) -> dict[str, Any]:
    state = sandbox.state()
    return {part: state[part] for part in ("contacts", "lists", "insight", "owners")}


class Told:
    """A machine whose shop has told of changes that nobody has read yet."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.sandbox, self.kept = sandbox, folder / "sandbox.sqlite3"
        shop = ToyShop(folder / "shop.sqlite3")
        for one in range(1, 4):
            shop.put("customers", person(one))
            shop.put("orders", order(one, customer=one, status="new"))
        shop.put("products", product(7))
        sandbox.post_control("reset")
        sandbox.post_control("settings", {"import_polls": 0, "import_seconds": 0.2})
        self.machine = Machine(folder / "installed", shop.path)
        self.machine.configure(sandbox, event_secret=SECRET)
        self.machine.sync()
        shop.put("customers", person(9))
        shop.put("orders", order(9, customer=9))
        shop.put("orders", order(1, customer=1, status="complete"))
        shop.put("carts", cart(1, 1))
        shop.put("products", product(7, name="Bowl"))
        shop.delete("orders", 2)
        for kind, ids in {"orders": [1, 2, 9], "carts": [1], "products": [7]}.items():
            body = json.dumps({"kind": kind, "ids": ids})
            self.machine.run("tell", body, json.dumps(signed(body.encode())))
        sandbox.keep(self.kept)

    def again(self, folder: Path) -> Machine:
        self.sandbox.put_back(self.kept)
        return self.machine.copy_to(folder)


@pytest.fixture(scope="module")
def told(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(tmp_path_factory.mktemp("told"), sandbox_server)


@pytest.fixture(scope="module")
def peace(told: Told, sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    machine = told.again(tmp_path_factory.mktemp("peace") / "installed")
    machine.sync()
    assert machine.broken_rules() == []
    return compared(sandbox_server)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_worker_that_dies_in_the_live_lane_loses_nothing(
    boundary: str, told: Told, peace: dict[str, Any], sandbox_server: Sandbox, tmp_path: Path
) -> None:
    machine = told.again(tmp_path / "killed")
    machine.die_at(boundary, 1, job="live")
    assert machine.sql("SELECT COUNT(*) FROM waiting_id WHERE stream <> 'products'")[0][0] > 0
    machine.outlast_the_dead()
    machine.run("sync", "live")
    # The live lane alone has made it good, without any poll.
    assert compared(sandbox_server)["insight"]["Orders"] == peace["insight"]["Orders"]
    machine.sync()
    assert compared(sandbox_server) == peace
    assert machine.broken_rules() == []
    assert [row for row in machine.audit() if row["unexplained"]] == []
