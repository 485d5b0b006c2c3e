"""The feeds lose nothing: not in a week's outage, not by clocks that differ, and no body carries what it must not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import ConsentEvent, EmailContact
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, person

PEOPLE = 10_000


@pytest.mark.slow
def test_after_a_weeks_outage_ten_thousand_suppressions_all_arrive(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.db.execute("BEGIN")
    for number in range(1, PEOPLE + 1):
        shop.put("customers", person(number))
    shop.db.execute("COMMIT")
    dotbridge.configure()
    dotbridge.sync()
    emails = [f"person{number}@example.com" for number in range(1, PEOPLE + 1)]
    for day in range(7):
        part = [{"email": one} for one in emails[day::7]]
        assert sandbox.call("PUT", "/v2/contacts/suppress-contacts", part).status == 200
        sandbox.post_control("clock", {"advance": 86_400})
    run_job("consent_sync")
    assert EmailContact.objects.filter(state="suppressed", suppressed_reason="suppressed").count() == PEOPLE
    said = [json.loads(row[0])["subscription"] for row in shop.db.execute("SELECT row FROM customers")]
    assert said == ["unsubscribed"] * PEOPLE
    events = ConsentEvent.objects.count()
    run_job("consent_sync")
    assert ConsentEvent.objects.count() == events


def test_a_clock_that_stands_in_the_past_at_dotdigital_hides_nothing(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    sandbox.post_control("clock", {"set": "2024-02-01T00:00:00Z"})
    try:
        shop.put("customers", person(1))
        dotbridge.configure()
        dotbridge.sync()
        sandbox.post_control("contacts/person1@example.com/unsubscribe")
        run_job("consent_sync")
        assert EmailContact.objects.get().channel_status == "unsubscribed"
    finally:
        sandbox.post_control("clock", {"run": True, "set": "2024-02-01T00:00:00Z"})


def test_no_body_but_consents_own_carries_a_status_an_opt_in_or_a_resubscription(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for number in range(1, 20):
        shop.put("customers", person(number, subscription=["subscribed", "unsubscribed", ""][number % 3]))
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    for number in range(1, 20):
        shop.change("customers", number, subscription=["unsubscribed", "subscribed", "subscribed"][number % 3])
    sandbox.post_control("contacts/person3@example.com/bounce")
    dotbridge.sync()
    own = 0
    for request in sandbox.requests(bodies=True):
        path, body = request["path"], json.loads(request["body"] or "null")
        if "subscribe" in path or request["method"] == "PATCH":
            own += 1
            continue
        for member, value in members(body):
            assert member.lower() not in {"optintype", "resubscribeoptions", "unsubscribedcontact"}, path
            if member == "status":
                assert (path.split("?")[0], value) == ("/contacts/v3/import", "unsubscribed")
    assert own


def members(node: Any) -> list[tuple[str, Any]]:
    """Every member of a body at any depth; what documents of collections call their own does not count."""
    if isinstance(node, list):
        return [one for item in node for one in members(item)]
    if not isinstance(node, dict):
        return []
    found = [(name, value) for name, value in node.items() if name not in ("json", "dataFields")]
    return found + [one for name, value in found for one in members(value)]
