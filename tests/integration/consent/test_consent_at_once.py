"""Both sides at once: who comes or leaves between two reads, or while a batch is on its way, is never mailed for it."""

from __future__ import annotations

import pytest

from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import ConsentDelivery, EmailContact
from support.both_sides import ADA, happens, status, word
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, person


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
