"""A batch refused as a whole: where it ends, that nothing is lost or doubled, and how it goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dotbridge.errors import ConfigError
from dotbridge.importer.release import release_parked
from dotbridge.importer.turn import next_due
from dotbridge.jobs.once import run_job
from dotbridge.ledger import bodies
from dotbridge.ledger.models import DotdigitalAccount, EmailImporter, EmailOrder, Job
from support.dotdigital_sandbox import PASSWORD, USER, Sandbox
from support.installation import Installation
from support.road import (
    INSIGHT_IMPORT,
    change_setting,
    imports_sent,
    number,
    only_batch,
    statuses,
    time_passes,
)
from support.toy_shop import ToyShop, order, person

MAX_AGE = 3600.0
ORDERS = range(1, 9)


def fault(sandbox: Sandbox, kind: str, times: int | None = 1, **more: Any) -> None:
    """The next insight imports fare like this."""
    sandbox.post_control("faults", {"match": INSIGHT_IMPORT, "kind": kind, "times": times, **more})


@pytest.fixture
def ordered(standing: Installation, shop: ToyShop) -> Installation:
    """Eight orders are new or changed and not yet sent."""
    for one in ORDERS:
        shop.put("orders", order(one, customer=1 + (one - 1) % 4, status="paid"))
    return standing


def assert_held_up(dotbridge: Installation, state: str, code: str) -> EmailImporter:
    """One batch stands in this state for this reason, its orders count as in flight, and none is unexplained."""
    batch = only_batch("Orders")
    assert (batch.state, batch.code) == (state, code)
    assert batch.detail
    row = dotbridge.audit()["uk", "orders"]
    assert (row.in_flight, row.unexplained) == (len(ORDERS), 0)
    return batch


def assert_arrived(dotbridge: Installation, sandbox: Sandbox) -> None:
    """All orders are there, each in one row that is accepted."""
    assert statuses(sandbox) == {number(one): "paid" for one in ORDERS}
    row = dotbridge.audit()["uk", "orders"]
    assert (row.shop, row.accepted, row.unexplained) == (len(ORDERS), len(ORDERS), 0)
    assert EmailOrder.objects.count() == len(ORDERS)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("RejectedByWatchdog", "DDG-WATCHDOG"),
        ("ExceedsAllowedContactLimit", "DDG-CONTACT-LIMIT"),
        ("InvalidFileFormat", "DDG-FILE-INVALID"),
        ("Failed", "DDG-IMPORT-FAILED"),
        ("Unknown", "DDG-IMPORT-FAILED"),
    ],
)
def test_an_import_that_ended_badly_as_a_whole_waits_for_a_person(
    status: str, code: str, ordered: Installation, sandbox: Sandbox
) -> None:
    sandbox.post_control("imports/fail", {"kind": "insight", "count": 1, "status": status})
    ordered.sync()
    batch = assert_held_up(ordered, "parked", code)
    sent = len(imports_sent(sandbox))
    time_passes(MAX_AGE)
    ordered.sync()
    assert (len(imports_sent(sandbox)), batch.waits_for) == (sent, "person")
    assert release_parked(batch.pk)
    ordered.sync()
    assert_arrived(ordered, sandbox)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("status", {}),
        ("truncate", {}),
        ("accept_then_cut", {}),
        ("reset", {}),
        ("status", {"status": 202, "content_type": "application/json", "body": '{"import'}),
        ("status", {"status": 202, "content_type": "application/json", "body": '{"something": "else"}'}),
    ],
    ids=["503 as a web page", "answer truncated", "answer lost", "connection reset", "broken JSON", "another shape"],
)
def test_an_import_of_unknown_outcome_is_sent_once_more_when_it_cannot_be_under_way(
    kind: str, more: dict[str, Any], ordered: Installation, sandbox: Sandbox
) -> None:
    sent = len(imports_sent(sandbox))
    fault(sandbox, kind, **more)
    ordered.sync()
    assert_held_up(ordered, "unknown", "IMP-OUTCOME-UNKNOWN")
    assert len(imports_sent(sandbox)) == sent + 1
    time_passes(MAX_AGE)
    ordered.sync()
    assert len(imports_sent(sandbox)) == sent + 2
    assert_arrived(ordered, sandbox)


def test_a_short_rate_limit_is_waited_for(ordered: Installation, sandbox: Sandbox) -> None:
    fault(sandbox, "status", status=429, body="", retry_after=1)
    ordered.sync()
    assert_arrived(ordered, sandbox)


def test_a_long_rate_limit_keeps_the_batch_in_its_place(ordered: Installation, sandbox: Sandbox) -> None:
    fault(sandbox, "status", status=429, body="", retry_after=300)
    ordered.sync()
    batch = assert_held_up(ordered, "queued", "HTTP-RATE-LIMITED")
    sent = len(imports_sent(sandbox))
    ordered.sync()
    assert (len(imports_sent(sandbox)), batch.attempts) == (sent, 1)
    time_passes(310)
    ordered.sync()
    assert_arrived(ordered, sandbox)


def test_a_rate_limit_without_a_time_is_asked_again_later(ordered: Installation, sandbox: Sandbox) -> None:
    fault(sandbox, "status", None, status=429, body="")
    ordered.sync()
    assert assert_held_up(ordered, "queued", "HTTP-RATE-LIMITED").attempts > 1
    sandbox.delete_control("faults")
    time_passes(900)
    ordered.sync()
    assert_arrived(ordered, sandbox)


def test_too_many_imports_is_no_failed_attempt(ordered: Installation, sandbox: Sandbox) -> None:
    sandbox.post_control("settings", {"insight_import_limit": 0})
    for _ in range(3):
        ordered.sync()
        batch = assert_held_up(ordered, "queued", "DDG-TOO-MANY-IMPORTS")
        assert batch.attempts == 0
        time_passes(30)
    sandbox.post_control("settings", {"insight_import_limit": 5})
    ordered.sync()
    assert_arrived(ordered, sandbox)


def test_a_password_that_is_refused_in_mid_run_is_the_jobs_error_and_not_the_batchs(
    ordered: Installation, sandbox: Sandbox
) -> None:
    run_job("order_and_quote_sync", "uk")
    sandbox.post_control("accounts", {"user": USER, "password": "changed"})
    with pytest.raises(ConfigError):
        run_job("importer")
    job = Job.objects.get(kind="importer")
    assert (job.state, job.code) == ("idle", "DDG-CREDENTIALS")
    batch = only_batch("Orders")
    assert (batch.state, batch.attempts) == ("queued", 0)
    sandbox.post_control("accounts", {"user": USER, "password": PASSWORD})
    ordered.sync()
    assert_arrived(ordered, sandbox)
    job.refresh_from_db()
    assert job.code == ""


def test_a_password_that_is_refused_while_an_import_runs_leaves_it_running(
    ordered: Installation, sandbox: Sandbox
) -> None:
    sent = len(imports_sent(sandbox))
    sandbox.post_control("imports/hold", {"kind": "insight", "count": 1})
    ordered.sync()
    sandbox.post_control("accounts", {"user": USER, "password": "changed"})
    sandbox.post_control("imports/release")
    time_passes(30)
    with pytest.raises(ConfigError):
        ordered.sync()
    assert only_batch("Orders").state == "submitted"
    sandbox.post_control("accounts", {"user": USER, "password": PASSWORD})
    ordered.sync()
    assert_arrived(ordered, sandbox)
    assert len(imports_sent(sandbox)) == sent + 1


def lose(body: Path, batch: EmailImporter) -> None:
    body.unlink()


def alter(body: Path, batch: EmailImporter) -> None:
    sealed = bytearray(body.read_bytes())
    sealed[-20] ^= 1
    body.write_bytes(sealed)


def alter_with_its_digest(body: Path, batch: EmailImporter) -> None:
    alter(body, batch)
    rewrite(body, batch, body.read_bytes())


def seal_with_another_key(body: Path, batch: EmailImporter) -> None:
    rewrite(body, batch, b"\x00\x09" + body.read_bytes()[2:])


def cut(body: Path, batch: EmailImporter) -> None:
    rewrite(body, batch, body.read_bytes()[:1])


def rewrite(body: Path, batch: EmailImporter, content: bytes) -> None:
    body.write_bytes(content)
    EmailImporter.objects.filter(pk=batch.pk).update(body_sha256=hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("damage", [lose, alter, alter_with_its_digest, seal_with_another_key, cut])
def test_a_body_that_cannot_be_opened_is_read_from_the_shop_once_more(
    damage: Callable[[Path, EmailImporter], None], ordered: Installation, sandbox: Sandbox
) -> None:
    run_job("order_and_quote_sync")
    batch = only_batch("Orders")
    damage(Path(bodies.storage().path(batch.body)), batch)
    ordered.sync()
    batch.refresh_from_db()
    assert (batch.state, batch.code) == ("expired", "LED-BODY-LOST")
    assert_arrived(ordered, sandbox)


def refuse_content(sandbox: Sandbox, order_number: str) -> None:
    """Requests that hold this order are refused for their content."""
    told = {
        "errorCode": "insightData:badJson",
        "description": "The request JSON is badly formed",
        "details": [{"item": f"records.{order_number}", "description": "It cannot be read."}],
    }
    answer = {"status": 400, "content_type": "application/json", "body": json.dumps(told)}
    fault(sandbox, "status", None, contains=order_number, **answer)


def test_a_batch_refused_for_its_content_is_split_until_the_bad_record_is_alone(
    ordered: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    refuse_content(sandbox, number(6))
    ordered.sync()
    good = [one for one in ORDERS if one != 6]
    assert statuses(sandbox) == {number(one): "paid" for one in good}
    bad = EmailOrder.objects.get(source_id="6")
    assert (bad.state, bad.code) == ("rejected", "DDG-BAD-CONTENT")
    assert "cannot be read" in bad.detail
    row = ordered.audit()["uk", "orders"]
    assert (row.accepted, row.rejected, row.unexplained) == (len(good), 1, 0)
    sandbox.delete_control("faults")
    seen = len(imports_sent(sandbox))
    ordered.sync(full=True)
    assert len(imports_sent(sandbox)) == seen
    shop.change("orders", 6, status="sent")
    ordered.sync()
    assert statuses(sandbox)[number(6)] == "sent"


def test_a_way_that_does_not_exist_rejects_no_record(ordered: Installation, sandbox: Sandbox) -> None:
    fault(sandbox, "status", status=404, body="<html>Not Found</html>")
    ordered.sync()
    batch = assert_held_up(ordered, "parked", "DDG-NOT-FOUND")
    release_parked(batch.pk)
    ordered.sync()
    assert_arrived(ordered, sandbox)


def many_people(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    """More people than the canary takes, none of them sent yet."""
    sandbox.post_control("settings", {"import_polls": 0})
    for one in range(1, 131):
        shop.put("customers", person(one))
    dotbridge.configure(non_subscribers="send")


def test_while_the_canary_waits_for_a_person_all_others_wait_in_silence(
    hurry: None, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    many_people(dotbridge, shop, sandbox)
    ending = {"kind": "contacts", "count": 1, "status": "ExceedsAllowedContactLimit"}
    sandbox.post_control("imports/fail", ending)
    dotbridge.sync()
    canary = EmailImporter.objects.get(canary=1)
    assert (canary.state, canary.records, canary.code) == ("parked", 100, "DDG-CONTACT-LIMIT")
    assert sandbox.state()["contacts"] == {}
    assert next_due(canary.account_id) is None
    release_parked(canary.pk)
    dotbridge.sync()
    assert len(sandbox.state()["contacts"]) == 130


@pytest.mark.parametrize("transport", ["v3", "v2"])
@pytest.mark.parametrize("people", [1, 130], ids=["alone", "with others waiting"])
def test_a_canary_that_is_lost_gets_a_successor(
    people: int, transport: str, hurry: None, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    dotbridge.configuration["settings"]["importer.contact_transport"] = transport
    many_people(dotbridge, shop, sandbox)
    for one in range(people + 1, 131):
        shop.delete("customers", one)
    fault_once = {"match": "(PUT|POST) .*/import", "kind": "accept_then_cut", "times": 1}
    sandbox.post_control("faults", fault_once)
    dotbridge.sync()
    assert EmailImporter.objects.get(canary=1).state == "unknown"
    time_passes(MAX_AGE)
    dotbridge.sync()
    assert DotdigitalAccount.objects.get().canary == "passed"
    assert len(sandbox.state()["contacts"]) == people
    assert dotbridge.audit()["uk", "contacts"].accepted == people


def test_more_imports_than_may_run_at_once_do_not_keep_the_importer_busy(
    ordered: Installation, sandbox: Sandbox
) -> None:
    change_setting("page_size", 1)
    sandbox.post_control("imports/hold", {"kind": "insight"})
    ordered.sync()
    assert EmailImporter.objects.filter(state="submitted").count() == 5
    due = next_due(DotdigitalAccount.objects.get().pk)
    assert due == min(EmailImporter.objects.filter(state="submitted").values_list("due_at", flat=True))
    sandbox.post_control("imports/release")
    time_passes(60)
    ordered.sync()
    assert_arrived(ordered, sandbox)
