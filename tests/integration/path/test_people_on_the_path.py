"""Who goes, who stays out, and who is one person."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.errors import ConfigError
from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import ContactSource, DotdigitalAccount, EmailContact, EmailImporter, EmailOrder
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, order, person


def contact(sandbox: Sandbox, number: int) -> dict:
    return sandbox.state()["contacts"][f"person{number}@example.com"]


def test_who_has_not_subscribed_stays_out_by_a_named_rule_and_so_do_their_orders(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("customers", person(2, subscription=""))
    shop.put("orders", order(1, customer=1))
    shop.put("orders", order(2, customer=2))
    dotbridge.configure()
    dotbridge.sync()
    assert set(sandbox.state()["contacts"]) == {"person1@example.com"}
    assert EmailContact.objects.get(email_key="person2@example.com").code == "not_subscribed"
    balance = dotbridge.audit()["uk", "orders"]
    assert (balance.accepted, balance.excluded, balance.unexplained) == (1, 1, 0)


def test_who_subscribes_later_arrives_with_their_orders(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(2, subscription=""))
    shop.put("orders", order(2, customer=2))
    dotbridge.configure()
    dotbridge.sync()
    shop.change("customers", 2, subscription="subscribed")
    dotbridge.sync()
    assert contact(sandbox, 2)["status"] == "Subscribed"
    assert EmailOrder.objects.get(source_id="2").state == "accepted"


@pytest.mark.parametrize("word", ["unsubscribed", "not_active", "unconfirmed"])
def test_nobody_who_did_not_opt_in_becomes_mailable(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox, word: str
) -> None:
    shop.put("customers", person(1, subscription=word))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert contact(sandbox, 1)["status"] == "Unsubscribed"


def test_a_contact_that_dotdigital_holds_keeps_the_status_that_stands_there(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.call("POST", "/v2/contacts", {"email": "person1@example.com"})
    shop.put("customers", person(1, subscription="unsubscribed"))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    held = contact(sandbox, 1)
    assert (held["status"], held["fields"]["FIRSTNAME"]) == ("Subscribed", "First1")


def test_no_import_body_carries_a_status_but_unsubscribed(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for number in range(1, 30):
        shop.put("customers", person(number, subscription=["subscribed", "unsubscribed", ""][number % 3]))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    bodies = [request["body"] for request in sandbox.requests(bodies=True) if "import" in request["path"]]
    assert bodies
    for body in bodies:
        assert not any(word in str(body) for word in ("optInType", "resubscribe", '"subscribed"', "'subscribed'"))


@pytest.mark.both_databases
def test_a_person_of_two_websites_is_one_contact_with_the_sales_of_both(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("customers", person(2, website="2", email="PERSON1@example.com", first_name="Other"))
    shop.put("orders", order(1, customer=1))
    shop.put("orders", order(2, website="2", email="person1@example.com", customer_id="2"))
    dotbridge.configuration["accounts"]["main"]["currency"] = "GBP"
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert len(sandbox.state()["contacts"]) == 1
    fields = contact(sandbox, 1)["fields"]
    assert (fields["NUMBER_OF_ORDERS"], fields["TOTAL_SPEND"], fields["FIRSTNAME"]) == (2, 22.2, "First1")
    balances = dotbridge.audit()
    assert (balances["uk", "contacts"].accepted, balances["eu", "contacts"].merged) == (1, 1)


def test_d01_a_guest_who_registers_stays_one_person(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("orders", order(1, email="person5@example.com"))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert contact(sandbox, 5)["fields"]["FIRSTNAME"] == "Ada"
    shop.put("customers", person(5))
    dotbridge.sync()
    assert len(sandbox.state()["contacts"]) == 1
    assert contact(sandbox, 5)["fields"]["FIRSTNAME"] == "First5"
    assert set(ContactSource.objects.values_list("kind", flat=True)) == {"guest", "customer"}


def test_the_first_contact_import_of_an_account_is_a_canary_of_100(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for number in range(1, 251):
        shop.put("customers", person(number))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    sizes = list(
        EmailImporter.objects.filter(kind="contacts").order_by("submitted_at").values_list("records", "canary")
    )
    assert sizes[0] == (100, 1)
    assert sum(records for records, _ in sizes) == 250
    assert DotdigitalAccount.objects.get().canary == "passed"


def test_nothing_is_sent_to_an_account_that_was_not_surveyed(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    dotbridge.configure(non_subscribers="send")
    DotdigitalAccount.objects.update(state="new")
    seen = len(sandbox.requests())
    with pytest.raises(ConfigError, match="IMP-NOT-SURVEYED"):
        dotbridge.sync()
    assert sandbox.requests(seen) == []


def test_an_address_that_cannot_receive_mail_is_rejected_alone(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("customers", person(1))
    shop.put("customers", person(2, email="nobody"))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    balance = dotbridge.audit()["uk", "contacts"]
    assert (balance.accepted, balance.rejected, balance.unexplained) == (1, 1, 0)
    source = ContactSource.objects.get(source_id="2", kind="customer")
    assert source.code == "COM-EMAIL-INVALID"
    assert "'nobody'" in source.detail


@pytest.mark.both_databases
def test_a_customer_who_leaves_and_comes_back(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    shop.put("customers", person(1))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    shop.delete("customers", 1)
    run_job("reconcile")
    dotbridge.sync()
    assert EmailContact.objects.get().state == "removed"
    shop.put("customers", person(1, first_name="Again"))
    dotbridge.sync()
    assert contact(sandbox, 1)["fields"]["FIRSTNAME"] == "Again"


def filled(sandbox: Sandbox, number: int) -> Any:
    return sandbox.state()["contacts"][f"person{number}@example.com"]["fields"].get("LAST_ORDER_DATE")


def test_a_sales_field_that_others_filled_is_left_alone_and_one_of_ours_is_cleared(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for number in (1, 2):
        shop.put("customers", person(number))
    shop.put("orders", order(1, customer=1))
    dotbridge.configure()
    dotbridge.sync()
    theirs = {"key": "LAST_ORDER_DATE", "value": "2020-05-05T00:00:00Z"}
    sandbox.call("POST", "/v2/contacts", {"email": "person2@example.com", "dataFields": [theirs]})
    assert filled(sandbox, 1)
    shop.change("orders", 1, state="cancelled", status="cancelled")
    for number in (1, 2):
        shop.change("customers", number, first_name="Changed")
    dotbridge.sync()
    assert (filled(sandbox, 1), filled(sandbox, 2)) == (None, "2020-05-05T00:00:00Z")


ACCOUNT = ("CUSTOMER_ID", "ACCOUNT_CREATED_DATE", "LAST_LOGGEDIN_DATE", "CUSTOMER_GROUP")
ADDRESS = "person1@example.com"
LOGGED_IN = "2026-04-01T10:00:00Z"


def account(sandbox: Sandbox) -> dict[str, Any]:
    """Fields of the first person's customer account."""
    held = sandbox.state()["contacts"][ADDRESS]["fields"]
    return {name: held[name] for name in ACCOUNT if name in held}


