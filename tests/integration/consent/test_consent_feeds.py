"""The feeds lose nothing: not in a week's outage, not by clocks that differ, and no body carries what it must not."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

import dotbridge as product
from dotbridge.jobs.once import run_job
from dotbridge.ledger import events
from dotbridge.ledger.models import ConsentEvent, EmailContact, Website
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, order, person

PEOPLE = 10_000
PRODUCT = Path(product.__file__).parent


@pytest.mark.slow
@pytest.mark.parametrize("away", ["dotbridge", "the shop"])
def test_after_a_weeks_outage_ten_thousand_suppressions_all_arrive(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox, away: str
) -> None:
    shop.db.execute("BEGIN")
    for number in range(1, PEOPLE + 1):
        shop.put("customers", person(number))
    shop.db.execute("COMMIT")
    dotbridge.configure()
    dotbridge.sync()
    emails = [f"person{number}@example.com" for number in range(1, PEOPLE + 1)]
    elsewhere = shop.path.with_suffix(".away")
    if away == "the shop":
        shop.path.rename(elsewhere)
    for day in range(7):
        part = [{"email": one} for one in emails[day::7]]
        assert sandbox.call("PUT", "/v2/contacts/suppress-contacts", part).status == 200
        sandbox.post_control("clock", {"advance": 86_400})
        if away == "the shop":
            run_job("consent_sync")
    if away == "the shop":
        elsewhere.rename(shop.path)
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


@pytest.mark.parametrize("transport", ["v3", "v2"])
def test_no_body_but_consents_own_carries_a_status_an_opt_in_or_a_resubscription(
    dotbridge: Installation, shop: ToyShop, sandbox: Sandbox, transport: str
) -> None:
    for number in range(1, 20):
        shop.put("customers", person(number, subscription=["subscribed", "unsubscribed", ""][number % 3]))
    # Shop attributes that somebody maps to fields which would be columns of consent in a file.
    attributes = {"wishes": "OPTINTYPE", "notes": "CONSENTTEXT"}
    shop.put("customers", person(21, attributes={"wishes": "Double", "notes": "I agree"}))
    settings = {"importer.contact_transport": transport, "contacts.attributes": attributes}
    dotbridge.configure(non_subscribers="send", **settings)
    dotbridge.sync()
    assert sandbox.state()["contacts"]["person21@example.com"]["fields"]["OPTINTYPE"] == "Double"
    for number in range(1, 20):
        shop.change("customers", number, subscription=["unsubscribed", "subscribed", "subscribed"][number % 3])
    sandbox.post_control("contacts/person3@example.com/bounce")
    # By the live lane as well, which sends contacts by single calls.
    website = Website.objects.get(code="uk")
    shop.put("customers", person(20, subscription="unsubscribed"))
    shop.put("orders", order(1, customer=20))
    now = time.time()
    events.wait(website.pk, "customers", [(str(number), now) for number in range(1, 21)], now)
    events.wait(website.pk, "orders", [("1", now)], now)
    run_job("live")
    dotbridge.sync()
    opted_in = set(
        ConsentEvent.objects.filter(direction="shop", word="subscribed").values_list("contact__email", flat=True)
    )
    seen: set[str] = set()
    for request in sandbox.requests(bodies=True):
        path = request["path"].split("?")[0]
        if "/contacts/import/with-merge-option/" in path:
            seen.add("file")
            assert not FORBIDDEN.intersection(columns(request["body"])), path
            continue
        body = json.loads(request["body"] or "null")
        if path.endswith(("/unsubscribe", "/resubscribe", "/resubscribe-with-no-challenge")):
            seen.add("consent")
            assert path.endswith("/unsubscribe") or body["unsubscribedContact"]["email"] in opted_in
            continue
        for member, value in members(body):
            assert member.lower() not in {"optintype", "resubscribeoptions", "unsubscribedcontact"}, path
            if member != "status":
                continue
            seen.add(f"{request['method']} {value}")
            if value == "subscribed":
                assert set(body) == {"identifiers", "channelProperties"}, "consent sends no data"
                assert body["identifiers"]["email"] in opted_in
            else:
                assert value == "unsubscribed"
                assert request["method"] in ("PUT", "PATCH")
    assert {"consent", "PUT unsubscribed"} <= seen
    assert ("file" in seen) == (transport == "v2")


#: Columns of a file that are no data field (contract dotdigital-api §13.2), but for the address and the kind of mail.
FORBIDDEN = {
    *("optintype", "status", "id", "consenttext", "consenturl", "consentdatetime", "consentip", "consentuseragent")
}


def columns(body: str) -> set[str]:
    """The header of an uploaded file, in lower case."""
    file = body.split("\r\n\r\n", 1)[1]
    header = {name.lower() for name in next(csv.reader(io.StringIO(file)))}
    assert "email" in header
    assert not any(name.startswith("preference:") for name in header)
    return header


def members(node: Any) -> list[tuple[str, Any]]:
    """Every member of a body at any depth; what documents of collections call their own does not count."""
    if isinstance(node, list):
        return [one for item in node for one in members(item)]
    if not isinstance(node, dict):
        return []
    found = [(name, value) for name, value in node.items() if name not in ("json", "dataFields")]
    return found + [one for name, value in found for one in members(value)]


def test_only_the_consent_room_knows_how_to_open_a_channel() -> None:
    """Where the words stand in the code at all; the client of Dotdigital only names its routes."""
    words = re.compile(
        r"optInType|resubscribeOptions|\.resubscribe\(|\"status\": \"subscribed\"|subscriptions\.unsubscribe\("
    )
    rooms = {path.relative_to(PRODUCT).parts[0] for path in PRODUCT.rglob("*.py") if words.search(path.read_text())}
    assert rooms - {"sandbox"} == {"consent"}
    creating = [
        path.relative_to(PRODUCT).as_posix()
        for path in PRODUCT.rglob("*.py")
        if re.search(r"\[\"status\"\] = ", path.read_text()) and "sandbox" not in path.parts
    ]
    assert creating == ["mapping/contacts/document.py"]
