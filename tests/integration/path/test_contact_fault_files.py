"""What the report of a file of contacts may hold: refusals in the words of two sources, and reports that are wrong."""

from __future__ import annotations

import json

import pytest

from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import EmailContact, EmailImporter
from support.contact_files import (
    ADA,
    OLU,
    VIC,
    answer,
    changed,
    contact,
    row,
    ways,
    word,
)
from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.road import time_passes
from support.toy_shop import ToyShop, person


def test_a_row_refused_as_suppressed_ends_suppressed_and_the_newsletter_follows(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.post_control("domains/blocked.example/suppress")
    shop.put("customers", person(4, email="ada@blocked.example"))
    by_file.sync()
    found = row("ada@blocked.example")
    assert (found.state, found.suppressed_reason) == ("suppressed", "domain_suppressed")
    assert word(shop, 4) == "unsubscribed"


@pytest.mark.parametrize("wording", ["documentation", "magento"])
def test_the_words_of_both_fault_files_lead_to_the_same_end(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox, wording: str
) -> None:
    sandbox.post_control("settings", {"fault_wording": wording})
    changed(shop)
    run_job("customer_subscriber_guest_sync")
    for email, event in ((ADA, "bounce"), (OLU, "mail-block"), (VIC, "complain")):
        Dotdigital(sandbox).happens(email, event)
    run_job("importer")
    assert set(EmailContact.objects.values_list("state", "code")) == {
        ("suppressed", "IMP-CONTACT-HARD-BOUNCED"),
        ("suppressed", "IMP-CONTACT-MAIL-BLOCKED"),
        ("suppressed", "IMP-CONTACT-ISP-COMPLAINED"),
    }
    by_file.sync()
    assert [word(shop, number) for number in (1, 2, 3)] == ["unsubscribed"] * 3


def bounced(shop: ToyShop, sandbox: Sandbox) -> None:
    """Everybody has changed in the shop, and Ada has bounced, which we do not know."""
    changed(shop)
    run_job("customer_subscriber_guest_sync")
    Dotdigital(sandbox).happens(ADA, "bounce")


def ends_and_a_week_passes(sandbox: Sandbox) -> None:
    """The import that was held ends; then Dotdigital's clock goes on by a week, and ours does not."""
    sandbox.post_control("imports/release", {})
    path = f"/v2/contacts/import/{EmailImporter.objects.get(import_id__gt='', settled_at=None).import_id}"
    while sandbox.call("GET", path).json["status"] != "Finished":
        sandbox.post_control("clock", {"advance": 1})
    sandbox.post_control("clock", {"advance": 8 * 86_400})


def test_a_reason_that_nobody_knows_rejects_the_record_with_the_sentence(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    bounced(shop, sandbox)
    answer(sandbox, f'\ufeffReason,email,firstname\r\n"Not on a Sunday, please",{ADA},x\r\n')
    run_job("importer")
    assert (row().state, row().code) == ("rejected", "IMP-CONTACT-OTHER")
    assert "Not on a Sunday, please" in row().detail
    assert row(OLU).state == "accepted"


@pytest.mark.both_databases
@pytest.mark.parametrize("file", ["", "\ufeff", "\ufeffReason,email\r\n"])
def test_an_empty_fault_file_beside_a_count_of_faults_accepts_nobody_unseen(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox, file: str
) -> None:
    bounced(shop, sandbox)
    answer(sandbox, file)
    run_job("importer")
    batch = EmailImporter.objects.filter(transport="v2").latest("created_at")
    assert (batch.state, batch.code) == ("settled", "IMP-REPORT-UNCLEAR")
    assert EmailImporter.objects.get(parent=batch.pk).transport == "v3", "which names everybody"
    by_file.sync()
    assert (row().state, row(OLU).state, row(VIC).state) == ("suppressed", "accepted", "accepted")
    assert contact(sandbox, OLU)["fields"]["FIRSTNAME"] == "Changed"


def test_a_row_both_taken_and_reported_is_asked_about_once_more(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    bounced(shop, sandbox)
    answer(sandbox, f"\ufeffReason,email\r\nHard bounced,{ADA}\r\nFailures,{OLU}\r\n")
    run_job("importer")
    assert (row().state, row().code) == ("suppressed", "IMP-CONTACT-HARD-BOUNCED")
    by_file.sync()
    assert row(OLU).state == "accepted"
    assert ("v3", "settled") in ways()


def test_a_row_reported_twice_and_in_another_case_is_one_fault(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    bounced(shop, sandbox)
    answer(sandbox, f"\ufeffReason,email\r\nHARD BOUNCED,{ADA.upper()}\r\nHard bounced,{ADA}\r\n")
    run_job("importer")
    assert (row().state, row(OLU).state) == ("suppressed", "accepted")
    assert ("v3", "settled") not in ways()


def test_a_fault_file_that_is_an_error_in_json_is_asked_for_again(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    bounced(shop, sandbox)
    told = {"message": "Import is not processed yet or completed with error. ERROR_IMPORT_REPORT_NOT_FOUND"}
    answer(sandbox, json.dumps(told))
    answer(sandbox, json.dumps(told), 400)
    run_job("importer", once=True)
    for _ in range(2):
        time_passes(60)
        run_job("importer", once=True)
        assert row().state == "staged"
    by_file.sync()
    assert (row().state, row(OLU).state) == ("suppressed", "accepted")


@pytest.mark.both_databases
def test_of_a_fault_file_that_is_gone_after_a_week_nobody_is_taken_for_accepted_unasked(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    bounced(shop, sandbox)
    sandbox.post_control("imports/hold", {"count": 1})
    run_job("importer", once=True)
    ends_and_a_week_passes(sandbox)
    time_passes(60)
    run_job("importer", once=True)
    (batch,) = EmailImporter.objects.filter(transport="v2", state="submitted")
    assert (batch.code, row().state) == ("DDG-NOT-READY", "staged"), "it may be there in a moment"
    time_passes(60)
    by_file.sync()
    assert (row().state, row(OLU).state, row(VIC).state) == ("suppressed", "accepted", "accepted")
    batch.refresh_from_db()
    assert (batch.state, batch.code) == ("settled", "IMP-REPORT-UNCLEAR")
    assert contact(sandbox, OLU)["fields"]["FIRSTNAME"] == "Changed"


def test_a_late_import_whose_fault_file_is_gone_is_not_watched_for_ever(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    bounced(shop, sandbox)
    sandbox.post_control("imports/hold", {"count": 1})
    run_job("importer", once=True)
    time_passes(2 * 3600)
    run_job("importer", once=True)
    assert EmailImporter.objects.get(import_id__gt="", state="expired").code == "IMP-LATE"
    ends_and_a_week_passes(sandbox)
    time_passes(3600)
    by_file.sync()
    assert not EmailImporter.objects.exclude(state="settled").exists()
    assert (row().state, row(OLU).state) == ("suppressed", "accepted")
