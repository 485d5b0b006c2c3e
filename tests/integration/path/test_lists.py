"""Each website has lists of its own; they follow the sources, change no status, and are left by many at once."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.errors import ConfigError
from dotbridge.importer.prepare import prepare_account
from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import DotdigitalAccount, EmailContact, ListMembership, Website
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, order, person

CROWD = 30


def new_list(sandbox: Sandbox, name: str) -> int:
    made = sandbox.call("POST", "/v2/address-books", {"name": name, "visibility": "Private"})
    return int(made.json["id"])


def reserved(sandbox: Sandbox, name: str) -> int:
    """The id of one of Dotdigital's own lists."""
    return next(int(one["id"]) for one in sandbox.get("/v2/address-books") if one["name"] == name)


def choose(dotbridge: Installation, **lists: dict[str, Any]) -> None:
    """Lists by website in the configuration."""
    websites = {code: {"lists": chosen} for code, chosen in lists.items()}
    dotbridge.configuration["connections"]["shop"]["websites"] = websites


def names(sandbox: Sandbox, email: str) -> set[str]:
    held = sandbox.state()["contacts"][email]["lists"]
    return {name.rpartition(" ")[2] for name in held} - {"Contacts"}


@pytest.mark.parametrize(
    "lists",
    [{"uk": {"customer": 7, "guest": 7}}, {"uk": {"customer": 7}, "eu": {"customer": 7}}],
    ids=["two kinds", "two websites"],
)
def test_one_list_for_two_kinds_of_people_is_refused_and_nothing_is_written(
    lists: dict[str, Any], dotbridge: Installation
) -> None:
    choose(dotbridge, **lists)
    with pytest.raises(ConfigError) as refused:
        dotbridge.configure()
    assert refused.value.code.id == "LED-LISTS-ALIKE"
    assert "List 7 is that of the customers of shop/uk and of the" in str(refused.value)
    assert not Website.objects.exists()


@pytest.mark.parametrize("lists", [{"customers": 7}, {"customer": "7"}, {"guest": 0}])
def test_what_is_no_choice_of_a_list_is_refused(lists: dict[str, Any], dotbridge: Installation) -> None:
    choose(dotbridge, uk=lists)
    with pytest.raises(ConfigError, match=r"connections\.shop\.websites\.uk\.lists"):
        dotbridge.configure()


@pytest.mark.parametrize("name", ["Test", "All Contacts"])
def test_a_list_of_dotdigitals_own_is_refused_by_the_check_before_anything_is_sent(
    name: str, dotbridge: Installation, sandbox: Sandbox
) -> None:
    choose(dotbridge, uk={"customer": reserved(sandbox, name)})
    with pytest.raises(ConfigError) as refused:
        dotbridge.configure()
    assert refused.value.code.id == "LED-LIST-RESERVED"
    assert DotdigitalAccount.objects.get().state == DotdigitalAccount.State.NEW


def test_once_the_account_is_known_it_is_refused_when_it_is_chosen(dotbridge: Installation, sandbox: Sandbox) -> None:
    dotbridge.configure()
    before = Website.objects.get(code="uk").customer_list
    choose(dotbridge, uk={"customer": reserved(sandbox, "Test")})
    with pytest.raises(ConfigError) as refused:
        dotbridge.configure()
    assert refused.value.code.id == "LED-LIST-RESERVED"
    assert Website.objects.get(code="uk").customer_list == before


def test_websites_of_one_name_get_lists_of_their_own_however_long_it_is(dotbridge: Installation) -> None:
    dotbridge.configure()
    Website.objects.update(name="N" * 200, customer_list=None, subscriber_list=None, guest_list=None)
    prepare_account(DotdigitalAccount.objects.get())
    lists = Website.objects.values_list("customer_list", "subscriber_list", "guest_list")
    assert len({number for row in lists for number in row} - {None}) == 6


def test_joining_a_list_changes_no_status(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("orders", order(1, email="person1@example.com"))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    for event, status in (("unsubscribe", "Unsubscribed"), ("bounce", "HardBounced")):
        sandbox.post_control(f"contacts/person1@example.com/{event}")
        shop.put("customers", person(1, subscription="", first_name=event))
        dotbridge.sync()
        assert sandbox.state()["contacts"]["person1@example.com"]["status"] == status
    assert names(sandbox, "person1@example.com") == {"Customers", "Guests"}


@pytest.fixture
def crowd(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> Installation:
    """Many customers, and somebody who stays."""
    for number in range(1, CROWD + 1):
        shop.put("customers", person(number, subscription=""))
    shop.put("customers", person(99, subscription=""))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    return dotbridge


def leave(shop: ToyShop) -> None:
    for number in range(1, CROWD + 1):
        shop.delete("customers", number)
    run_job("reconcile", "uk")
    run_job("customer_subscriber_guest_sync", "uk")


def removals(sandbox: Sandbox) -> list[str]:
    """Calls that took somebody off a list."""
    calls = [f"{one['method']} {one['path']}" for one in sandbox.requests()]
    return [one for one in calls if "/address-books/" in one and (one[:6] == "DELETE" or one.endswith("/delete"))]


def test_many_who_leave_a_list_leave_it_by_one_call(crowd: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    leave(shop)
    crowd.sync()
    number = Website.objects.get(code="uk").customer_list
    assert removals(sandbox) == [f"POST /v2/address-books/{number}/contacts/delete"]
    assert {email for email in sandbox.state()["contacts"] if names(sandbox, email)} == {"person99@example.com"}
    assert ListMembership.objects.filter(state="left", removal="").count() == CROWD
    assert crowd.sync().total() == 0


@pytest.mark.both_databases
def test_who_comes_back_while_dotdigital_is_at_it_is_on_the_list_in_the_end(
    crowd: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.post_control("imports/hold", {"kind": "list_removal"})
    leave(shop)
    run_job("importer", once=True)
    assert ListMembership.objects.exclude(removal="").count() == CROWD
    shop.put("customers", person(1, subscription="", first_name="Again"))
    run_job("customer_subscriber_guest_sync", "uk")
    run_job("importer", once=True)
    sandbox.post_control("imports/release", {})
    crowd.sync()
    assert names(sandbox, "person1@example.com") == {"Customers"}
    assert names(sandbox, "person2@example.com") == set()
    assert EmailContact.objects.get(email_key="person1@example.com").state == "accepted"


def test_what_dotdigital_could_not_do_at_once_is_done_one_by_one(
    crowd: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.post_control("imports/fail", {"kind": "list_removal", "status": "Failed", "count": 1})
    leave(shop)
    crowd.sync()
    assert len(removals(sandbox)) == 1 + CROWD
    assert names(sandbox, "person1@example.com") == set()
