"""Events that are pulled: from SQS (moto's server) and from Pub/Sub (a small server that checks what Google checks)."""

from __future__ import annotations

import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dotbridge.errors import ConfigError, RetryableError
from dotbridge.sources.base import EventForm
from dotbridge.sources.codes import QUEUE_AWAY, QUEUE_REFUSED, QUEUE_UNFIT, QUEUE_UNKNOWN
from dotbridge.sources.commercetools.events import Notifications
from dotbridge.sources.event_queue import EventQueue, Pulled
from dotbridge.sources.queues import open_queue
from support import commercetools_documents as documents
from support.amazon_sqs import Sqs, amazon_sqs
from support.commercetools_documents import uid
from support.commercetools_server import CommercetoolsServer
from support.dotdigital_sandbox import Sandbox
from support.event_puller import install, notification
from support.google_pubsub import SUBSCRIPTION, PubSubServer
from support.toy_machine import Machine

FORM: EventForm = Notifications({"project_key": "demo-shop"})


@pytest.fixture(scope="module")
def amazon() -> Iterator[str]:
    with amazon_sqs() as address:
        yield address


@pytest.fixture
def sqs(amazon: str) -> Iterator[Sqs]:
    queue = Sqs(amazon)
    yield queue
    queue.empty()


@pytest.fixture(scope="module")
def google() -> Iterator[PubSubServer]:
    with PubSubServer() as server:
        yield server


@pytest.fixture
def pubsub(google: PubSubServer) -> PubSubServer:
    google.empty()
    return google


@pytest.fixture(params=["sqs", "pubsub"])
def side(request: pytest.FixtureRequest) -> Any:
    """The platform's side of a queue of each service."""
    return request.getfixturevalue(request.param)


def opened(side: Any, **changed: Any) -> EventQueue:
    found = open_queue({**side.settings, **changed}, FORM)
    assert found is not None
    return found


def test_what_is_in_the_queue_is_pulled_understood_and_deleted(side: Any) -> None:
    side.put(*[notification(number) for number in range(1, 4)])
    queue = opened(side)
    assert queue.check().state == "ok"
    found: list[Pulled] = []
    while len(found) < 3:
        found += queue.pull()
    told = [one for message in found for one in queue.decode(message)]
    assert {(one.stream, *one.ids) for one in told} == {("orders", uid("order", number)) for number in range(1, 4)}
    assert side.left() == 3
    queue.delete(found)
    queue.delete([])
    assert (side.left(), list(queue.pull())) == (0, [])
    queue.close()
    queue.close()


def test_what_is_not_deleted_comes_again(side: Any) -> None:
    side.put(notification(1))
    queue = opened(side)
    (first,) = queue.pull()
    again: list[Pulled] = []
    while not again:
        again += queue.pull()
    assert again[0].body == first.body
    queue.close()


def test_a_queue_that_is_not_there_says_so(side: Any) -> None:
    other = {"sqs": f"{side.settings['event_queue']}-2", "pubsub": "projects/northwind/subscriptions/other"}
    queue = opened(side, event_queue=other["pubsub" if isinstance(side, PubSubServer) else "sqs"])
    for look in (queue.pull, queue.check):
        with pytest.raises(ConfigError) as refused:
            look()
        assert refused.value.code is QUEUE_UNKNOWN
    queue.close()


def test_a_service_that_is_away_is_tried_again_later(side: Any) -> None:
    away = {"event_queue_api": "http://127.0.0.1:9"} if isinstance(side, PubSubServer) else {}
    queue = opened(side, **(away or {"event_queue": "http://127.0.0.1:9/1/commercetools"}))
    with pytest.raises(RetryableError) as error:
        queue.pull()
    assert isinstance(side, PubSubServer) or error.value.code is QUEUE_AWAY
    queue.close()


def test_wrong_credentials_of_sqs_are_named_and_not_shown(sqs: Sqs, amazon: str) -> None:
    def checks_after(calls: bytes) -> None:
        plain = {"Content-Type": "text/plain"}
        request = urllib.request.Request(f"{amazon}/moto-api/reset-auth", data=calls, headers=plain)
        urllib.request.urlopen(request, timeout=30).close()

    queue = opened(sqs)
    checks_after(b"0")
    try:
        with pytest.raises(ConfigError) as refused:
            queue.pull()
    finally:
        checks_after(b"inf")
    assert refused.value.code is QUEUE_REFUSED
    assert "sesame-7" not in str(refused.value)
    queue.close()


