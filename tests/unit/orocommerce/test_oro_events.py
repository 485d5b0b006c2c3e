"""Webhooks of Oro: signed, in three shapes, and never refused for what concerns us not (contract §7.4, §11 no. 24)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from dotbridge.errors import RecordError
from dotbridge.sources.base import Happened, Posted
from dotbridge.sources.codes import EVENT_BROKEN, EVENT_FORGED, EVENT_STALE
from dotbridge.sources.orocommerce.events import Webhook, sign

SECRET, AT = "webhook-secret", 1741267200
MESSAGE = "550e8400-e29b-41d4-a716-446655440000"


def body(topic: str, data: Any, **more: Any) -> bytes:
    return json.dumps(
        {"topic": topic, "eventData": {"data": data}, "timestamp": AT, "messageId": MESSAGE, **more}
    ).encode()


def posted(content: bytes, *, secret: str = SECRET, at: float = AT + 2, **headers: str) -> Posted:
    given = {"webhook-topic": "x", "webhook-id": MESSAGE, "webhook-signature": sign(secret, content), **headers}
    return Posted("POST", given, {}, content, at)


def form(secret: str = SECRET) -> Webhook:
    return Webhook({"event_secret": secret})


@pytest.mark.parametrize(
    "data",
    [
        {"type": "orders", "id": "42"},
        {"type": "orders", "id": "42", "attributes": {"identifier": "x"}},
        {"type": "o", "id": 42},
    ],
)
def test_thin_and_full_deliveries_name_the_same_record(data: Any) -> None:
    assert form().decode({}, body("order.updated", data)) == [
        Happened("orders", ("42",), False, MESSAGE, "2025-03-06T13:20:00Z")
    ]


def test_a_topic_of_one_record_and_a_deletion_are_understood() -> None:
    (told,) = form().decode({}, body("product.deleted.7", {"type": "products", "id": "7"}))
    assert (told.stream, told.ids, told.deleted) == ("products", ("7",), True)


def test_a_shopping_list_that_names_a_class_concerns_carts_and_wishlists() -> None:
    told = form().decode({}, body("shoppinglist.updated", {"type": "Oro\\Bundle\\X\\ShoppingList", "id": 7}))
    assert [(one.stream, one.ids) for one in told] == [("carts", ("7",)), ("wishlists", ("7",))]
    assert len({one.event_id for one in told}) == 2


@pytest.mark.parametrize("topic", ["category.updated", "order.payment_status", "something", ""])
def test_what_concerns_us_not_is_taken_and_gives_nothing(topic: str) -> None:
    assert form().decode({}, body(topic, None)) == []


def test_a_delivery_with_the_right_signature_is_taken() -> None:
    one = posted(body("order.updated", {"id": "1"}))
    assert form().recognises(one)
    form().verify(one)


@pytest.mark.parametrize(
    ("kind", "one"),
    [
        ("another secret", posted(body("order.updated", {"id": "1"}), secret="another")),
        ("no signature", posted(body("order.updated", {"id": "1"}), **{"webhook-signature": ""})),
        ("no ascii", posted(body("order.updated", {"id": "1"}), **{"webhook-signature": "ß"})),
        ("another algorithm", posted(body("x", {}), **{"webhook-signature-algorithm": "MD5"})),
    ],
)
def test_a_forged_delivery_is_refused(kind: str, one: Posted) -> None:
    with pytest.raises(RecordError) as caught:
        form().verify(one)
    assert caught.value.code is EVENT_FORGED


def test_a_connection_without_a_secret_takes_nothing() -> None:
    with pytest.raises(RecordError) as caught:
        form("").verify(posted(body("order.updated", {"id": "1"}), secret=""))
    assert caught.value.code is EVENT_FORGED


@pytest.mark.parametrize("late", [301, -301])
def test_an_old_delivery_and_one_of_the_future_are_stale(late: int) -> None:
    with pytest.raises(RecordError) as caught:
        form().verify(posted(body("order.updated", {"id": "1"}), at=AT + late))
    assert caught.value.code is EVENT_STALE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        body("order.updated", {}),
        body("order.updated", {"id": "1 OR 1"}),
        body("order.updated", []),
        body("order.updated", {"id": "9" * 30}),
        body("order.updated", {"id": "1"}, timestamp=-1),
        body("order.updated", {"id": "1"}, timestamp=1e300),
    ],
)
def test_a_broken_delivery_says_so(content: bytes) -> None:
    with pytest.raises(RecordError) as caught:
        form().decode({}, content)
    assert caught.value.code is EVENT_BROKEN


def test_ages_are_measured_by_our_clock() -> None:
    content = body("order.updated", {"id": "1"}, timestamp=time.time())
    form().verify(posted(content, at=time.time()))
