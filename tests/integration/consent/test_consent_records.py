"""What people agreed to goes to Dotdigital, once, and stays until it has; the history of consent cannot be rewritten."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from dotbridge.jobs.once import run_job
from dotbridge.ledger import consent_record, hot
from dotbridge.ledger.consent_record import Agreement
from dotbridge.ledger.models import ConsentEvent, ConsentRecord, EmailContact, Website
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, person

TEXT = "Northwind may write to me about tea."


def records(sandbox: Sandbox, number: int) -> list[dict[str, str]]:
    found = sandbox.get(f"/contacts/v3/email/person{number}@example.com")["consentRecords"]
    return [{name: one[name] for name in ("text", "dateTimeConsented", "url")} for one in found]


def test_an_opt_in_that_was_seen_is_told_with_the_words_that_were_agreed_to(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure(**{"consent.text": TEXT})
    dotbridge.sync()
    assert records(sandbox, 1) == [], "what a first load finds is no opt-in"
    shop.put("customers", person(2, subscription_changed_at="2026-03-01T10:00:00Z"))
    dotbridge.sync()
    assert records(sandbox, 2) == [{"text": TEXT, "dateTimeConsented": "2026-03-01T10:00:00Z", "url": ""}]
    assert ConsentRecord.objects.get().sent_at is not None
    dotbridge.sync(full=True)
    assert len(records(sandbox, 2)) == 1


def test_a_record_whose_answer_was_lost_is_looked_up_and_not_sent_twice(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure()
    dotbridge.sync()
    contact, website = EmailContact.objects.get(), Website.objects.get(code="uk")
    agreed = Agreement(
        contact.pk, website.pk, TEXT, "2026-03-01T10:00:00Z", "https://shop.example", "192.0.2.7", "Firefox"
    )
    with transaction.atomic():
        consent_record.keep_records(contact.account_id, [agreed, agreed])
    sandbox.post_control("faults", [{"match": "PATCH", "kind": "accept_then_cut", "times": 1}])
    with pytest.raises(Exception, match="HTTP-"):
        run_job("consent_sync")
    assert ConsentRecord.objects.get().sent_at is None
    run_job("consent_sync")
    assert len(records(sandbox, 1)) == 1
    assert ConsentRecord.objects.get().sent_at is not None


def test_a_record_of_somebody_whom_dotdigital_does_not_hold_waits_and_makes_nobody(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure()
    dotbridge.sync()
    contact = EmailContact.objects.get()
    assert sandbox.call("DELETE", "/contacts/v3/email/person1@example.com").status == 200
    agreed = Agreement(contact.pk, Website.objects.get(code="uk").pk, TEXT, "2026-03-01T10:00:00Z")
    with transaction.atomic():
        consent_record.keep_records(contact.account_id, [agreed])
    run_job("consent_sync")
    run_job("cleaner")
    assert ConsentRecord.objects.get().sent_at is None
    assert sandbox.call("GET", "/contacts/v3/email/person1@example.com").status == 404


@pytest.mark.parametrize("statement", ["UPDATE consent_event SET word = 'x'", "DELETE FROM consent_event"])
def test_no_statement_changes_or_deletes_an_event(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox, statement: str
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure()
    dotbridge.sync()
    sandbox.post_control("contacts/person1@example.com/unsubscribe")
    dotbridge.sync()
    assert ConsentEvent.objects.exists()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        hot.execute(statement)


def test_a_confirmation_that_does_not_come_expires_and_may_still_come(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    dotbridge.configure(**{"consent.double_opt_in": True})
    shop.put("customers", person(9))
    dotbridge.sync()
    shop.put("customers", person(1))
    dotbridge.sync()
    state = sandbox.state()["contacts"]["person1@example.com"]
    assert state["status"] == "PendingOptIn", "asked by Dotdigital before any import could make the person mailable"
    assert EmailContact.objects.get(email_key="person1@example.com").opt_in == "pending"
    EmailContact.objects.update(opt_in_at=1.0)
    run_job("consent_sync")
    assert EmailContact.objects.get(email_key="person1@example.com").opt_in == "expired"
    sandbox.post_control("contacts/person1@example.com/confirm")
    dotbridge.sync()
    contact = EmailContact.objects.get(email_key="person1@example.com")
    assert (contact.opt_in, contact.channel_status) == ("confirmed", "subscribed")
    words = list(ConsentEvent.objects.filter(source="double_opt_in").order_by("pk").values_list("word", flat=True))
    assert words == ["pending", "expired", "confirmed"]


def test_somebody_whom_an_import_refuses_as_suppressed_is_unsubscribed_in_the_shop(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure()
    dotbridge.sync()
    sandbox.post_control("domains/blocked.example/suppress")
    shop.put("customers", person(2, email="ada@blocked.example", subscription="subscribed"))
    dotbridge.sync()
    contact = EmailContact.objects.get(email_key="ada@blocked.example")
    assert (contact.state, contact.suppressed_reason) == ("suppressed", "domain_suppressed")
    assert '"subscription": "unsubscribed"' in shop.db.execute("SELECT row FROM customers WHERE id = 2").fetchone()[0]
