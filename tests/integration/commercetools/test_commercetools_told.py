"""What commercetools tells by its queues arrives in the live lane; the subscription behind it is made once."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from click.testing import CliRunner

from dotbridge.cli import connect
from dotbridge.cli.codes import CONNECTION_UNCLEAR
from dotbridge.commerce import clock
from dotbridge.errors import ConfigError
from dotbridge.jobs.once import run_job
from dotbridge.ledger import events
from dotbridge.ledger.models import EmailContact, ErasureAsked, Event
from dotbridge.sources.commercetools.codes import DESTINATION_UNFIT, SCOPE_MISSING
from dotbridge.sources.commercetools.source import Commercetools
from dotbridge.sources.commercetools.subscription import KEY
from support import commercetools_documents as documents
from support.commercetools_documents import uid
from support.commercetools_server import CommercetoolsServer
from support.dotdigital_sandbox import Sandbox
from support.event_sender import SECRET, post
from support.installation import Installation
from support.road import change_setting

PUBSUB = {"type": "GoogleCloudPubSub", "projectId": "northwind", "topic": "commercetools"}


@pytest.fixture
def live(
    dotbridge: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Installation:
    """A customer with an order, and a product, are in Dotdigital already."""
    monkeypatch.setattr(events.keep, "__kwdefaults__", {"coalesce": 0.0})
    sandbox.post_control("settings", {"import_polls": 0})
    commercetools.seed("customer", documents.customer(1))
    commercetools.seed("payment", documents.refund(1, 0))
    commercetools.seed("order", documents.order(1, customerId=uid("customer", 1), **documents.paid_by(1)))
    commercetools.seed("product", documents.product(1))
    commercetools.seed("inventory-entry", documents.stock(1, "SKU-1-1", 5))
    dotbridge.configuration["connections"]["shop"]["settings"]["event_secret"] = SECRET
    dotbridge.configure()
    dotbridge.sync()
    return dotbridge


def told(about: str, **members: Any) -> Any:
    """The answer to a Pub/Sub push about a resource, by its type id and its id."""
    type_id, _, resource = about.partition("/")
    payload = {
        "notificationType": "ResourceUpdated",
        "projectKey": "demo-shop",
        "resource": {"typeId": type_id, "id": resource},
        "version": 2,
        "modifiedAt": documents.LONG_AGO,
        **members,
    }
    data = base64.b64encode(json.dumps(payload).encode()).decode()
    body = json.dumps({"message": {"data": data, "messageId": "1"}, "subscription": "s"}).encode()
    return post(body, {"Dotbridge-Token": SECRET})


def held(sandbox: Sandbox) -> Any:
    return sandbox.state()["insight"]


def test_a_new_order_of_a_guest_arrives_by_a_push(
    live: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox
) -> None:
    commercetools.seed("order", documents.order(20))
    assert told(f"order/{uid('order', 20)}").status_code == 200
    run_job("live")
    assert held(sandbox)["Orders"][uid("order", 20)]["id"] == "N-20"
    assert "shopper20@northwind.example" in sandbox.state()["contacts"]


def test_a_refund_and_a_stock_entry_move_what_they_belong_to(
    live: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox
) -> None:
    commercetools.seed("payment", documents.refund(1, 500))
    commercetools.seed("inventory-entry", documents.stock(1, "SKU-1-1", 2))
    told(f"payment/{uid('payment', 1)}")
    told(f"inventory-entry/{uid('inventory', 1)}")
    run_job("live")
    run_job("live_catalog")
    assert held(sandbox)["Orders"][uid("order", 1)]["refundedTotal"] == 5
    assert held(sandbox)["Catalog_Default"][f"{uid('product', 1)}-1"]["stock"] == 2


def test_a_deleted_order_is_taken_out(live: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox) -> None:
    commercetools.remove("order", uid("order", 1))
    told(f"order/{uid('order', 1)}", notificationType="ResourceDeleted")
    run_job("live")
    assert held(sandbox).get("Orders", {}) == {}
    assert not [row for row in live.audit().values() if row.unexplained]


def test_a_notification_that_comes_twice_is_kept_once_and_a_forged_one_not_at_all(live: Installation) -> None:
    assert [told(f"order/{uid('order', 1)}").json() for _ in range(2)] == [
        {"new": 1, "known": 0},
        {"new": 0, "known": 1},
    ]
    assert post(b"[]", {"Dotbridge-Token": "guess"}).status_code == 401
    assert Event.objects.count() == 1


def test_the_subscription_is_made_once(commercetools: CommercetoolsServer) -> None:
    source = Commercetools(commercetools.settings())
    first, second = source.create_subscription(PUBSUB), source.create_subscription(PUBSUB)
    assert (first.state, second.state) == ("ok", "ok")
    made = [call for call in commercetools.asked() if call.startswith("POST") and "subscriptions" in call]
    assert len(made) == 1
    assert "already" in second.text
    other = source.create_subscription({"type": "EventBridge", "region": "eu-west-1", "accountId": "1"})
    assert (other.state, KEY in other.text) == ("failed", True)
    source.close()


def test_a_queue_that_is_pulled_is_a_destination_too(commercetools: CommercetoolsServer) -> None:
    source = Commercetools(commercetools.settings())
    queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/commercetools"
    made = source.create_subscription({"type": "SQS", "queueUrl": queue, "region": "eu-west-1"})
    source.close()
    assert (made.state, "SQS" in made.text) == ("ok", True)


def test_the_check_says_of_a_queue_that_cannot_be_pulled_what_to_do(commercetools: CommercetoolsServer) -> None:
    settings = {"event_queue": "http://127.0.0.1:9/1/commercetools", "event_queue_user": "northwind"}
    source = Commercetools(commercetools.settings(**settings, event_queue_secret="sesame-7"))
    found = {one.name: one for one in source.check()}["event queue"]
    source.close()
    assert found.state == "missing"
    assert "does not answer" in found.text
    assert found.todo
    source = Commercetools(commercetools.settings(event_queue="commercetools"))
    found = {one.name: one for one in source.check()}["event queue"]
    source.close()
    assert "cannot be used" in found.text


@pytest.mark.parametrize(
    "destination",
    [{}, {"type": "SQS", "queueUrl": "x"}, {"type": "GoogleCloudPubSub"}, {**PUBSUB, "colour": "red"}],
)
def test_a_destination_that_does_not_lead_to_us_is_refused(
    commercetools: CommercetoolsServer, destination: Any
) -> None:
    source = Commercetools(commercetools.settings())
    with pytest.raises(ConfigError) as caught:
        source.create_subscription(destination)
    assert caught.value.code is DESTINATION_UNFIT
    source.close()


def test_without_the_scope_nothing_is_made(commercetools: CommercetoolsServer) -> None:
    commercetools.fails(f"/subscriptions/key={KEY}", 403, json.dumps({"errors": [{"code": "insufficient_scope"}]}))
    source = Commercetools(commercetools.settings())
    with pytest.raises(ConfigError) as caught:
        source.create_subscription(PUBSUB)
    assert caught.value.code is SCOPE_MISSING
    source.close()


def test_the_command_line_makes_the_subscription_and_says_where_to_push(
    live: Installation, commercetools: CommercetoolsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "start", lambda: None)  # this process has started already
    monkeypatch.setenv("EVENT_GRID_KEY", "grid-key-7")
    members = {"type": "EventGrid", "uri": "https://topic.example/api/events", "accessKey": "env:EVENT_GRID_KEY"}
    options = [part for name, value in members.items() for part in ("--destination", f"{name}={value}")]
    told_to = ["commercetools", "--create-subscription", *options, "--json"]
    done = CliRunner().invoke(connect.command, told_to, catch_exceptions=False)
    shown = json.loads(done.stdout)
    assert (done.exit_code, shown["checks"][0]["state"]) == (0, "ok")
    assert shown["address"].startswith("/events/shop/")
    assert "grid-key-7" not in done.stdout
    assert SECRET not in done.stdout
    with pytest.raises(ConfigError) as caught:
        CliRunner().invoke(connect.command, ["magento1"], catch_exceptions=False)
    assert caught.value.code is CONNECTION_UNCLEAR


ADA = "shopper1@northwind.example"


def erased(live: Installation, server: CommercetoolsServer, *, told_first: bool = True, erasure: bool = True) -> None:
    """Customer 1 is deleted; the queue tells of it, and a poll of messages finds it, before or after."""
    server.remove("customer", uid("customer", 1))
    server.remove("order", uid("order", 1))
    at = clock.before(clock.now(), 0).removesuffix("Z") + ".000Z"
    server.control("messages", [documents.message(1, "CustomerDeleted", f"customer/{uid('customer', 1)}", at)])
    if not told_first:
        live.sync(full=True)
    more = {"dataErasure": True} if erasure else {}
    about = f"customer/{uid('customer', 1)}"
    assert told(about, notificationType="ResourceDeleted", **more).status_code == 200
    live.sync(full=True)


@pytest.mark.parametrize("told_first", [True, False])
def test_who_is_erased_in_the_shop_is_deleted_in_dotdigital_where_that_is_wanted(
    live: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox, told_first: bool
) -> None:
    change_setting("contacts.erased", "delete")
    assert set(sandbox.state()["contacts"]) == {ADA}
    erased(live, commercetools, told_first=told_first)
    assert sandbox.state()["contacts"] == {}
    assert not ErasureAsked.objects.exists()


@pytest.mark.parametrize(("wanted", "erasure"), [("keep", True), ("delete", False)])
def test_who_is_only_deleted_or_whose_erasure_is_not_carried_on_stays_a_contact(
    live: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox, wanted: str, erasure: bool
) -> None:
    change_setting("contacts.erased", wanted)
    erased(live, commercetools, erasure=erasure)
    assert set(sandbox.state()["contacts"]) == {ADA}
    assert EmailContact.objects.get(email_key=ADA).state == "removed"


def test_who_is_erased_as_a_customer_and_still_buys_as_a_guest_is_kept(
    live: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox
) -> None:
    change_setting("contacts.erased", "delete")
    commercetools.seed("order", documents.order(30, customerEmail=ADA))
    live.sync(full=True)
    erased(live, commercetools)
    assert set(sandbox.state()["contacts"]) == {ADA}
    assert ErasureAsked.objects.get().asked_at > 0


def test_a_deleted_customer_who_still_buys_as_a_guest_is_a_contact_without_customer_id(
    live: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox
) -> None:
    commercetools.seed("order", documents.order(30, customerEmail=ADA))
    live.sync(full=True)
    assert sandbox.state()["contacts"][ADA]["fields"]["CUSTOMER_ID"] == uid("customer", 1)
    erased(live, commercetools, erasure=False)
    held = sandbox.state()["contacts"][ADA]["fields"]
    assert "CUSTOMER_ID" not in held
    assert held["NUMBER_OF_ORDERS"] == 1
