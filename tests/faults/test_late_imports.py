"""Imports that end late or in another order: the newest version stands in the end, and what left does not come back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.storage import storages

from dotbridge.errors import RetryableError
from dotbridge.ledger.codes import BODIES_AWAY
from dotbridge.ledger.models import EmailContact, EmailImporter, EmailOrder
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.road import change_setting, imports_sent, number, only_batch, open_batches, statuses, time_passes
from support.toy_shop import ToyShop, order

MAX_AGE = 3600.0


def hold(sandbox: Sandbox, kind: str = "insight") -> None:
    """The next import of this kind stays unfinished."""
    sandbox.post_control("imports/hold", {"kind": kind, "count": 1})


def forget(sandbox: Sandbox, import_id: str = "") -> None:
    """Dotdigital does not know this import any more, or none at all."""
    told = {"errorCode": "insightData:importNotFound", "description": "It could not be found!"}
    answer = {"status": 404, "content_type": "application/json", "body": json.dumps(told)}
    sandbox.post_control("faults", {"match": f"GET /insightData/v3/import/{import_id}", "kind": "status", **answer})


def release(sandbox: Sandbox) -> None:
    assert sandbox.post_control("imports/release")["finished"]


def first_name(sandbox: Sandbox) -> str:
    name: str = sandbox.state()["contacts"]["person1@example.com"]["fields"]["FIRSTNAME"]
    return name


def assert_settled(dotbridge: Installation) -> None:
    """Nothing is on the road, nothing unexplained."""
    assert [row for row in dotbridge.audit().values() if row.unexplained or row.in_flight] == []
    assert EmailImporter.objects.filter(state="expired").exclude(import_id="").count() == 0


def test_a_change_made_while_the_record_is_on_the_road_follows_when_the_import_has_ended(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    hold(sandbox)
    shop.change("orders", 1, status="paid")
    standing.sync()
    shop.change("orders", 1, status="sent")
    standing.sync()
    assert len(sandbox.get_control("imports")) == len(open_batches("Orders")) == 1
    release(sandbox)
    assert statuses(sandbox) == {number(1): "paid"}
    time_passes(30)
    standing.sync()
    assert statuses(sandbox) == {number(1): "sent"}
    assert_settled(standing)


@pytest.mark.parametrize("transport", ["v3", "v2"])
def test_a_person_changed_while_on_the_road_is_sent_again(
    standing: Installation, shop: ToyShop, sandbox: Sandbox, transport: str
) -> None:
    change_setting("importer.contact_transport", transport)
    hold(sandbox, "contacts")
    shop.change("customers", 1, first_name="Adah")
    standing.sync()
    shop.change("customers", 1, first_name="Ada")
    standing.sync()
    release(sandbox)
    time_passes(30)
    standing.sync()
    assert first_name(sandbox) == "Ada"
    assert_settled(standing)


def test_an_import_that_ends_after_it_was_given_up_does_not_leave_its_older_values(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    hold(sandbox)
    shop.change("orders", 1, status="paid")
    standing.sync()
    shop.change("orders", 1, status="sent")
    time_passes(MAX_AGE)
    standing.sync()
    assert statuses(sandbox) == {number(1): "sent"}
    release(sandbox)
    assert statuses(sandbox) == {number(1): "paid"}
    time_passes(MAX_AGE / 12)
    standing.sync()
    assert statuses(sandbox) == {number(1): "sent"}
    assert_settled(standing)


def test_a_late_import_is_looked_at_again_when_the_place_of_bodies_is_back(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    hold(sandbox)
    shop.change("orders", 1, status="paid")
    standing.sync()
    shop.change("orders", 1, status="sent")
    time_passes(MAX_AGE)
    standing.sync()
    release(sandbox)
    time_passes(MAX_AGE / 12)
    place = Path(storages["bodies"].location)
    elsewhere = place.rename(place.with_name("elsewhere"))
    place.write_text("a file where the folder was")
    with pytest.raises(RetryableError) as raised:
        standing.sync()
    assert raised.value.code is BODIES_AWAY
    assert statuses(sandbox) == {number(1): "paid"}
    place.unlink()
    elsewhere.rename(place)
    standing.sync()
    assert statuses(sandbox) == {number(1): "sent"}
    assert_settled(standing)


@pytest.mark.parametrize("transport", ["v3", "v2"])
def test_a_late_import_of_people_does_not_leave_its_older_values(
    standing: Installation, shop: ToyShop, sandbox: Sandbox, transport: str
) -> None:
    change_setting("importer.contact_transport", transport)
    hold(sandbox, "contacts")
    shop.change("customers", 1, first_name="Adah")
    standing.sync()
    shop.change("customers", 1, first_name="Ada")
    time_passes(MAX_AGE)
    standing.sync()
    release(sandbox)
    assert first_name(sandbox) == "Adah"
    time_passes(MAX_AGE / 12)
    standing.sync()
    assert first_name(sandbox) == "Ada"
    assert_settled(standing)


def test_a_late_import_does_not_bring_back_what_left_the_shop(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    hold(sandbox)
    shop.put("orders", order(2, customer=2, status="new"))
    standing.sync()
    shop.delete("orders", 2)
    time_passes(MAX_AGE)
    standing.sync()
    assert EmailOrder.objects.get(source_id="2").state == "removed"
    release(sandbox)
    assert number(2) in statuses(sandbox)
    time_passes(MAX_AGE / 12)
    standing.sync()
    assert statuses(sandbox) == {number(1): "new"}
    assert EmailOrder.objects.get(source_id="2").state == "removed"
    assert_settled(standing)


def test_a_record_that_leaves_the_shop_while_it_is_first_sent_is_taken_out_again(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    hold(sandbox)
    shop.put("orders", order(2, customer=2))
    standing.sync()
    shop.delete("orders", 2)
    standing.sync()
    release(sandbox)
    time_passes(30)
    standing.sync()
    assert statuses(sandbox) == {number(1): "new"}
    assert_settled(standing)


def test_imports_may_end_in_another_order_than_they_were_sent(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.post_control("imports/hold", {"kind": "insight"})
    for one in range(2, 5):
        shop.put("orders", order(one, customer=one, status="new"))
        standing.sync()
    assert len(sandbox.get_control("imports")) == 3
    sandbox.post_control("imports/release", {"reverse": True})
    time_passes(30)
    standing.sync()
    assert statuses(sandbox) == {number(one): "new" for one in range(1, 5)}
    assert_settled(standing)


def test_an_import_that_cannot_be_asked_for_is_not_sent_a_second_time(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sent = len(imports_sent(sandbox))
    asking = {"match": "GET /insightData/v3/import", "kind": "status", "status": 503, "retry_after": 200}
    sandbox.post_control("faults", asking)
    shop.change("orders", 1, status="paid")
    standing.sync()
    assert only_batch("Orders").state == "submitted"
    sandbox.delete_control("faults")
    time_passes(300)
    standing.sync()
    assert len(imports_sent(sandbox)) == sent + 1
    assert_settled(standing)


def test_an_import_that_dotdigital_forgot_is_sent_once_more_when_it_cannot_be_under_way(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    forget(sandbox)
    shop.change("orders", 1, status="paid")
    standing.sync()
    assert only_batch("Orders").state == "unknown"
    sandbox.delete_control("faults")
    time_passes(MAX_AGE)
    standing.sync()
    assert statuses(sandbox) == {number(1): "paid"}
    assert_settled(standing)


def test_a_late_import_that_dotdigital_forgot_is_watched_no_longer(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    hold(sandbox)
    shop.change("orders", 1, status="paid")
    standing.sync()
    time_passes(MAX_AGE)
    standing.sync()
    late = EmailImporter.objects.get(state="expired").import_id
    forget(sandbox, late)
    time_passes(MAX_AGE / 12)
    standing.sync()
    assert_settled(standing)
    assert EmailContact.objects.filter(state="accepted").count() == 4
