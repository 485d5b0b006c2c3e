"""Notifications of commercetools in every envelope that they come in, and what only looks like one."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example as case
from hypothesis import given, settings
from hypothesis import strategies as st

from dotbridge.errors import RecordError
from dotbridge.sources.base import Happened, Posted
from dotbridge.sources.codes import EVENT_BROKEN, EVENT_FORGED
from dotbridge.sources.commercetools.events import Notifications, decode
from support.commercetools_documents import uid
from support.commercetools_examples import EXAMPLES, example

ORDER = uid("order", 1)
MESSAGE = {
    "notificationType": "Message",
    "projectKey": "demo-shop",
    "id": uid("message", 1),
    "version": 1,
    "sequenceNumber": 3,
    "resource": {"typeId": "order", "id": ORDER},
    "resourceVersion": 6,
    "type": "OrderStateChanged",
    "createdAt": "2025-06-14T09:00:00.000Z",
}
EXPECTED = [Happened("orders", (ORDER,), False, uid("message", 1), "2025-06-14T09:00:00Z")]
CLOUD = {"specversion": "1.0", "id": "1", "type": "com.commercetools.order.message.OrderStateChanged", "data": MESSAGE}
ENVELOPES: dict[str, Any] = {
    "the platform's own format": MESSAGE,
    "Google Pub/Sub push": {
        "message": {
            "data": base64.b64encode(json.dumps(MESSAGE).encode()).decode(),
            "messageId": "1",
            "attributes": {},
        },
        "subscription": "projects/p/subscriptions/s",
    },
    "AWS SNS": {"Type": "Notification", "MessageId": "1", "Message": json.dumps(MESSAGE)},
    "AWS EventBridge": {
        "version": "0",
        "detail-type": "x",
        "source": "aws.partner/commercetools.com",
        "detail": MESSAGE,
    },
    "a CloudEvent": CLOUD,
    "a batch of Azure Event Grid": [CLOUD],
    "Azure Event Grid's own schema": [{"eventType": "x", "eventTime": "2025-06-14T09:00:00Z", "data": MESSAGE}],
    "a CloudEvent within Pub/Sub": {"message": {"data": base64.b64encode(json.dumps(CLOUD).encode()).decode()}},
}


def told(payload: Any) -> list[Happened]:
    return decode({}, json.dumps(payload).encode(), "demo-shop")


def posted(body: Any = b"", method: str = "POST", given: str = "sesame", **headers: str) -> Posted:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Posted(
        method, {name.replace("_", "-"): value for name, value in headers.items()}, {"token": given}, sent, 0.0
    )


FORM = Notifications({"event_secret": "sesame", "project_key": "demo-shop"})


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_notification_is_found_in_every_envelope(envelope: str) -> None:
    assert told(ENVELOPES[envelope]) == EXPECTED


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"resource": {"typeId": "payment", "id": uid("payment")}}, ("orders", (f"payment/{uid('payment')}",), False)),
        (
            {"resource": {"typeId": "inventory-entry", "id": uid("stock")}, "type": "InventoryEntryDeleted"},
            ("products", (f"inventory-entry/{uid('stock')}",), False),
        ),
        ({"type": "OrderDeleted"}, ("orders", (ORDER,), True)),
        ({"notificationType": "ResourceDeleted"}, ("orders", (ORDER,), True)),
        (
            {
                "resource": {"typeId": "product", "id": ORDER},
                "type": "ProductDeleted",
                "currentProjection": {"masterVariant": {"id": 1}, "variants": [{"id": 3}]},
            },
            ("products", (ORDER, f"{ORDER}-1", f"{ORDER}-3"), True),
        ),
    ],
)
def test_what_is_read_again_follows_from_the_resource(change: dict[str, Any], found: tuple[Any, ...]) -> None:
    (happened,) = told({**MESSAGE, **change})
    assert (happened.stream, happened.ids, happened.deleted) == found


def test_a_change_without_a_message_is_known_by_its_version() -> None:
    change = {
        "notificationType": "ResourceUpdated",
        "resource": MESSAGE["resource"],
        "version": 7,
        "modifiedAt": "2025-06-14T09:00:00.000Z",
    }
    (first,), (second,), (later,) = told(change), told(change), told({**change, "version": 8})
    assert first.event_id == second.event_id != later.event_id


@pytest.mark.parametrize(
    "payload",
    [
        {
            **MESSAGE,
            "resource": {"typeId": "subscription", "id": uid("subscription")},
            "notificationType": "ResourceCreated",
        },
        {**MESSAGE, "projectKey": "another"},
        {"Type": "UnsubscribeConfirmation", "Message": "You have chosen to leave."},
        [],
    ],
)
def test_what_concerns_us_not_is_taken_and_does_nothing(payload: Any) -> None:
    assert told(payload) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"7",
        b"{}",
        b'{"message": {"data": "###"}}',
        b'{"notificationType": "Message"}',
        b'{"notificationType": "Message", "resource": {"typeId": "order", "id": ""}}',
        b'{"notificationType": "Message", "resource": {"typeId": "order", "id": "../../x"}}',
        b'{"data": {"data": {"data": {"data": {"data": {"data": {"data": {}}}}}}}}',
    ],
)
def test_what_is_no_notification_is_refused(body: bytes) -> None:
    with pytest.raises(RecordError) as caught:
        decode({}, body)
    assert caught.value.code is EVENT_BROKEN


@settings(deadline=None)
@case({"message": {"data": "\x80"}})
@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(
                    ["data", "Message", "message", "detail", "resource", "notificationType", "id", "typeId"]
                ),
                x,
            )
        ),
    )
)
def test_nothing_that_is_posted_ends_in_anything_but_a_refusal(body: Any) -> None:
    with suppress(RecordError):
        told(body)


def test_the_secret_is_asked_for_in_the_address_or_in_a_header() -> None:
    FORM.verify(posted(MESSAGE))
    FORM.verify(posted(MESSAGE, given="", dotbridge_token="sesame"))
    for wrong in (posted(MESSAGE, given="other"), posted(MESSAGE, given="")):
        with pytest.raises(RecordError) as caught:
            FORM.verify(wrong)
        assert caught.value.code is EVENT_FORGED
    with pytest.raises(RecordError):
        Notifications({"project_key": "demo-shop"}).verify(posted(MESSAGE, given=""))


def test_event_grid_is_answered_when_it_asks_whether_we_want_its_events() -> None:
    answer = FORM.handshake(posted(method="OPTIONS", webhook_request_origin="eventgrid.azure.net"))
    assert answer is not None
    assert answer.headers["WebHook-Allowed-Origin"] == "eventgrid.azure.net"
    event = {"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "512d38b6"}}
    answer = FORM.handshake(posted([event]))
    assert answer is not None
    assert json.loads(answer.body) == {"validationResponse": "512d38b6"}
    with pytest.raises(RecordError):
        FORM.handshake(posted([event], given="other"))
    assert FORM.handshake(posted(MESSAGE)) is None


@pytest.mark.parametrize("data", [["x"], "x", None, {"validationCode": None}])
def test_a_question_of_event_grid_without_a_code_gets_an_empty_one(data: Any) -> None:
    event = {"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": data}
    answer = FORM.handshake(posted(event))
    assert answer is not None
    assert json.loads(answer.body) == {"validationResponse": ""}


def test_variants_of_another_kind_are_passed_by() -> None:
    resource = {"typeId": "product", "id": "p1"}
    body = {"notificationType": "ResourceDeleted", "resource": resource, "currentProjection": {"variants": 5}}
    assert [one.ids for one in told(body)] == [("p1",)]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "http://sns.eu-west-1.amazonaws.com/",
        "https://sns.eu-west-1.amazonaws.com.evil.example/",
        "https://sns.eu-west-1.amazonaws.com@127.0.0.1/",
        "https://sns.eu-west-1.amazonaws.com:22/",
        "https://169.254.169.254/latest",
        "https://[",
        "",
    ],
)
def test_only_amazon_is_called_back(address: str) -> None:
    with pytest.raises(RecordError) as caught:
        FORM.handshake(posted({"Type": "SubscriptionConfirmation", "SubscribeURL": address}))
    assert caught.value.code is EVENT_BROKEN


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"the examples are not at {EXAMPLES} (set DOTBRIDGE_SHARED)")
def test_every_example_notification_is_understood() -> None:
    names = [*sorted(path.stem for path in EXAMPLES.glob("notification-*.json")), "pubsub-push-envelope"]
    found = {name: [one.stream for one in told(example(name))] for name in names}
    assert found.pop("notification-subscription-test") == []
    assert all(len(streams) == 1 for streams in found.values())
    assert found["notification-resource-updated-inventory"] == ["products"]
