"""Contacts by file over v2 and as JSON over v3: what goes which way, and where both end."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from dotbridge.dotdigital import csv_imports
from dotbridge.errors import ConfigError
from dotbridge.importer.release import release_parked
from dotbridge.importer.survey import survey_account
from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import DotdigitalAccount, EmailContact, EmailImporter, Website
from dotbridge.ledger.settings import resolve
from dotbridge.setup.configuration import read
from support.contact_files import (
    ADA,
    OLU,
    TRANSPORT,
    VIC,
    answer,
    changed,
    contact,
    members,
    row,
    uploads,
    ways,
    word,
)
from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.road import change_setting
from support.toy_shop import ToyShop, order, person


@pytest.mark.both_databases
def test_what_a_file_cannot_say_goes_as_json(dotbridge: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    for number in range(1, 10):
        shop.put("customers", person(number, subscription=["subscribed", "unsubscribed", ""][number % 3]))
    dotbridge.configure(non_subscribers="send", **{TRANSPORT: "v2"})
    dotbridge.sync()
    held = Counter(one["status"] for one in sandbox.state()["contacts"].values())
    assert held == {"Subscribed": 6, "Unsubscribed": 3}
    sizes = EmailImporter.objects.filter(kind="contacts").values_list("transport", "records")
    assert sorted(sizes) == [("v2", 3), ("v2", 3), ("v3", 3)], "those on two lists, those on one, those unsubscribed"
    assert set(EmailContact.objects.values_list("state", flat=True)) == {"accepted"}
    assert not EmailContact.objects.filter(contact_id=None).exists(), "the rest of the system needs the ids"
    assert all(balance.unexplained == 0 for balance in dotbridge.audit().values())


def test_who_is_on_several_lists_is_put_on_them_one_after_the_other(by_file: Installation, sandbox: Sandbox) -> None:
    website = Website.objects.get(code="uk")
    routes = [one["path"] for one in sandbox.requests() if "contacts/import/with-merge" in one["path"]]
    chosen = sorted([website.customer_list, website.subscriber_list])
    assert routes == [f"/v2/address-books/{number}/contacts/import/with-merge-option/1" for number in chosen]
    data, addresses = uploads(sandbox)
    assert '"First1"' in data
    assert '"First1"' not in addresses
    assert members(sandbox, "Customers") == members(sandbox, "Subscribers") == [ADA, OLU, VIC]


@pytest.mark.both_databases
@pytest.mark.parametrize("transport", ["v2", "v3"])
@pytest.mark.parametrize(
    ("event", "state", "fields"),
    [("unsubscribe", "accepted", "Changed"), ("soft-bounce", "accepted", "Changed"), ("suppress", "suppressed", "")],
)
def test_what_happens_in_dotdigital_while_the_batch_is_in_flight_is_known_when_it_settles(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox, transport: str, event: str, state: str, fields: str
) -> None:
    by_file.configure(**{TRANSPORT: transport})
    changed(shop)
    sandbox.post_control("imports/hold", {"kind": "contacts"})
    run_job("customer_subscriber_guest_sync")
    run_job("importer", once=True)
    Dotdigital(sandbox).happens(ADA, event)
    sandbox.post_control("imports/release")
    # Before anything is read of Dotdigital's feeds.
    run_job("importer")
    assert row().state == state
    if event != "soft-bounce":
        assert row().channel_status == {"unsubscribe": "unsubscribed", "suppress": "suppressed"}[event]
    by_file.sync()
    held = contact(sandbox)
    assert held["status"] == {"unsubscribe": "Unsubscribed", "soft-bounce": "SoftBounced"}.get(event, "Suppressed")
    if fields:
        assert held["fields"]["FIRSTNAME"] == fields
    assert row().state == state
    assert word(shop) == ("subscribed" if event == "soft-bounce" else "unsubscribed")
    assert contact(sandbox, OLU)["fields"]["FIRSTNAME"] == "Changed"
    assert all(balance.unexplained == balance.in_flight == 0 for balance in by_file.audit().values())


def test_who_has_left_one_list_is_still_updated_and_stays_off_it(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    website = Website.objects.get(code="uk")
    Dotdigital(sandbox).happens(ADA, "unsubscribe", list=website.customer_list)
    changed(shop)
    by_file.sync()
    assert (contact(sandbox)["status"], contact(sandbox)["fields"]["FIRSTNAME"]) == ("Subscribed", "Changed")
    assert row().channel_status == "subscribed"
    assert word(shop) == "subscribed"
    assert ADA not in members(sandbox, "Customers")
    assert members(sandbox, "Subscribers") == [ADA, OLU, VIC]


def test_what_no_order_fills_any_more_is_cleared_by_file(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for number in (1, 2):
        shop.put("orders", order(number, customer=number))
    by_file.sync()
    assert contact(sandbox)["fields"]["LAST_ORDER_DATE"]
    since = len(sandbox.requests())
    shop.delete("orders", 1)
    by_file.sync(full=True)
    assert "LAST_ORDER_DATE" not in contact(sandbox)["fields"]
    assert contact(sandbox)["fields"]["FIRSTNAME"] == "First1"
    assert contact(sandbox, OLU)["fields"]["LAST_ORDER_DATE"]
    assert len(uploads(sandbox, since)) == 3, "the data with the first list, what is cleared, the second list"
    assert set(ways()) == {("v2", "settled")}


NASTY = {
    4: '=cmd|" /C calc"!A0',
    5: "+1;2,3\t@SUM(A1)",
    6: 'a "quoted", value\r\nof two\nlines',
    7: "  blanks at the edges  ",
    8: "\U0001d518 🧶🏴\u200d☠️ é\u0301",
    9: "-",
}


def test_every_value_arrives_by_file_as_it_does_in_json(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for number, name in NASTY.items():
        shop.put("customers", person(number, first_name=name, last_name='";'))
    dotbridge.configure(non_subscribers="send", **{TRANSPORT: "v2"})
    dotbridge.sync()
    by_file = sandbox.state()["contacts"]
    assert ways() == {("v2", "settled"): 1}
    dotbridge.configure(**{TRANSPORT: "v3"})
    EmailContact.objects.update(digest=None, accepted_digest=None, dirty=100)
    dotbridge.sync()
    assert ("v3", "settled") in ways()
    assert sandbox.state()["contacts"] == by_file
    assert {one["fields"]["FIRSTNAME"] for one in by_file.values()} >= {NASTY[4], NASTY[6], NASTY[8]}


def test_a_list_that_is_gone_keeps_nobody_back(by_file: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    website = Website.objects.get(code="uk")
    assert sandbox.call("DELETE", f"/v2/address-books/{website.customer_list}").status in (200, 204)
    changed(shop)
    by_file.sync()
    assert row().state == "accepted"
    assert "IMP-CONTACT-INVALID-LIST" in row().warnings
    assert contact(sandbox)["fields"]["FIRSTNAME"] == "Changed"


def test_a_change_of_the_setting_does_not_touch_what_is_on_the_road(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    changed(shop)
    run_job("customer_subscriber_guest_sync")
    change_setting(TRANSPORT, "v3")
    by_file.sync()
    assert ways() == {("v2", "settled"): 2}
    shop.change("customers", 1, first_name="Again")
    by_file.sync()
    assert ways() == {("v2", "settled"): 2, ("v3", "settled"): 1}


@pytest.mark.both_databases
def test_the_canary_is_back_when_the_last_of_its_files_is(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for number in range(1, 131):
        shop.put("customers", person(number, subscription=["subscribed", "unsubscribed", ""][number % 3]))
    dotbridge.configure(non_subscribers="send", **{TRANSPORT: "v2"})
    sandbox.post_control("imports/fail", {"kind": "contacts_csv", "count": 1, "status": "RejectedByWatchdog"})
    dotbridge.sync()
    canary = EmailImporter.objects.filter(canary=1)
    assert sum(canary.values_list("records", flat=True)) == 100
    parked = canary.get(state="parked")
    assert (parked.transport, parked.code) == ("v2", "DDG-WATCHDOG")
    assert DotdigitalAccount.objects.get().canary == "out"
    release_parked(parked.pk)
    dotbridge.sync()
    assert DotdigitalAccount.objects.get().canary == "passed"
    assert len(sandbox.state()["contacts"]) == 130
    assert dotbridge.audit()["uk", "contacts"].accepted == 130


@pytest.mark.parametrize("side", ["Dotdigital", "our own limit"])
def test_a_file_too_large_is_divided(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    changed(shop)
    if side == "Dotdigital":
        told = json.dumps({"message": "The request is too large."})
        answer(sandbox, told, 413, match="POST /v2/address-books/.*/contacts/import")
    else:
        file = uploads(sandbox)[0].split("\r\n\r\n", 1)[1].rsplit("\r\n--", 1)[0]
        monkeypatch.setattr(csv_imports, "LARGEST_FILE", len(file) * 9 // 10)
    by_file.sync()
    assert ways() == {("v2", "settled"): 3, ("v2", "split"): 1}
    assert [contact(sandbox, one)["fields"]["FIRSTNAME"] for one in (ADA, OLU, VIC)] == ["Changed"] * 3


@pytest.mark.parametrize("leg", [1, 2])
def test_a_file_whose_answer_was_lost_is_sent_once_more(
    by_file: Installation, shop: ToyShop, sandbox: Sandbox, leg: int
) -> None:
    changed(shop)
    book = sorted([Website.objects.get(code="uk").customer_list, Website.objects.get(code="uk").subscriber_list])[
        leg - 1
    ]
    rule = {"match": f"POST /v2/address-books/{book}/contacts/import", "kind": "accept_then_cut", "times": 1}
    sandbox.post_control("faults", rule)
    run_job("customer_subscriber_guest_sync")
    run_job("importer")
    assert ("v2", "unknown") in ways()
    EmailImporter.objects.filter(state="unknown").update(due_at=0)
    by_file.sync()
    assert contact(sandbox)["fields"]["FIRSTNAME"] == "Changed"
    assert set(EmailContact.objects.values_list("state", flat=True)) == {"accepted"}


CONFIGURATION = """
accounts:
  main: {{username: a@apiconnector.com, password: b, settings: {account}}}
