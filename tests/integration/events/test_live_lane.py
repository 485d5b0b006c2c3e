"""What a shop tells arrives by single calls, people first, and takes the same states as everything else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from dotbridge.collector.live import LiveReading
from dotbridge.collector.scope import scope_of
from dotbridge.importer.live import Delivery
from dotbridge.jobs.once import run_job
from dotbridge.ledger import hot
from dotbridge.ledger.models import EmailCatalog, EmailContact, EmailImporter, EmailOrder, Event, WaitingId, Website
from support.dotdigital_sandbox import Sandbox
from support.event_sender import tell
from support.installation import Installation
from support.moves import last_request
from support.road import change_setting, number, only_batch, statuses, time_passes
from support.toy_shop import ToyShop, order, person, product

SINGLE_PUT = "PUT /insightData/v3/contacts/email"


def calls(sandbox: Sandbox, since: int) -> list[str]:
    """What was called to change something, in order."""
    found = sandbox.requests(since)
    return [
        f"{one['method']} {one['path'].partition('?')[0]}"
        for one in found
        if one["method"] in ("PUT", "PATCH", "DELETE", "POST")
    ]


def catalogue(sandbox: Sandbox) -> dict[str, Any]:
    found = sandbox.state()["insight"]
    return {key: value for name in found if name.startswith("Catalog") for key, value in found[name].items()}


def test_a_new_customer_and_their_order_arrive_person_first(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(9))
    shop.put("orders", order(9, customer=9))
    since = last_request(sandbox)
    # Only the order is told of: its customer is read with it.
    tell("orders", 9)
    run_job("live")
    assert calls(sandbox, since) == [
        "PATCH /contacts/v3/email/person9@example.com",
        f"PUT /insightData/v3/contacts/email/person9@example.com/Orders/{number(9)}",
    ]
    assert EmailOrder.objects.get(source_id="9").state == "accepted"
    assert EmailContact.objects.get(email_key="person9@example.com").state == "accepted"
    assert sandbox.state()["contacts"]["person9@example.com"]["fields"]["TOTAL_SPEND"] == 12
    assert WaitingId.objects.count() == 0
    assert EmailImporter.objects.filter(lane="live").values_list("state", flat=True).distinct().get() == "settled"


def test_a_guests_first_order_makes_the_guest(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("orders", order(12))
    tell("orders", 12)
    run_job("live")
    assert number(12) in statuses(sandbox)
    assert "guest12@example.com" in sandbox.state()["contacts"]


def test_the_live_lane_and_the_poll_make_the_same(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("customers", person(2, first_name="Grace"))
    shop.put("orders", order(1, customer=1, status="complete", total=200_000))
    shop.put("products", product(7, name="Bowl", price=90_000))
    tell("customers", 2)
    tell("orders", 1)
    tell("products", 7)
    run_job("live")
    run_job("live_catalog")
    told = sandbox.state()
    since = last_request(sandbox)
    live.sync(full=True)
    assert sandbox.state() == told
    assert calls(sandbox, since) == []
    assert all(row.unexplained == 0 for row in live.audit().values())


def test_an_unsubscribed_newcomer_is_told_so_and_a_known_one_keeps_what_stands_there(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("PATCH", "/contacts/v3/email/person8@example.com", {"identifiers": {"email": "person8@example.com"}})
    for one in (8, 9):
        shop.put("customers", person(one, subscription="unsubscribed"))
    tell("customers", 8, 9)
    run_job("live")
    contacts = sandbox.state()["contacts"]
    assert contacts["person9@example.com"]["status"].lower() == "unsubscribed"
    assert contacts["person8@example.com"]["status"].lower() == "subscribed"


def test_what_is_gone_from_the_shop_is_taken_out(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.delete("orders", 1)
    shop.delete("products", 7)
    tell("orders", 1)
    tell("products", 7)
    run_job("live")
    run_job("live_catalog")
    assert statuses(sandbox) == {}
    assert catalogue(sandbox) == {}
    assert EmailOrder.objects.get(source_id="1").state == "removed"
    assert EmailCatalog.objects.get(source_id="7").state == "removed"


def test_what_the_shop_says_of_an_unknown_id_has_no_effect(live: Installation, sandbox: Sandbox) -> None:
    before = sandbox.state()
    tell("orders", 777, "no number", "1; DROP TABLE orders")
    tell("customers", 999)
    run_job("live")
    assert sandbox.state() == before
    assert WaitingId.objects.count() == 0


def test_a_live_upsert_goes_at_once_and_once_more_after_an_open_import(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.post_control("settings", {"import_polls": 50, "import_seconds": 3600})
    change_setting("importer.poll_seconds", 20)
    shop.put("orders", order(1, customer=1, status="processing"))
    run_job("order_and_quote_sync")
    run_job("importer", once=True)
    assert only_batch("Orders").state == "submitted"
    shop.put("orders", order(1, customer=1, status="complete"))
    tell("orders", 1)
    run_job("live")
    assert statuses(sandbox) == {number(1): "complete"}
    # The import that was under way ends now, and puts the older value back.
    sandbox.post_control("settings", {"import_polls": 0})
    sandbox.post_control("clock", {"advance": 7200})
    time_passes(100)
    live.sync()
    assert statuses(sandbox) == {number(1): "complete"}
    assert EmailOrder.objects.get(source_id="1").state == "accepted"


def test_a_refused_document_goes_on_in_an_import_that_says_why(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.post_control(
        "faults",
        {
            "match": SINGLE_PUT,
            "kind": "status",
            "status": 400,
            "times": 1,
            "content_type": "application/json",
            "body": '{"errorCode": "insightData:badJson", "description": "No."}',
        },
    )
    shop.put("orders", order(1, customer=1, status="complete"))
    tell("orders", 1)
    run_job("live")
    assert EmailImporter.objects.get(record_table="email_order", state="queued").lane == "bulk"
    live.sync()
    assert statuses(sandbox) == {number(1): "complete"}


def test_a_call_that_fails_for_a_while_is_made_again(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    sandbox.post_control(
        "faults",
        {"match": SINGLE_PUT, "kind": "status", "status": 503, "times": 3, "retry_after": 0},
    )
    shop.put("orders", order(1, customer=1, status="complete"))
    tell("orders", 1)
    run_job("live", once=True)
    time_passes(3600)
    run_job("live")
    assert statuses(sandbox) == {number(1): "complete"}


def test_an_order_goes_with_its_guest_although_another_worker_sends_the_guest(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("orders", order(12))
    tell("orders", 12)
    woken: list[int] = []
    website = Website.objects.get(source_id="1").pk
    with scope_of(website) as scope, closing(Delivery(scope.account.pk, woken.append)) as another:
        reading = LiveReading(scope, None, singly=True)
        reading.read("orders", ["12"])
        reading.map_people()
        assert another.send() == 1
    assert woken == [website]
    # The turn that read the order finds nothing to send any more, and takes the id for read.
    hot.execute("DELETE FROM waiting_id WHERE version = 1")
    run_job("live")
    assert number(12) in statuses(sandbox)


def test_an_order_follows_its_guest_whose_call_failed_for_a_while(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.post_control(
        "faults",
        {"match": "PATCH /contacts/v3", "kind": "status", "status": 503, "times": 1, "retry_after": 60},
    )
    shop.put("orders", order(12))
    tell("orders", 12)
    run_job("live", once=True)
    assert number(12) not in statuses(sandbox)
    time_passes(3600)
    run_job("live")
    assert number(12) in statuses(sandbox)
    assert WaitingId.objects.count() == 0


def test_a_storm_of_products_spills_into_bulk_and_holds_no_order_up(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for one in range(100, 350):
        shop.put("products", product(one))
    shop.put("orders", order(1, customer=1, status="complete"))
    tell("products", *range(100, 350))
    tell("orders", 1)
    since = last_request(sandbox)
    run_job("live")
    assert statuses(sandbox) == {number(1): "complete"}
    run_job("live_catalog")
    assert not [one for one in calls(sandbox, since) if "/account/" in one]
    live.sync()
    assert len(catalogue(sandbox)) == 251


def test_an_order_passes_a_storm_of_customers_between_two_of_its_pages(
    live: Installation, shop: ToyShop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_setting("page_size", 201)
    tell("customers", *range(1000, 1900))
    shop.put("orders", order(1, customer=1, status="complete"))
    read, streams = LiveReading.read, list[str]()

    def told_during_the_first(reading: LiveReading, name: str, ids: Sequence[str]) -> None:
        streams.append(name)
        if len(streams) == 1:
            tell("orders", 1)
        read(reading, name, ids)

    monkeypatch.setattr(LiveReading, "read", told_during_the_first)
    run_job("live")
    assert streams[:2] == ["customers", "orders"]
    assert statuses(sandbox) == {number(1): "complete"}
    assert WaitingId.objects.count() == 0


def test_before_the_canary_is_back_nothing_goes_singly(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    hot.execute("UPDATE dotdigital_account SET canary = 'wanted'")
    shop.put("customers", person(5))
    since = last_request(sandbox)
    tell("customers", 5)
    run_job("live")
    assert not [one for one in calls(sandbox, since) if one.startswith("PATCH")]
    live.sync()
    assert "person5@example.com" in sandbox.state()["contacts"]


def test_events_for_a_website_that_is_not_live_are_kept_and_read_by_nobody(live: Installation) -> None:
    hot.execute("UPDATE website SET state = 'paused'")
    tell("orders", 1)
    assert (Event.objects.count(), WaitingId.objects.count()) == (1, 0)
