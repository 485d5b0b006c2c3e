"""What the event door takes, what it refuses, and that nothing of a refused post is kept."""

from __future__ import annotations

import json
import time
from contextlib import closing, suppress
from http.client import HTTPConnection
from threading import Thread

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client

from dotbridge.cli.console_server import console_server
from dotbridge.events.plain import sign
from dotbridge.events.views import LARGEST
from dotbridge.ledger.models import Connection, Event, WaitingId
from support.event_sender import SECRET, post, signed, tell

BODY = json.dumps({"kind": "orders", "ids": [1]}).encode()


def kept() -> int:
    return Event.objects.count() + WaitingId.objects.count()


def test_a_signed_event_is_kept_before_it_is_answered(door: Connection) -> None:
    answer = tell("orders", 1, "2", 2, at="2026-03-01T10:00:00Z", id="evt-1")
    assert (answer.status_code, answer.json()) == (200, {"new": 1, "known": 0})
    event = Event.objects.get()
    assert (event.event_id, event.stream, json.loads(event.ids)) == ("evt-1", "orders", ["1", "2"])
    # One row for each website of the connection: either may hold the order.
    assert sorted(WaitingId.objects.values_list("website__code", "stream", "source_id")) == [
        ("eu", "orders", "1"),
        ("eu", "orders", "2"),
        ("uk", "orders", "1"),
        ("uk", "orders", "2"),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, secret="another"),
        signed(b"another body"),
        {**signed(BODY), "Dotbridge-Timestamp": str(int(time.time()) - 7)},
        {"Dotbridge-Signature": "sha256=\N{SNOWMAN}".encode().decode("latin-1")},
        {"Dotbridge-Signature": ""},
    ],
    ids=["unsigned", "wrong secret", "wrong body", "another instant", "no hex", "empty"],
)
def test_a_forged_event_leaves_nothing(door: Connection, headers: dict[str, str]) -> None:
    assert post(BODY, headers).status_code == 401
    assert kept() == 0


def test_a_connection_without_a_secret_and_one_that_does_not_exist_answer_alike(door: Connection) -> None:
    door.secrets = "{}"
    door.save()
    without = post(BODY, signed(BODY, secret=""))
    unknown = post(BODY, signed(BODY), connection="elsewhere")
    assert (without.status_code, without.content) == (unknown.status_code, unknown.content)
    assert without.status_code == 401
    assert kept() == 0


@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS", "PUT"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, secret="another"),
        {"X-Adobe-Digital-Signature-1": "forged"},
        {"Dotbridge-Token": "forged", "WebHook-Request-Origin": "elsewhere.example"},
        {"Webhook-Topic": "order.updated"},
    ],
    ids=["plain", "signed", "Adobe", "commercetools", "Oro"],
)
@pytest.mark.parametrize("shop", ["toy", "magento2", "commercetools", "orocommerce"])
def test_who_knows_no_secret_learns_not_which_connections_there_are(
    door: Connection, client: Client, shop: str, headers: dict[str, str], method: str
) -> None:
    Connection.objects.update(platform=shop)
    there, elsewhere = (
        client.generic(method, f"/events/{key}/?challenge=x", b"no json", headers=headers) for key in ("shop", "none")
    )
    assert (there.status_code, there.content) == (elsewhere.status_code, elsewhere.content)
    assert there.status_code == (401 if method == "POST" else 400)
    assert kept() == 0


@pytest.mark.parametrize(
    "stamp", ["", "2026-11-29T10:00:00Z", "1795980965958", "1795980965.5", "-5", "\xb2", "9" * 5000]
)
def test_an_instant_in_another_form_is_refused_with_the_form_it_should_have(door: Connection, stamp: str) -> None:
    answer = post(BODY, {"Dotbridge-Timestamp": stamp, "Dotbridge-Signature": sign(SECRET, stamp, BODY)})
    assert (answer.status_code, answer.json()["code"]) == (400, "SRC-EVENT-STALE")
    assert "seconds since 1970" in answer.json()["why"]
    assert kept() == 0


