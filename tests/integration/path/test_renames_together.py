"""Customer and newsletter row of a person change their address together and are read apart: one contact, renamed once."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.jobs.once import run_job
from dotbridge.ledger import events
from dotbridge.ledger.models import ConsentEvent, ContactSource, EmailContact, EmailQuote, ListMembership, Website
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, cart, order, person, wishlist

OLD, NEW = "person1@example.com", "moved@example.com"


def contacts(sandbox: Sandbox) -> dict[str, Any]:
    held: dict[str, Any] = sandbox.state()["contacts"]
    return held


def renames(sandbox: Sandbox) -> int:
    """Calls that changed an address."""
    return sum(one["method"] == "PATCH" and "/contactId/" in one["path"] for one in sandbox.requests())


@pytest.fixture
def ada(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> int:
    """A customer with a newsletter row, an order, a cart and a wishlist; gives Dotdigital's number of the contact."""
    shop.put("customers", person(1, subscription=""))
    shop.put("subscribers", person(51, kind="subscriber", email=OLD, customer_id="1"))
    shop.put("orders", order(1, customer=1))
    shop.put("carts", cart(1, 1))
    shop.put("wishlists", wishlist(1, 1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    return int(EmailContact.objects.get().contact_id or 0)


def move(shop: ToyShop) -> None:
    """What the shop does in one commit."""
    shop.change("customers", 1, email=NEW)
    shop.change("subscribers", 51, email=NEW)


def tell(stream: str, number: int) -> None:
    """The shop's event of one of the two, taken in the live lane."""
    website = Website.objects.get(code="uk").pk
    events.wait(website, stream, [(str(number), 1.0)], 1.0)
    run_job("live", "uk")


def assert_one_person(ada: int, sandbox: Sandbox) -> None:
    assert set(contacts(sandbox)) == {NEW}
    assert contacts(sandbox)[NEW]["status"] == "Subscribed"
    assert {name.rpartition(" ")[2] for name in contacts(sandbox)[NEW]["lists"]} >= {"Customers", "Subscribers"}
    held = EmailContact.objects.get()
    assert (held.contact_id, held.email_key, held.renamed_from, held.state) == (ada, NEW, "", "accepted")
    assert set(ContactSource.objects.values_list("kind", "email")) == {("customer", NEW), ("subscriber", NEW)}
    owners = sandbox.state()["owners"]
    assert {owner for keys in owners.values() for owner in keys.values()} == {NEW}
    assert set(owners) == {"Orders", "CartInsight", "Wishlist"}
    assert set(ListMembership.objects.values_list("state", flat=True)) == {"on"}
    assert not ConsentEvent.objects.filter(word="moved").exists()
    assert renames(sandbox) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("first", [("customers", 1), ("subscribers", 51)], ids=["customer", "subscriber"])
def test_whichever_is_read_first_the_contact_is_renamed_once(
    first: tuple[str, int], ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    move(shop)
    tell(*first)
    assert EmailContact.objects.get().email_key == NEW
    dotbridge.sync()
    assert_one_person(ada, sandbox)
    assert dotbridge.sync(full=True)["submitted"] == 0


def test_a_poll_that_ends_between_the_two_pages_leaves_nobody_behind(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    move(shop)
    for number in range(2, 6):
        shop.put("customers", person(number))
    dotbridge.configure(page_size=1)
    run_job("customer_subscriber_guest_sync", "uk", once=True)
    assert EmailContact.objects.get(contact_id=ada).email_key == NEW
    for number in range(2, 6):
        shop.delete("customers", number)
    run_job("reconcile", "uk")
    dotbridge.configure(page_size=100)
    run_job("importer")
    assert EmailContact.objects.get(contact_id=ada).renamed_from == ""
    dotbridge.sync()
    assert renames(sandbox) == 1
    assert contacts(sandbox)[NEW]["status"] == "Subscribed"
    assert OLD not in contacts(sandbox)


def test_a_batch_that_is_on_its_way_is_waited_for(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.change("customers", 1, first_name="Between")
    shop.change("carts", 1, total=990_000)
    sandbox.post_control("imports/hold", {})
    run_job("customer_subscriber_guest_sync", "uk")
    run_job("order_and_quote_sync", "uk")
    run_job("importer", once=True)
    assert EmailContact.objects.get().state == "staged"
    move(shop)
    run_job("customer_subscriber_guest_sync", "uk")
    run_job("importer", once=True)
    assert (renames(sandbox), EmailContact.objects.get().email_key) == (0, NEW)
    sandbox.post_control("imports/release", {})
    dotbridge.sync()
    assert_one_person(ada, sandbox)
    assert contacts(sandbox)[NEW]["fields"]["FIRSTNAME"] == "Between"
    assert set(EmailQuote.objects.values_list("state", flat=True)) == {"accepted"}


def test_a_newsletter_row_that_stayed_keeps_its_address(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.change("customers", 1, email=NEW)
    dotbridge.sync()
    assert set(contacts(sandbox)) == {OLD, NEW}
    assert dict(ContactSource.objects.values_list("kind", "email")) == {"customer": NEW, "subscriber": OLD}
    assert sandbox.state()["owners"]["Orders"]["100000001"] == NEW


def test_a_newsletter_row_of_another_website_moves_along(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1, subscription=""))
    shop.put("subscribers", person(51, kind="subscriber", email=OLD, customer_id="1", website="2"))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    move(shop)
    dotbridge.sync()
    assert set(contacts(sandbox)) == {NEW}
    assert renames(sandbox) == 1


@pytest.mark.parametrize("first", ["importer", "consent_sync"])
def test_who_unsubscribes_with_a_new_address_is_unsubscribed_before_it_is_open(
    first: str, ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.change("customers", 1, email=NEW)
    shop.change("subscribers", 51, email=NEW, subscription="unsubscribed")
    run_job("customer_subscriber_guest_sync", "uk")
    run_job(first, once=True)
    assert contacts(sandbox).get(NEW, {"status": "not there"})["status"] != "Subscribed"
    dotbridge.sync()
    assert {email: one["status"] for email, one in contacts(sandbox).items()} == {NEW: "Unsubscribed"}
    assert EmailContact.objects.get().contact_id == ada


@pytest.mark.both_databases
@pytest.mark.parametrize("known", [True, False], ids=["known", "not read yet"])
def test_an_opt_out_goes_along_to_a_contact_that_stood_at_the_new_address(
    known: bool, ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("POST", "/v2/contacts", {"email": NEW})
    sandbox.call("POST", "/v2/contacts/unsubscribe", {"email": OLD})
    if known:
        run_job("consent_sync")
    move(shop)
    run_job("customer_subscriber_guest_sync", "uk")
    run_job("importer")
    dotbridge.sync()
    assert {email: one["status"] for email, one in contacts(sandbox).items()} == {
        OLD: "Unsubscribed",
        NEW: "Unsubscribed",
    }
    # The one that was left is on none of our lists, and the shop has heard.
    assert {name.rpartition(" ")[2] for name in contacts(sandbox)[OLD]["lists"]} <= {"Contacts"}
    assert set(ContactSource.objects.filter(kind="subscriber").values_list("subscription", flat=True)) == {
        "unsubscribed"
    }
    assert EmailContact.objects.get().contact_id not in (None, ada)


def test_a_bounce_of_the_old_mailbox_does_not_hold_the_contact_at_the_new_address(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("POST", "/v2/contacts", {"email": NEW})
    sandbox.post_control(f"contacts/{OLD}/bounce")
    run_job("consent_sync")
    assert EmailContact.objects.get().state == "suppressed"
    move(shop)
    dotbridge.sync()
    held = EmailContact.objects.get()
    assert (held.state, held.suppressed_reason, held.contact_id != ada) == ("accepted", "", True)
    assert contacts(sandbox)[NEW]["fields"]["FIRSTNAME"] == "First1"


def test_a_contact_that_was_deleted_there_is_made_anew_and_not_brought_back_as_it_was(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("DELETE", f"/contacts/v3/email/{OLD}")
    shop.change("customers", 1, email=NEW)
    shop.change("subscribers", 51, email=NEW, subscription="unsubscribed")
    dotbridge.sync()
    assert {email: one["status"] for email, one in contacts(sandbox).items()} == {NEW: "Unsubscribed"}
