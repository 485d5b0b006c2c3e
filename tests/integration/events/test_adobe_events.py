"""Adobe I/O Events at the door of a Magento 2 connection, with keys from a server of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.test import Client

from dotbridge.ledger.models import Connection, Event
from dotbridge.sources.magento2 import events
from support.adobe_signature import KEY, PATH, STRANGER, KeyServer, signed_by_adobe
from support.event_sender import post


@pytest.fixture(scope="module")
def key_server() -> Iterator[KeyServer]:
    with KeyServer() as server:
        yield server


@pytest.fixture(autouse=True)
def adobe(door: Connection, key_server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "KEYS", key_server.url)
    key_server.asked.clear()
    Connection.objects.update(
        platform="magento2", settings={"adobe_client_id": "client-1", "allow_private": True}, secrets="{}"
    )


def event(name: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "9b2e-1",
        "source": "urn:uuid:1",
        "type": f"com.adobe.commerce.observer.{name}",
        "time": "2026-03-01T10:00:00Z",
        "recipient_client_id": "client-1",
        "data": {"key": "k", "value": value, "source": "northwind.prod"},
        **more,
    }


def deliver(told: Any, key: RSAPrivateKey = KEY, path: str = PATH) -> Any:
    body = told if isinstance(told, bytes) else orjson.dumps(told)
    return post(body, signed_by_adobe(body, key, path))


@pytest.mark.parametrize(
    ("name", "value", "stream"),
    [
        ("sales_order_save_commit_after", {"entity_id": "7", "store_id": "0"}, "orders"),
        ("checkout_submit_all_after", {"order": {"entity_id": 7}, "quote": {"entity_id": 3}}, "orders"),
        ("sales_order_creditmemo_save_after", {"entity_id": "2", "order_id": "7"}, "orders"),
        ("customer_delete_commit_after", {"entity_id": "7"}, "customers"),
        ("catalog_product_save_commit_after", {"row_id": "90", "entity_id": "7"}, "products"),
        ("cataloginventory_stock_item_save_commit_after", {"item_id": "9", "product_id": "7"}, "products"),
        ("sales_quote_save_after", {"entity_id": "7"}, "carts"),
    ],
)
def test_an_event_names_what_to_read_again(name: str, value: dict[str, Any], stream: str) -> None:
    answer = deliver(event(name, value))
    assert (answer.status_code, answer.json()) == (200, {"new": 1, "known": 0})
    kept = Event.objects.get()
    assert (kept.stream, json.loads(kept.ids), kept.event_id) == (stream, ["7"], "9b2e-1")


def test_a_challenge_is_echoed() -> None:
    answer = Client().get("/events/shop/?challenge=8ec8d794-e0ab")
    assert (answer.status_code, answer.content) == (200, b"8ec8d794-e0ab")
    assert answer.headers["Content-Type"] == "text/plain"


def test_a_list_of_events_is_kept_whole_and_a_repeated_one_once() -> None:
    told = [event("sales_order_save_commit_after", {"entity_id": n}, id=f"e{n}") for n in (1, 2)]
    assert deliver(told).json() == {"new": 2, "known": 0}
    assert deliver(told[0]).json() == {"new": 0, "known": 1}


def test_events_that_concern_nobody_are_taken_and_left() -> None:
    assert deliver(event("salesrule_save_commit_after", {"rule_id": 1})).json() == {"new": 0, "known": 0}
    assert deliver(event("customer_login", {"entity_id": 1})).json()["new"] == 0


def test_forged_events_leave_nothing_and_ask_no_other_server(key_server: KeyServer) -> None:
    told = event("sales_order_save_commit_after", {"entity_id": 7})
    assert deliver(told, STRANGER).status_code == 401
    assert deliver({**told, "recipient_client_id": "client-2"}).status_code == 401
    for path in ("", "/../secret.pem", "//elsewhere.example/a.pem", "/prod/keys/x.pem?y", "http://elsewhere/a.pem"):
        assert deliver(told, path=path).status_code == 401
    assert deliver(told, path="/prod/keys/unknown.pem").status_code == 503
    Connection.objects.update(settings={"allow_private": True})
    assert deliver(told).status_code == 401
    assert Event.objects.count() == 0
    assert set(key_server.asked) <= {PATH, "/prod/keys/unknown.pem"}


def test_an_event_without_the_id_says_which_field_to_subscribe() -> None:
    answer = deliver(event("sales_order_creditmemo_save_after", {"entity_id": "2"}))
    assert answer.status_code == 400
    assert "order_id" in answer.json()["why"]
    # Whose client it is for cannot be read: no key is fetched for it, and nobody learns that the connection is there.
    assert deliver(b"no json").status_code == 401


@pytest.mark.parametrize("value", [{"order": [1]}, {"order": "x"}, {"order": {"entity_id": {"a": 1}}}])
def test_a_value_of_another_kind_is_refused_with_its_reason(value: dict[str, Any]) -> None:
    answer = deliver(event("checkout_submit_all_after", value))
    assert (answer.status_code, answer.json()["code"]) == (400, "SRC-EVENT-BROKEN")


@pytest.mark.parametrize("record", ["9" * 65, "a\0b"])
def test_an_id_that_no_record_can_have_leaves_nothing(record: str) -> None:
    answer = deliver([event("sales_order_save", {"entity_id": one}, id=one) for one in ("7", record)])
    assert (answer.status_code, answer.json()["code"]) == (400, "SRC-EVENT-BROKEN")
    assert Event.objects.count() == 0


def test_a_challenge_is_answered_only_where_adobes_events_are_wanted(client: Client) -> None:
    Connection.objects.update(settings={})
    assert client.get("/events/shop/?challenge=x").status_code == 400