def test_a_token_of_google_is_asked_for_once_and_renewed_when_it_is_refused(pubsub: PubSubServer) -> None:
    queue = opened(pubsub)
    for _ in range(3):
        queue.pull()
    assert pubsub.tokens == 1
    pubsub.revoke()
    queue.pull()
    assert pubsub.tokens == 2
    queue.close()


def test_a_service_account_that_google_does_not_know_or_that_may_not_pull_is_named(pubsub: PubSubServer) -> None:
    stranger = opened(pubsub, event_queue_secret=pubsub.key_of("stranger@northwind.example"))
    with pytest.raises(ConfigError) as refused:
        stranger.pull()
    assert refused.value.code is QUEUE_REFUSED
    assert "PRIVATE KEY" not in str(refused.value)
    stranger.close()
    pubsub.forbid()
    queue = opened(pubsub)
    for look in (queue.pull, queue.check):
        with pytest.raises(ConfigError) as forbidden:
            look()
        assert forbidden.value.code is QUEUE_REFUSED
    queue.close()


@pytest.mark.parametrize(
    "changed",
    [
        {"event_queue": "queue"},
        {"event_queue": "https://queues.example/1/commercetools", "allow_private": False},
        {"event_queue": "http://sqs.eu-west-1.amazonaws.com/1/commercetools", "allow_private": False},
        {"event_queue": SUBSCRIPTION, "event_queue_secret": "sesame-7"},
        {"event_queue": SUBSCRIPTION, "event_queue_secret": '{"client_email": "a@b.example"}'},
        {"event_queue": SUBSCRIPTION, "event_queue_api": "http://pubsub.example", "allow_private": False},
    ],
    ids=["no address", "not Amazon", "no https", "no JSON", "half a key", "no https to Google"],
)
def test_what_cannot_be_a_queue_is_refused_before_anything_is_called(changed: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as refused:
        open_queue({"allow_private": True, **changed}, FORM)
    assert refused.value.code is QUEUE_UNFIT
    assert "sesame-7" not in str(refused.value)


def test_a_connection_without_a_queue_has_none() -> None:
    assert open_queue({}, FORM) is None


@pytest.fixture(scope="module")
def shop() -> Iterator[CommercetoolsServer]:
    with CommercetoolsServer() as server:
        yield server


@pytest.mark.slow
def test_a_worker_that_is_killed_between_keeping_and_deleting_keeps_an_event_once(
    sqs: Sqs, shop: CommercetoolsServer, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.post_control("settings", {"import_polls": 0})
    machine = Machine(tmp_path / "installed", tmp_path / "none")

    def told() -> list[tuple[str, int]]:
        """Orders that wait to be read again, and how often each was told."""
        return machine.sql("SELECT source_id, version FROM waiting_id WHERE stream = 'orders' ORDER BY source_id")

    shop.clear()
    shop.control("project", documents.PROJECT)
    shop.seed("customer", documents.customer(1))
    install(machine, sandbox, shop, sqs)
    shop.seed("order", documents.order(20))
    sqs.put(notification(20))
    machine.run("sync", "event_queue", codes=(-signal.SIGKILL,), DOTBRIDGE_KILL_AT="queue-pulled")
    assert (told(), sqs.left()) == ([], 1)
    machine.outlast_the_dead()
    sqs.comes_again()
    machine.run("sync", "event_queue", codes=(-signal.SIGKILL,), DOTBRIDGE_KILL_AT="queue-kept")
    assert (told(), sqs.left()) == ([(uid("order", 20), 1)], 1)
    machine.outlast_the_dead()
    sqs.comes_again()
    machine.run("sync", "event_queue")
    assert (told(), sqs.left()) == ([(uid("order", 20), 1)], 0)
    machine.run("sync", "live", "--json")
    assert told() == []
    machine.run("sync", "all")
    assert uid("order", 20) in sandbox.state()["insight"]["Orders"]

    # What nobody understands is left to the queue's own rule, and what comes behind it is taken.
    sqs.put("no notification", notification(20).replace("ResourceCreated", "ResourceUpdated"))
    machine.run("sync", "event_queue")
    assert (len(told()), sqs.left()) == (1, 1)
