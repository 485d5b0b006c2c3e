"""A small website beside one whose long history is read: whenever a job of the small one is due, it is the next claim."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.jobs.claim import claim_due
from dotbridge.jobs.once import run_job
from dotbridge.jobs.schedule import plan_jobs
from dotbridge.jobs.turn import take_turn
from dotbridge.ledger import clock
from dotbridge.ledger.models import Checkpoint, EmailImporter, Job, Website
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.road import change_setting, number, statuses
from support.toy_shop import ToyShop, order, person

ORDERS, PAGE, CHANGES = 2000, 200, 6
#: Seconds that a slice of the long history counts; here it ends after its first page, so that the test is quick.
SLICE = 30.0
#: What a worker for the bulk of both websites claims; the importer and what waits for the shop's word cost no turn here.
KINDS = ("history", "order_and_quote_sync")


def slice_of(kinds: tuple[str, ...]) -> tuple[str, str] | None:
    """One claim, worked at: of a history for one page; the kind of its job and its website."""
    lease = claim_due(kinds=kinds)
    if lease is None:
        return None
    job = Job.objects.select_related("website").get(pk=lease.job_id)
    if job.kind == "history":
        lease.turn, lease.started = 0.0, lease.started - SLICE
    done: Any = take_turn(lease)
    assert not isinstance(done, Exception), done
    return job.kind, job.website.code if job.website else ""


@pytest.mark.slow
def test_a_job_of_a_small_website_comes_before_the_next_slice_of_a_long_history(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    standing.configure(page_size=PAGE)
    for one in range(10, 10 + ORDERS):
        shop.put("orders", order(one, customer=1, status="new"))
    shop.put("customers", person(9001, website="2"))
    Checkpoint.objects.filter(website__code="uk").delete()
    Website.objects.filter(code="uk").update(state=Website.State.HISTORY, facts_complete=False)
    plan_jobs()
    Job.objects.update(due_at=clock.now() + 3600, spent=0.0)
    Job.objects.filter(kind="history", website__code="uk").update(due_at=0.0)
    claims: list[tuple[str, str] | None] = []
    for change in range(CHANGES):
        claims.append(slice_of(KINDS))
        shop.put("orders", order(9001 + change, website="2", customer=9001, status="new"))
        # Due later than the history is, which is due again at once.
        Job.objects.filter(kind="order_and_quote_sync", website__code="eu").update(due_at=clock.now())
        claims.append(slice_of(KINDS))
    assert claims == [("history", "uk"), ("order_and_quote_sync", "eu")] * CHANGES
    assert Website.objects.get(code="uk").state == Website.State.HISTORY
    Job.objects.update(due_at=0.0)
    standing.sync()
    arrived = statuses(sandbox)
    assert {number(9001 + change) for change in range(CHANGES)} <= arrived.keys()
    assert len(arrived) == 1 + ORDERS + CHANGES


def test_a_website_whose_people_change_all_the_time_does_not_hold_up_the_history_of_another(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    change_setting("importer.poll_seconds", 0)
    shop.put("customers", person(9001, website="2"))
    shop.put("orders", order(2, customer=2, status="new"))
    Checkpoint.objects.filter(website__code="uk").delete()
    Website.objects.filter(code="uk").update(state=Website.State.HISTORY, facts_complete=False)
    plan_jobs()
    for change in range(20):
        shop.change("customers", 9001, first_name=f"Ada {change}")
        run_job("customer_subscriber_guest_sync", "eu", once=True)
        assert EmailImporter.objects.filter(kind="contacts", state="queued").exists()
        Job.objects.update(due_at=clock.now() + 3600)
        Job.objects.filter(kind="history", website__code="uk").update(due_at=0.0)
        slice_of(("history",))
        if Website.objects.get(code="uk").state == Website.State.LIVE:
            break
        run_job("importer")
        run_job("consent_sync")
    else:
        pytest.fail("the history never came to its end")
    standing.sync()
    assert statuses(sandbox) == {number(1): "new", number(2): "new"}
