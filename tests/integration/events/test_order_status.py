"""Statuses that come late or out of order, orders that settle first, and the moment in which one is fulfilled."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from dotbridge.collector import streams
from dotbridge.collector.scope import scope_of
from dotbridge.jobs.once import run_job
from dotbridge.ledger import hot
from dotbridge.ledger.models import EmailOrder, Fulfilment, OrderFact, WaitingId, Website
from support.dotdigital_sandbox import Sandbox
from support.event_sender import tell
from support.installation import Installation
from support.road import change_setting, number, statuses
from support.toy_shop import ToyShop, order


def told(order_id: int) -> None:
    tell("orders", order_id)
    run_job("live")


def fact_status() -> str:
    return OrderFact.objects.get(source_id="1").status


def test_an_older_page_of_the_poll_never_moves_an_order_back(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    website = Website.objects.get(code="uk")
    with scope_of(website.pk) as scope:
        stream = scope.streams["orders"]
        # The poll has read its page and is slow; meanwhile the order moves on, and the live lane sends it.
        started, page = time.time(), stream.fetch(scope.site, ["1"])
        shop.put("orders", order(1, customer=1, status="complete"))
        told(1)
        assert (statuses(sandbox), fact_status()) == ({number(1): "complete"}, "complete")
        streams.take_page(scope, "orders", stream, page, started)
    live.sync()
    assert (statuses(sandbox), fact_status()) == ({number(1): "complete"}, "complete")


def test_an_older_reading_of_the_live_lane_never_moves_an_order_back(
    live: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    website = Website.objects.get(code="uk")
    with scope_of(website.pk) as scope:
        stream = scope.streams["orders"]
        started, page = time.time(), stream.fetch(scope.site, ["1"])
        shop.put("orders", order(1, customer=1, status="complete"))
        live.sync()
        streams.take_page(scope, "orders", stream, page, started, wanted={})
    run_job("live")
    live.sync()
    assert (statuses(sandbox), fact_status()) == ({number(1): "complete"}, "complete")


def test_events_out_of_order_say_what_the_shop_holds_now(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("orders", order(1, customer=1, status="complete"))
    tell("orders", 1, id="shipped", at="2026-03-01T12:00:00Z")
    run_job("live")
    tell("orders", 1, id="paid", at="2026-03-01T11:00:00Z")
    run_job("live")
    assert (statuses(sandbox), fact_status()) == ({number(1): "complete"}, "complete")


def now(minutes: float = 0) -> str:
    return datetime.fromtimestamp(time.time() + minutes * 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_new_order_waits_until_its_figures_have_settled(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    change_setting("orders.settle_minutes", 10)
    shop.put("orders", order(5, customer=1, placed_at=now(-1), total=100_000))
    told(5)
    run_job("order_and_quote_sync")
    row = EmailOrder.objects.get(source_id="5")
    assert (row.state, row.waits_for) == ("pending", "settling")
    assert number(5) not in statuses(sandbox)
    assert live.audit()["uk", "orders"].in_flight == 1
    # Tax and discount come; then the time is over, and nobody needs to tell.
    shop.change("orders", 5, total=120_000, placed_at=now(-11))
    hot.execute("UPDATE waiting_id SET due_at = 0 WHERE source_id = '5'")
    run_job("live")
    assert sandbox.state()["insight"]["Orders"][number(5)]["orderTotal"] == 12
    assert WaitingId.objects.count() == 0


def test_an_order_that_was_sent_waits_no_more(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    change_setting("orders.settle_minutes", 60)
    shop.put("orders", order(1, customer=1, status="complete", placed_at=now()))
    told(1)
    assert statuses(sandbox) == {number(1): "complete"}


def test_an_order_dated_in_2999_does_not_wait_for_its_date(live: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    change_setting("orders.settle_minutes", 60)
    shop.put("orders", order(6, customer=1, placed_at="2999-01-01T00:00:00Z"))
    told(6)
    assert number(6) in statuses(sandbox)


def test_the_moment_of_fulfilment_is_noted_once_by_whoever_sees_it_first(live: Installation, shop: ToyShop) -> None:
    change_setting("orders.fulfilled_statuses", ["shipped", "complete"])
    shop.put("orders", order(1, customer=1, status="processing"))
    told(1)
    assert Fulfilment.objects.count() == 0
    changed = now(1)
    shop.put("orders", order(1, customer=1, status="shipped"), at=changed)
    told(1)
    noted = Fulfilment.objects.get()
    assert (noted.source_id, noted.status, noted.origin) == ("1", "shipped", "live")
    assert noted.reached_at == changed
    # From one fulfilled status to the other, back, and there again: it was fulfilled once.
    for status in ("complete", "processing", "complete"):
        shop.put("orders", order(1, customer=1, status=status), at=now(2))
        live.sync()
    assert Fulfilment.objects.get().noticed_at == noted.noticed_at
    shop.put("orders", order(2, customer=2, status="complete"))
    live.sync()
    assert Fulfilment.objects.get(source_id="2").origin == "poll"


def test_history_and_repairs_are_no_fulfilment(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    sandbox.post_control("settings", {"import_polls": 0})
    shop.put("orders", order(1, status="complete"))
    dotbridge.configure(non_subscribers="send", **{"orders.fulfilled_statuses": ["complete"]})
    dotbridge.sync()
    assert statuses(sandbox) == {number(1): "complete"}
    # One that the poll has missed, found by a full compare; one that was complete already when the rule was made.
    shop.put("orders", order(2, status="complete"), at="2020-01-01T00:00:00Z")
    shop.put("orders", order(1, status="complete", total=130_000))
    dotbridge.sync(full=True)
    assert number(2) in statuses(sandbox)
    assert Fulfilment.objects.count() == 0