@pytest.mark.parametrize("seconds", [-3600, -301, 330])
def test_a_stale_event_leaves_nothing(door: Connection, seconds: int) -> None:
    answer = post(BODY, signed(BODY, at=time.time() + seconds))
    assert (answer.status_code, answer.json()["code"]) == (400, "SRC-EVENT-STALE")
    assert kept() == 0


def test_a_doubled_event_has_no_second_effect(door: Connection) -> None:
    headers = signed(BODY)
    assert post(BODY, headers).json() == {"new": 1, "known": 0}
    before = list(WaitingId.objects.values_list("version", flat=True))
    again = post(BODY, headers)
    assert (again.status_code, again.json()) == (200, {"new": 0, "known": 1})
    assert list(WaitingId.objects.values_list("version", flat=True)) == before


def test_an_event_that_is_sent_again_under_its_name_has_no_second_effect(door: Connection) -> None:
    assert tell("orders", 1, id="evt-1").json()["new"] == 1
    assert tell("orders", 1, id="evt-1").json()["known"] == 1
    assert Event.objects.count() == 1


def test_events_of_one_record_wait_as_one_reading(door: Connection) -> None:
    for number in range(5):
        tell("orders", 1, id=f"evt-{number}")
    assert Event.objects.count() == 5
    assert WaitingId.objects.filter(website__code="uk").count() == 1


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"no json",
        b"[]",
        b'{"kind": "orders"}',
        b'{"kind": "orders", "ids": []}',
        b'{"kind": "orders", "ids": [""]}',
        b'{"kind": "orders", "ids": [null]}',
        b'{"kind": "orders", "ids": [{}]}',
        b'{"kind": "invoices", "ids": [1]}',
        b'{"kind": "orders", "ids": ["\\u0000"]}',
        b'{"kind": "orders", "ids": ["1"], "id": "a\\u0000"}',
        b'{"kind": "orders", "ids": ["1"], "at": "\\u0000"}',
        b'{"kind": "orders", "ids": ["\\ud800"]}',
        json.dumps({"kind": "orders", "ids": ["x" * 65]}).encode(),
        json.dumps({"kind": "orders", "ids": list(range(1001))}).encode(),
        b'{"kind": "orders", "ids": ["\xff"]}',
        b'{"kind": "orders", "ids": [' + b"[" * 5000,
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_reason(door: Connection, told: bytes) -> None:
    answer = post(told, signed(told))
    assert (answer.status_code, answer.json()["code"]) == (400, "SRC-EVENT-BROKEN")
    assert answer.json()["why"]
    assert kept() == 0


def test_a_large_post_is_refused_before_its_signature_is_looked_at(door: Connection) -> None:
    assert post(b"x" * (LARGEST + 1), {}).status_code == 413
    assert kept() == 0


@pytest.mark.parametrize(
    ("size", "says"), [(LARGEST + 1, b"EVT-TOO-LARGE"), (20 * LARGEST, b"Request Entity Too Large")]
)
def test_the_server_itself_reads_no_more_than_a_door_may_get(size: int, says: bytes) -> None:
    server = console_server(get_wsgi_application(), "127.0.0.1", 0, threads=1)
    serving = Thread(target=server.run, daemon=True)
    serving.start()
    with closing(HTTPConnection("127.0.0.1", server.effective_port, timeout=30)) as caller:
        # It answers and closes as soon as the limit is passed, which the sender may notice before it has sent all.
        with suppress(ConnectionError):
            caller.request("POST", "/events/shop/", body=b"x" * size)
        answer = caller.getresponse()
        assert (answer.status, says in answer.read()) == (413, True)
    server.trigger.pull_trigger(server.close)
    serving.join(30)


def test_what_is_no_post_is_refused(door: Connection, client: object) -> None:
    assert client.get("/events/shop/").status_code == 400  # type: ignore[attr-defined]  # Django's test client
    assert client.get("/events/shop/?challenge=x").status_code == 400  # type: ignore[attr-defined]
    assert client.delete("/events/shop/").status_code == 400  # type: ignore[attr-defined]
    assert kept() == 0


def test_secrets_and_bodies_stay_out_of_the_log(door: Connection, caplog: pytest.LogCaptureFixture) -> None:
    post(BODY, signed(BODY, secret="another"))
    tell("orders", 1)
    assert "event-secret" not in caplog.text
    assert "another" not in caplog.text
