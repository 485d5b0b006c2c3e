"""Who unsubscribes on one side is unsubscribed on the other; who comes back, comes back by their own act only."""

from __future__ import annotations

import json

import pytest

from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import Connection, ConsentDelivery, ConsentEvent, EmailContact, EmailOrder
from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, order, person

ADA = "person1@example.com"


def word(shop: ToyShop, number: int = 1, name: str = "customers") -> str:
    """What the shop's newsletter says of a person."""
    text = shop.db.execute(f"SELECT row FROM {name} WHERE id = ?", (number,)).fetchone()[0]
    return str(json.loads(text)["subscription"])


def status(sandbox: Sandbox, email: str = ADA) -> str:
    return str(sandbox.state()["contacts"][email]["status"])


def happens(sandbox: Sandbox, event: str, email: str = ADA, **details: object) -> None:
    Dotdigital(sandbox).happens(email, event, **details)


def consent_calls(sandbox: Sandbox, since: int) -> list[str]:
    """Calls that change who may be mailed."""
    found = sandbox.requests(since, bodies=True)
    return [
        f"{one['method']} {one['path']}"
        for one in found
        if "subscribe" in one["path"].split("-since")[0].replace("unsubscribed", "")
        or (one["method"] == "PATCH" and "channelProperties" in (one["body"] or ""))
    ]


