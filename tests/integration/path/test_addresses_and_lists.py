"""A person's new address, the lists they belong on, and what happens when nobody knows them any more."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import ContactSource, EmailContact, EmailOrder, ListMembership
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.road import change_setting
from support.toy_shop import ToyShop, order, person

NEW = "moved@example.com"


def contacts(sandbox: Sandbox) -> dict[str, Any]:
    return sandbox.state()["contacts"]


def owner(sandbox: Sandbox, number: str) -> str:
    return str(sandbox.state()["owners"]["Orders"][number])


def names(sandbox: Sandbox, email: str) -> set[str]:
    """The lists that hold the person, without the one that holds everybody."""
    return {name.rpartition(" ")[2] for name in contacts(sandbox)[email]["lists"]} - {"Contacts"}


@pytest.fixture
def ada(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> int:
    """Person 1 with an order has arrived; gives Dotdigital's number of the contact."""
    shop.put("customers", person(1))
    shop.put("orders", order(1, customer=1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    return int(EmailContact.objects.get().contact_id or 0)


def test_a_new_address_renames_the_contact_with_all_that_is_theirs(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.change("customers", 1, email=NEW)
    dotbridge.sync()
    assert set(contacts(sandbox)) == {NEW}
    held = EmailContact.objects.get()
    assert (held.contact_id, held.email_key, held.renamed_from, held.state) == (ada, NEW, "", "accepted")
    assert owner(sandbox, "100000001") == NEW
    assert contacts(sandbox)[NEW]["fields"]["NUMBER_OF_ORDERS"] == 1
    assert dotbridge.sync().total() == 0


def test_a_new_address_keeps_an_unsubscribe_that_only_dotdigital_knows(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("POST", "/v2/contacts/unsubscribe", {"email": "person1@example.com"})
    shop.change("customers", 1, email=NEW)
    dotbridge.sync()
    assert contacts(sandbox)[NEW]["status"] == "Unsubscribed"


def test_a_new_address_that_is_another_persons_moves_the_source(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(2, website="2"))
    dotbridge.sync()
    shop.change("customers", 1, email="person2@example.com")
    dotbridge.sync()
    assert owner(sandbox, "100000001") == "person2@example.com"
    assert EmailContact.objects.get(email_key="person1@example.com").state == "removed"
    assert ContactSource.objects.filter(contact__email_key="person2@example.com").count() == 2


def test_an_address_that_a_guest_holds_as_well_stays_and_the_customer_moves(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("orders", order(2, email="person1@example.com"))
    dotbridge.sync()
    shop.change("customers", 1, email=NEW)
    dotbridge.sync()
    assert set(contacts(sandbox)) == {"person1@example.com", NEW}
    assert owner(sandbox, "100000001") == NEW
    assert owner(sandbox, "100000002") == "person1@example.com"


def test_a_new_address_that_dotdigital_holds_already_takes_its_place(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("POST", "/v2/contacts", {"email": NEW})
    shop.change("customers", 1, email=NEW)
    dotbridge.sync()
    held = EmailContact.objects.get()
    assert held.contact_id not in (None, ada)
    assert contacts(sandbox)[NEW]["fields"]["FIRSTNAME"] == "First1"


def test_a_contact_that_dotdigital_has_lost_is_made_anew_at_the_new_address(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("DELETE", "/contacts/v3/email/person1@example.com")
    shop.change("customers", 1, email=NEW)
    dotbridge.sync()
    assert contacts(sandbox)[NEW]["fields"]["FIRSTNAME"] == "First1"
    assert EmailContact.objects.get().renamed_from == ""


def test_two_addresses_in_a_row_end_with_the_last(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.change("customers", 1, email="between@example.com")
    run_job("customer_subscriber_guest_sync", "uk", once=True)
    shop.change("customers", 1, email=NEW)
    dotbridge.sync()
    assert set(contacts(sandbox)) == {NEW}
    assert EmailContact.objects.get().contact_id == ada


def test_lists_follow_the_sources(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("customers", person(1))
    shop.put("orders", order(1, email="guest@example.com"))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert names(sandbox, "person1@example.com") == {"Customers", "Subscribers"}
    assert names(sandbox, "guest@example.com") == {"Guests"}
    shop.change("customers", 1, subscription="unsubscribed")
    dotbridge.sync()
    assert names(sandbox, "person1@example.com") == {"Customers"}
    shop.change("customers", 1, subscription="subscribed")
    dotbridge.sync()
    assert "Subscribers" in names(sandbox, "person1@example.com")


def test_a_list_that_somebody_else_put_the_person_on_is_never_left(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    number = sandbox.call("POST", "/v2/address-books", {"name": "VIPs", "visibility": "Private"}).json["id"]
    sandbox.call("POST", f"/v2/address-books/{number}/contacts", {"email": "person1@example.com"})
    shop.change("customers", 1, subscription="unsubscribed")
    dotbridge.sync()
    assert names(sandbox, "person1@example.com") == {"VIPs", "Customers"}


def leave(dotbridge: Installation, shop: ToyShop) -> None:
    shop.delete("customers", 1)
    shop.delete("orders", 1)
    run_job("reconcile")
    dotbridge.sync()


def test_whom_no_shop_knows_any_more_leaves_our_lists_and_is_kept(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    leave(dotbridge, shop)
    assert names(sandbox, "person1@example.com") == set()
    assert EmailContact.objects.get().state == "removed"
    assert set(ListMembership.objects.values_list("state", flat=True)) == {"left"}


def test_whom_no_shop_knows_any_more_is_deleted_where_that_is_wanted_and_may_come_back(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    change_setting("contacts.departed", "delete")
    leave(dotbridge, shop)
    assert contacts(sandbox) == {}
    assert EmailContact.objects.get().contact_id is None
    shop.put("customers", person(1, first_name="Again"))
    dotbridge.sync()
    assert contacts(sandbox)["person1@example.com"]["fields"]["FIRSTNAME"] == "Again"
    assert names(sandbox, "person1@example.com") == {"Customers", "Subscribers"}


def test_d34_whom_another_website_knows_is_never_deleted(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    change_setting("contacts.departed", "delete")
    shop.put("customers", person(2, website="2", email="person1@example.com"))
    dotbridge.sync()
    leave(dotbridge, shop)
    assert set(contacts(sandbox)) == {"person1@example.com"}
    assert EmailContact.objects.get().state == "accepted"


def test_who_had_unsubscribed_and_was_deleted_does_not_come_back_mailable(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("POST", "/v2/contacts/unsubscribe", {"email": "person1@example.com"})
    run_job("consent_sync")
    change_setting("contacts.departed", "delete")
    leave(dotbridge, shop)
    # One who signs up for the newsletter again has opted in, and we saw it; one who only buys has not.
    shop.put("customers", person(1, subscription=""))
    dotbridge.sync()
    assert contacts(sandbox)["person1@example.com"]["status"] == "Unsubscribed"


def test_records_of_the_departed_are_gone_as_well(
    ada: int, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    leave(dotbridge, shop)
    assert sandbox.state()["insight"].get("Orders", {}) == {}
    assert set(EmailOrder.objects.values_list("state", flat=True)) == {"removed"}