@pytest.fixture
def also_a_guest(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    """A customer in Dotdigital who has bought as a guest, too."""
    shop.put("customers", person(1, group="Wholesale", last_login_at=LOGGED_IN))
    shop.put("orders", order(1, customer=1))
    shop.put("orders", order(2, email=ADDRESS))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    assert set(account(sandbox)) == set(ACCOUNT)


@pytest.mark.both_databases
@pytest.mark.usefixtures("also_a_guest")
def test_the_account_that_a_customer_gave_up_is_not_named_any_more(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.delete("customers", 1)
    shop.change("orders", 1, customer_id="")
    dotbridge.sync()
    run_job("reconcile")
    dotbridge.sync()
    held = sandbox.state()["contacts"][ADDRESS]["fields"]
    assert account(sandbox) == {}
    assert (held["FIRSTNAME"], held["NUMBER_OF_ORDERS"]) == ("Ada", 2)
    before = EmailContact.objects.get(email_key=ADDRESS).version
    shop.change("orders", 2, quiet=False)
    dotbridge.sync()
    dotbridge.sync()
    assert EmailContact.objects.get(email_key=ADDRESS).version == before
    shop.put("customers", person(3, email=ADDRESS))
    dotbridge.sync()
    assert account(sandbox)["CUSTOMER_ID"] == 3


@pytest.mark.usefixtures("also_a_guest")
def test_an_account_stays_named_until_it_is_known_to_be_gone(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.delete("customers", 1)
    shop.put("orders", order(3, email=ADDRESS))
    for job in ("order_and_quote_sync", "customer_subscriber_guest_sync", "importer"):
        run_job(job)
    assert sandbox.state()["contacts"][ADDRESS]["fields"]["NUMBER_OF_ORDERS"] == 3
    assert set(account(sandbox)) == set(ACCOUNT)
    run_job("reconcile")
    dotbridge.sync()
    assert account(sandbox) == {}


def test_what_others_keep_in_a_field_of_the_account_is_theirs(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("orders", order(2, email=ADDRESS))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    theirs = [{"key": "CUSTOMER_GROUP", "value": "Panel"}]
    sandbox.call("POST", "/v2/contacts", {"email": ADDRESS, "dataFields": theirs})
    shop.put("orders", order(3, email=ADDRESS))
    dotbridge.sync()
    assert account(sandbox) == {"CUSTOMER_GROUP": "Panel"}