connections:
  shop: {{platform: toy, account: main, settings: {{path: /tmp/x}}, websites: {{uk: {{settings: {website}}}}}}}
settings: {top}
"""


@pytest.mark.parametrize(
    ("places", "why"),
    [
        ({"top": {TRANSPORT: "csv"}}, "it may be v3, v2"),
        ({"account": {TRANSPORT: "v1"}}, "it may be v3, v2"),
        ({"account": {"page_size": 5}}, "page_size is a setting of websites, not of an account"),
        ({"website": {TRANSPORT: "v2"}}, "is a setting of an account, not of a website"),
        ({"account": {"contact_transport": "v2"}}, "There is no setting"),
    ],
)
def test_a_transport_that_is_none_or_stands_in_a_wrong_place_is_refused(
    dotbridge: Installation, places: dict[str, Any], why: str
) -> None:
    text = CONFIGURATION.format(**{place: json.dumps(places.get(place, {})) for place in ("top", "account", "website")})
    with pytest.raises(ConfigError, match=why):
        read(text)


def test_an_account_may_differ_from_the_installation(by_file: Installation, shop: ToyShop, sandbox: Sandbox) -> None:
    by_file.configuration["accounts"]["main"]["settings"] = {TRANSPORT: "v3"}
    by_file.configure()
    account = DotdigitalAccount.objects.get()
    assert (resolve()[TRANSPORT], resolve(account_id=account.pk)[TRANSPORT]) == ("v2", "v3")
    (finding,) = [one for one in survey_account(account).findings if one.subject == "contacts"]
    assert (finding.grade, finding.text) == ("ok", "Sent as JSON over v3.")
    changed(shop)
    by_file.sync()
    assert ways() == {("v2", "settled"): 1, ("v3", "settled"): 1}
    del by_file.configuration["accounts"]["main"]["settings"]
    by_file.configure()
    assert "CSV files over v2" in survey_account(account).findings[-1].text
