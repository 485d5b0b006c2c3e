"""kill -9 between the two reads of a person whose address changed in both of their places: still one contact."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.dotdigital_sandbox import Sandbox
from support.toy_machine import Machine
from support.toy_shop import ToyShop, order, person

OLD, NEW = "person1@example.com", "moved@example.com"


@pytest.mark.slow
def test_a_worker_that_dies_between_customer_and_newsletter_row_leaves_one_contact_renamed_once(
    sandbox_server: Sandbox, tmp_path: Path
) -> None:
    sandbox_server.post_control("reset")
    sandbox_server.post_control("settings", {"import_polls": 0})
    shop = ToyShop(tmp_path / "shop.sqlite3")
    shop.put("customers", person(1, subscription=""))
    shop.put("subscribers", person(51, kind="subscriber", email=OLD, customer_id="1"))
    shop.put("orders", order(1, customer=1))
    machine = Machine(tmp_path / "machine", shop.path)
    machine.configure(sandbox_server)
    machine.sync()
    before = machine.sql("SELECT contact_id FROM email_contact")
    for name, number in (("customers", 1), ("subscribers", 51)):
        shop.change(name, number, email=NEW)
    machine.die_at("people-staged", 1, job="customer_subscriber_guest_sync")
    machine.sync()
    assert set(sandbox_server.state()["contacts"]) == {NEW}
    assert set(sandbox_server.state()["owners"]["Orders"].values()) == {NEW}
    assert machine.sql("SELECT contact_id, email_key, state FROM email_contact") == [(before[0][0], NEW, "accepted")]
    calls = [one for one in sandbox_server.requests() if one["method"] == "PATCH" and "/contactId/" in one["path"]]
    assert len(calls) == 1
