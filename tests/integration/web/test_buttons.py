"""What the buttons change, that they change it once, and that it is written down."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.test import Client

from dotbridge.accounts.audit import note
from dotbridge.accounts.models import AuditEvent
from dotbridge.jobs.claim import claim_due, claim_one, finish
from dotbridge.ledger.models import EmailContact, EmailImporter, EmailOrder, Job
from dotbridge.ledger.retry import Group, retry
from support.northwind_ledger import Northwind

As = Callable[[str], Client]
EMPTY = "/exceptions/orders/rejected/MAP-ORDER-EMPTY"


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_a_retried_group_waits_for_a_read_and_its_job_is_due(northwind: Northwind, as_: As) -> None:
    answer = as_("olu").post(f"{EMPTY}/retry", follow=True)
    assert "4 records are read from the shop and sent again" in answer.content.decode()
    moved = EmailOrder.objects.filter(pk__in=[one.pk for one in northwind.orders[58:62]])
    assert set(moved.values_list("state", "waits_for", "code", "detail", "digest", "attempts")) == {
        ("pending", "read", "", "", None, 0)
    }
    assert EmailOrder.objects.filter(state="rejected").count() == 58
    assert Job.objects.get(pk=northwind.job.pk).due_at <= time.time()
    assert actions() == ["records.retried"]
    event = AuditEvent.objects.get()
    assert (event.actor, event.subject, event.after["records"]) == ("olu", "orders MAP-ORDER-EMPTY", 4)


def test_only_the_ticked_records_are_retried(northwind: Northwind, as_: As) -> None:
    chosen = northwind.orders[59].pk
    as_("olu").post(f"{EMPTY}/retry", {"chosen": "1", "id": [str(chosen)]})
    assert list(EmailOrder.objects.filter(waits_for="read").values_list("pk", flat=True)) == [chosen]


def test_ticking_nothing_retries_nothing(northwind: Northwind, as_: As) -> None:
    as_("olu").post(f"{EMPTY}/retry", {"chosen": "1"})
    assert not EmailOrder.objects.filter(waits_for="read").exists()
    assert actions() == []


def test_a_record_of_another_group_is_not_dragged_along(northwind: Northwind) -> None:
    group = Group("email_order", "rejected", "MAP-ORDER-EMPTY")
    ids = [northwind.orders[0].pk, northwind.orders[58].pk, northwind.orders[100].pk]
    assert retry(group, ids).number == 1
    assert EmailOrder.objects.get(pk=northwind.orders[100].pk).state == "accepted"


def test_a_second_retry_finds_nothing_left(northwind: Northwind) -> None:
    group = Group("email_order", "rejected", "MAP-ORDER-EMPTY")
    assert [retry(group).number, retry(group).number] == [4, 0]


def test_retried_contacts_are_mapped_once_more(northwind: Northwind, as_: As) -> None:
    as_("olu").post("/exceptions/contacts/rejected/IMP-CONTACT-INVALID-EMAIL/retry")
    moved = EmailContact.objects.filter(pk__in=[one.pk for one in northwind.contacts[5:8]])
    assert set(moved.values_list("state", "waits_for", "dirty", "mapped", "digest")) == {("pending", "", 2, 1, None)}
    due = Job.objects.filter(kind="customer_subscriber_guest_sync", website=northwind.live, due_at__lte=time.time())
    assert due.count() == 1


def test_what_a_rule_or_a_suppression_holds_back_is_not_retried(northwind: Northwind, as_: As) -> None:
    for state, code in (("suppressed", "LED-CONTACT-SUPPRESSED"), ("excluded", "order_status"), ("warning", "X")):
        as_("olu").post(f"/exceptions/orders/{state}/{code}/retry")
    assert not EmailOrder.objects.filter(waits_for="read").exists()
    assert actions() == []


def test_a_pending_record_is_retried_only_where_a_person_is_waited_for(northwind: Northwind) -> None:
    waiting, other = northwind.orders[70].pk, northwind.orders[71].pk
    EmailOrder.objects.filter(pk=waiting).update(waits_for="person")
    assert retry(Group("email_order", "pending", ""), [waiting, other]).number == 1


def test_one_record_is_retried_from_its_own_page(northwind: Northwind, as_: As) -> None:
    record = northwind.orders[58].pk
    browser = as_("olu")
    assert "Retry this order" in browser.get(f"/records/orders/{record}").content.decode()
    browser.post(f"/records/orders/{record}/retry")
    assert EmailOrder.objects.get(pk=record).waits_for == "read"
    assert "Retry this order" not in browser.get(f"/records/orders/{record}").content.decode()


def test_a_viewer_is_offered_no_buttons(northwind: Northwind, as_: As) -> None:
    browser = as_("vic")
    pages = [browser.get(one).content.decode() for one in (EMPTY, "/batches", "/jobs")]
    assert not [word for word in ("Retry these", "Release", "Run now", "Pause<") for page in pages if word in page]


def test_a_parked_batch_is_released_once(northwind: Northwind, as_: As) -> None:
    browser = as_("olu")
    for said in ("queued again", "not parked any more"):
        assert said in browser.post(f"/batches/{northwind.parked.pk}/release", follow=True).content.decode()
    batch = EmailImporter.objects.get(pk=northwind.parked.pk)
    assert (batch.state, batch.waits_for, batch.code) == ("queued", "", "")
    assert batch.due_at <= time.time()
    assert actions() == ["batch.released"]


def test_a_batch_that_is_not_parked_stays_where_it_is(northwind: Northwind, as_: As) -> None:
    as_("olu").post(f"/batches/{northwind.under_way.pk}/release")
    assert EmailImporter.objects.get(pk=northwind.under_way.pk).state == "submitted"


def test_a_paused_job_is_not_claimed_until_it_is_resumed(northwind: Northwind, as_: As) -> None:
    browser, job = as_("olu"), northwind.job.pk
    browser.post(f"/jobs/{job}/run")
    browser.post(f"/jobs/{job}/pause")
    assert claim_due() is None
    browser.post(f"/jobs/{job}/resume")
    lease = claim_due()
    assert lease is not None
    assert lease.job_id == job
    assert actions() == ["job.started", "job.paused", "job.resumed"]


def test_a_job_at_work_ends_its_turn_and_is_paused_then(northwind: Northwind, as_: As) -> None:
    lease = claim_one(northwind.job.pk)
    assert lease is not None
    browser = as_("olu")
    browser.post(f"/jobs/{lease.job_id}/pause")
    assert "Stopping" in browser.get("/jobs").content.decode()
    assert finish(lease, time.time())
    assert Job.objects.get(pk=lease.job_id).state == "paused"


def test_run_now_leaves_a_paused_job_alone(northwind: Northwind, as_: As) -> None:
    paused = Job.objects.get(kind="catalog_sync", website=northwind.reading)
    as_("olu").post(f"/jobs/{paused.pk}/run")
    assert Job.objects.get(pk=paused.pk).due_at == paused.due_at
    assert actions() == []


def test_the_audit_log_shows_who_did_what(northwind: Northwind, as_: As) -> None:
    as_("olu").post(f"/batches/{northwind.parked.pk}/release")
    page = as_("ada").get("/audit").content.decode()
    assert "batch.released" in page
    assert "olu" in page


def test_a_line_of_the_audit_log_says_what_was_and_what_is(northwind: Northwind, as_: As) -> None:
    note("olu", "configuration.changed", "setting a", before={"value": "skip"}, after={"value": "send"})
    note(
        "olu",
        "configuration.changed",
        "setting b",
        before={"value": ""},
        after={"value": {"base_url": "x", "tls": True}},
    )
    note("olu", "person.saved", "person vic", after={"role": "viewer"})
    page = as_("ada").get("/audit").content.decode()
    for line in ("skip → send", "\u2013 → base_url x, tls yes", "role: viewer"):
        assert f"<div>{line}</div>" in page
