"""What was lost is named: the audit counts in the shop, so that neither a hole in the ledger nor one in reading hides."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support.dotdigital_sandbox import Sandbox
from support.toy_machine import Machine
from support.toy_shop import ToyShop, order, person

LONG_AGO = "2026-01-01T00:00:00Z"
PAGE = 10


@pytest.fixture
def machine(sandbox: Sandbox, shop: ToyShop, tmp_path: Path) -> Machine:
    """Sixty orders of six customers, none of them changed lately."""
    sandbox.post_control("settings", {"import_polls": 0})
    for one in range(1, 7):
        shop.put("customers", person(one), at=LONG_AGO)
    for one in range(1, 61):
        shop.put("orders", order(one, customer=1 + one % 6), at=LONG_AGO)
    return Machine(tmp_path / "machine", shop.path)


def unexplained(machine: Machine, code: int) -> dict[tuple[str, str], list[str]]:
    """The ids that the audit names, by website and collection; it exits with ``code``."""
    rows = machine.audit(code)
    named = {(row["website"], row["collection"]): row["unexplained_ids"] for row in rows if row["unexplained_ids"]}
    assert all(row["unexplained"] == len(row["unexplained_ids"]) for row in rows)
    return named


def test_ten_deleted_rows_and_a_skipped_page_are_named_one_by_one(
    machine: Machine, sandbox: Sandbox, chance: random.Random
) -> None:
    machine.configure(sandbox, page_size=PAGE)
    machine.run("sync", "all", TOY_SKIP="orders:3")
    skipped = [str(one) for one in range(21, 31)]
    assert unexplained(machine, 1) == {("uk", "orders"): skipped}
    deleted = chance.sample([one for one in range(1, 61) if str(one) not in skipped], 10)
    machine.sql(f"DELETE FROM email_order WHERE source_id IN ({', '.join('?' * 10)})", *map(str, deleted))
    expected = sorted([*map(int, skipped), *deleted])
    assert unexplained(machine, 1) == {("uk", "orders"): [str(one) for one in expected]}
    machine.run("sync", "all", "--full")
    assert unexplained(machine, 0) == {}


def test_a_person_whose_row_is_gone_is_named(machine: Machine, sandbox: Sandbox) -> None:
    machine.configure(sandbox)
    machine.sync()
    machine.sql("DELETE FROM contact_source WHERE source_id IN ('2', '5')")
    assert unexplained(machine, 1) == {("uk", "contacts"): ["customer 2", "customer 5"]}