@pytest.fixture
def ada(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> Installation:
    """Ada is a subscribed customer on both sides."""
    shop.put("customers", person(1))
    dotbridge.configure()
    dotbridge.sync()
    assert status(sandbox) == "Subscribed"
    return dotbridge


CLOSING = [
    "bounce",
    "complain",
    "direct-complain",
    "mail-block",
    "no-mx",
    "suppress",
    "domain-suppress",
    "globally-suppress",
    "block-local-part",
]


def test_who_unsubscribes_in_dotdigital_is_unsubscribed_in_the_shop_and_their_orders_go_on(
    ada: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    happens(sandbox, "unsubscribe")
    ada.sync()
    contact = EmailContact.objects.get()
    assert (contact.state, contact.channel_status, contact.suppressed_reason) == ("accepted", "unsubscribed", "")
    assert word(shop) == "unsubscribed"
    shop.put("orders", order(1, customer=1))
    ada.sync()
    assert EmailOrder.objects.get().state == "accepted"
    assert status(sandbox) == "Unsubscribed"
    assert ada.audit()["uk", "contacts"].accepted == 1


@pytest.mark.parametrize("event", CLOSING)
def test_who_is_suppressed_in_dotdigital_ends_suppressed_in_the_ledger_and_unsubscribed_in_the_shop(
    ada: Installation, shop: ToyShop, sandbox: Sandbox, event: str
) -> None:
    happens(sandbox, event)
    ada.sync()
    contact = EmailContact.objects.get()
    assert (contact.state, contact.code) == ("suppressed", "LED-NOT-MAILABLE")
    assert contact.suppressed_reason
    assert word(shop) == "unsubscribed"
    assert ada.audit()["uk", "contacts"].suppressed == 1
    events = ConsentEvent.objects.count()
    ada.sync(full=True)
    assert ConsentEvent.objects.count() == events


def test_who_unsubscribes_in_the_shop_is_unsubscribed_in_dotdigital(
    ada: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.change("customers", 1, subscription="unsubscribed")
    ada.sync()
    assert status(sandbox) == "Unsubscribed"
    contact = EmailContact.objects.get()
    assert (contact.state, contact.channel_status) == ("accepted", "unsubscribed")


def test_what_we_wrote_ourselves_does_not_come_back_as_news(ada: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    happens(sandbox, "unsubscribe")
    ada.sync()
    since = len(sandbox.requests())
    events = ConsentEvent.objects.count()
    for _ in range(3):
        ada.sync(full=True)
    assert consent_calls(sandbox, since) == []
    assert ConsentEvent.objects.count() == events
    assert ConsentEvent.objects.filter(direction="shop").count() == 0


def test_who_opts_in_again_in_the_shop_is_resubscribed(ada: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    happens(sandbox, "unsubscribe")
    ada.sync()
    shop.change("customers", 1, subscription="subscribed")
    ada.sync()
    assert (status(sandbox), word(shop)) == ("Subscribed", "subscribed")
    contact = EmailContact.objects.get()
    assert (contact.state, contact.suppressed_reason) == ("accepted", "")


@pytest.mark.parametrize("event", [one for one in CLOSING if one != "suppress"])
def test_nobody_is_resubscribed_after_a_bounce_or_a_complaint(
    ada: Installation, shop: ToyShop, sandbox: Sandbox, event: str
) -> None:
    happens(sandbox, event)
    ada.sync()
    before = status(sandbox)
    since = len(sandbox.requests())
    shop.change("customers", 1, subscription="subscribed")
    ada.sync()
    assert status(sandbox) == before
    assert word(shop) == "unsubscribed"
    assert consent_calls(sandbox, since) == []


def test_a_status_found_on_the_first_load_is_no_opt_in(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    Dotdigital(sandbox).contact(ADA)
    happens(sandbox, "unsubscribe")
    shop.put("customers", person(1))
    dotbridge.configure()
    since = len(sandbox.requests())
    dotbridge.sync()
    assert status(sandbox) == "Unsubscribed"
    assert word(shop) == "unsubscribed"
    assert consent_calls(sandbox, since) == []


def test_an_unsubscribe_found_on_the_first_load_is_not_pushed(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    Dotdigital(sandbox).contact(ADA)
    shop.put("customers", person(1, subscription="unsubscribed"))
    dotbridge.configure(non_subscribers="send")
    since = len(sandbox.requests())
    dotbridge.sync()
    assert consent_calls(sandbox, since) == []


def test_who_unsubscribes_in_dotdigital_while_the_batch_is_in_flight_stays_unsubscribed(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure()
    dotbridge.sync()
    shop.change("customers", 1, first_name="Changed")
    run_job("customer_subscriber_guest_sync")
    happens(sandbox, "unsubscribe")
    dotbridge.sync()
    assert status(sandbox) == "Unsubscribed"
    assert EmailContact.objects.get().channel_status == "unsubscribed"
    assert word(shop) == "unsubscribed"


@pytest.mark.parametrize("held_before", [False, True])
def test_who_leaves_the_shop_while_an_import_is_about_to_make_them_anew_is_unsubscribed_once_they_are_made(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox, held_before: bool
) -> None:
    shop.put("customers", person(99))
    if held_before:
        shop.put("customers", person(1))
    dotbridge.configure()
    dotbridge.sync()
    if held_before:
        assert sandbox.call("DELETE", f"/contacts/v3/email/{ADA}").status == 200
        shop.change("customers", 1, first_name="Changed")
    else:
        shop.put("customers", person(1))
    sandbox.post_control("imports/hold", {"count": 1})
    run_job("customer_subscriber_guest_sync")
    run_job("importer", once=True)
    shop.change("customers", 1, subscription="unsubscribed", subscription_changed_at="2026-03-02T00:00:00Z")
    run_job("customer_subscriber_guest_sync", once=True)
    run_job("consent_sync")
    assert ConsentDelivery.objects.filter(done_at=None).count() == 1
    sandbox.post_control("imports/release")
    dotbridge.sync()
    dotbridge.sync()
    assert (status(sandbox), word(shop)) == ("Unsubscribed", "unsubscribed")
    assert not ConsentDelivery.objects.filter(done_at=None).exists()


@pytest.mark.parametrize("then", ["open", "soft-bounce"])
def test_who_is_deleted_in_dotdigital_and_made_anew_by_an_import_on_its_way_has_not_opted_in(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox, then: str
) -> None:
    shop.put("customers", person(1, subscription="unsubscribed"))
    shop.put("customers", person(99))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert status(sandbox) == "Unsubscribed"
    shop.change("customers", 1, first_name="Changed")
    sandbox.post_control("imports/hold", {"count": 1})
    run_job("customer_subscriber_guest_sync")
    run_job("importer", once=True)
    # Nobody has read that they came back, and with the contact it is gone.
    happens(sandbox, "resubscribe")
    assert sandbox.call("DELETE", f"/contacts/v3/email/{ADA}").status == 200
    sandbox.post_control("imports/release")
    assert status(sandbox) == "Subscribed"
    if then == "soft-bounce":
        happens(sandbox, then)
    dotbridge.sync()
    dotbridge.sync()
    assert (status(sandbox), word(shop)) == ("Unsubscribed", "unsubscribed")


def test_records_that_waited_for_a_suppressed_person_follow_when_it_is_lifted(
    ada: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    happens(sandbox, "suppress")
    ada.sync()
    shop.put("orders", order(1, customer=1))
    ada.sync()
    assert EmailOrder.objects.get().state == "suppressed"
    happens(sandbox, "resubscribe")
    ada.sync()
    assert (word(shop), EmailOrder.objects.get().state) == ("subscribed", "accepted")


def test_a_shop_that_is_the_source_of_truth_is_not_resubscribed(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure(**{"consent.source_of_truth": "shop"})
    dotbridge.sync()
    shop.change("customers", 1, subscription="unsubscribed")
    dotbridge.sync()
    happens(sandbox, "resubscribe")
    dotbridge.sync()
    assert (status(sandbox), word(shop)) == ("Unsubscribed", "unsubscribed")


def test_one_website_of_two_leaves_only_its_own_list(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("customers", person(1))
    shop.put("customers", person(2, website="2", email=ADA))
    dotbridge.configure()
    dotbridge.sync()
    shop.change("customers", 2, subscription="unsubscribed")
    dotbridge.sync()
    assert (status(sandbox), word(shop, 1), word(shop, 2)) == ("Subscribed", "subscribed", "unsubscribed")
    shop.change("customers", 1, subscription="unsubscribed")
    dotbridge.sync()
    assert status(sandbox) == "Unsubscribed"


def test_a_shop_without_a_write_right_is_reported_and_written_when_it_has_one(
    ada: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    ada.configuration["connections"]["shop"]["settings"]["writable"] = False
    ada.configure()
    happens(sandbox, "unsubscribe")
    ada.sync()
    assert word(shop) == "subscribed"
    assert [check["name"] for check in Connection.objects.get().checks] == ["newsletter"]
    ada.configuration["connections"]["shop"]["settings"]["writable"] = True
    ada.configure()
    ada.sync()
    assert (word(shop), Connection.objects.get().checks) == ("unsubscribed", [])


def test_who_must_confirm_is_mailed_only_after_the_confirmation(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure(**{"consent.double_opt_in": True})
    dotbridge.sync()
    happens(sandbox, "unsubscribe")
    dotbridge.sync()
    shop.change("customers", 1, subscription="subscribed")
    dotbridge.sync()
    assert status(sandbox) == "Unsubscribed"
    assert EmailContact.objects.get().opt_in == "pending"
    happens(sandbox, "confirm")
    dotbridge.sync()
    assert (status(sandbox), EmailContact.objects.get().opt_in) == ("Subscribed", "confirmed")


def test_who_comes_back_as_customer_and_subscriber_at_once_is_asked_once(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1, subscription="unsubscribed"))
    shop.put("subscribers", person(1, kind="subscriber", subscription="unsubscribed"))
    dotbridge.configure(**{"consent.double_opt_in": True}, non_subscribers="send")
    dotbridge.sync()
    since = len(sandbox.requests())
    # The second table is read when the first has been told already.
    for name in ("customers", "subscribers"):
        shop.change(name, 1, subscription="subscribed", subscription_changed_at="2026-03-02T00:00:00Z")
        dotbridge.sync()
    assert consent_calls(sandbox, since) == ["POST /v2/contacts/resubscribe"]
    assert EmailContact.objects.get(email=ADA).opt_in == "pending"


def test_who_left_and_was_made_anew_by_somebody_else_is_unsubscribed_again_though_we_told_the_shop_so(
    ada: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    happens(sandbox, "unsubscribe")
    ada.sync()
    assert word(shop) == "unsubscribed"
    sandbox.call("DELETE", f"/contacts/v3/email/{ADA}")
    sandbox.call("POST", "/v2/accounts/empty-recycle-bin")
    sandbox.call("POST", "/v2/contacts", {"email": ADA})
    sandbox.post_control("clock", {"advance": 2})
    ada.sync()
    assert (status(sandbox), word(shop)) == ("Unsubscribed", "unsubscribed")


def test_who_moves_and_unsubscribes_in_dotdigital_at_once_is_unsubscribed_at_the_new_address(
    ada: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    happens(sandbox, "unsubscribe")
    shop.change("customers", 1, email="moved@example.com")
    # The shop is written to before its change is read: by address, and by the one that it has now.
    run_job("consent_sync")
    assert word(shop) == "unsubscribed"
    ada.sync()
    assert (status(sandbox, "moved@example.com"), word(shop)) == ("Unsubscribed", "unsubscribed")


def test_an_opt_in_that_was_taken_back_before_it_was_told_opens_nothing(
    ada: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    happens(sandbox, "unsubscribe")
    ada.sync()
    shop.change("customers", 1, subscription="subscribed")
    run_job("customer_subscriber_guest_sync")
    shop.change("customers", 1, subscription="unsubscribed")
    run_job("consent_sync")
    assert status(sandbox) == "Unsubscribed"
    ada.sync()
    assert status(sandbox) == "Unsubscribed"
    ConsentDelivery.objects.filter(done_at=None).update(due_at=0)
    ada.sync()
    assert (status(sandbox), ConsentDelivery.objects.filter(done_at=None).count()) == ("Unsubscribed", 0)
    shop.change("customers", 1, subscription="subscribed")
    ada.sync()
    assert status(sandbox) == "Subscribed"


@pytest.mark.parametrize("first", ["consent_sync", "customer_subscriber_guest_sync"])
def test_who_comes_and_leaves_again_between_two_reads_is_not_resubscribed_by_what_dotdigital_said_before(
    ada: Installation, shop: ToyShop, sandbox: Sandbox, first: str
) -> None:
    # The shop's clock is far behind ours: only its own instants tell that something happened after our writing.
    shop.change("customers", 1, subscription_changed_at="2026-03-02T10:00:00Z")
    ada.sync()
    happens(sandbox, "unsubscribe")
    ada.sync()
    sandbox.post_control("clock", {"advance": 2})
    happens(sandbox, "resubscribe")
    shop.change("customers", 1, subscription="subscribed", subscription_changed_at="2026-03-02T10:00:01Z")
    shop.change("customers", 1, subscription="unsubscribed", subscription_changed_at="2026-03-02T10:00:02Z")
    run_job(first)
    assert word(shop) == "unsubscribed"
    ConsentDelivery.objects.filter(done_at=None).update(due_at=0)
    ada.sync()
    assert (status(sandbox), word(shop)) == ("Unsubscribed", "unsubscribed")


def test_who_leaves_in_the_shop_after_a_suppression_was_lifted_and_a_mail_bounced_softly_is_unsubscribed(
    ada: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.change("customers", 1, subscription_changed_at="2026-03-02T10:00:00Z")
    happens(sandbox, "suppress")
    ada.sync()
    assert (status(sandbox), word(shop)) == ("Suppressed", "unsubscribed")
    # All of it between two looks: nobody reads that the person was subscribed meanwhile.
    happens(sandbox, "resubscribe")
    happens(sandbox, "soft-bounce")
    assert status(sandbox) == "SoftBounced"
    shop.change("customers", 1, subscription="subscribed", subscription_changed_at="2026-03-02T10:00:01Z")
    shop.change("customers", 1, subscription="unsubscribed", subscription_changed_at="2026-03-02T10:00:02Z")
    ada.sync()
    assert (status(sandbox), word(shop)) == ("Unsubscribed", "unsubscribed")
