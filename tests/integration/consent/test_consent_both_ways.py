"""Who unsubscribes on one side is unsubscribed on the other; who comes back, comes back by their own act only."""

from __future__ import annotations

import pytest

from dotbridge.ledger.models import Connection, ConsentEvent, EmailContact, EmailOrder
from support.both_sides import ADA, consent_calls, happens, status, word
from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, order, person

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
