"""Events that workers on several hosts pull from a queue: each is kept once, and its record is in Dotdigital in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support import commercetools_documents as documents
from support.amazon_sqs import Sqs, amazon_sqs
from support.commercetools_documents import uid
from support.commercetools_server import CommercetoolsServer
from support.dotdigital_sandbox import Sandbox
from support.event_puller import install, notification
from support.postgresql import PostgreSql
from support.rabbitmq import RabbitMq
from support.toy_cluster import LANES, Cluster

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.rabbitmq]


@pytest.fixture
def sqs() -> Iterator[Sqs]:
    with amazon_sqs() as address:
        yield Sqs(address)


@pytest.fixture
def project() -> Iterator[CommercetoolsServer]:
    """A project with one customer."""
    with CommercetoolsServer() as server:
        server.control("project", documents.PROJECT)
        server.seed("customer", documents.customer(1))
        yield server


@pytest.fixture
def cluster(
    postgresql: PostgreSql, rabbitmq: RabbitMq, sandbox: Sandbox, project: CommercetoolsServer, sqs: Sqs, tmp_path: Path
) -> Iterator[Cluster]:
    """The customer is in Dotdigital; nobody works, and polls are too seldom to be of help."""
    sandbox.post_control("settings", {"import_polls": 0})
    cluster = Cluster(tmp_path / "cluster", tmp_path / "none", postgresql, rabbitmq)
    seldom = {f"jobs.{job}.every": 3600 for job in ("customer_subscriber_guest_sync", "order_and_quote_sync")}
    install(cluster, sandbox, project, sqs, **seldom, **{"jobs.announce_again_seconds": 2})
    yield cluster
    cluster.close()
    for lane in LANES:
        rabbitmq.purge(lane)


def has_arrived(cluster: Cluster, order: int) -> bool:
    found = cluster.sql("SELECT state FROM email_order WHERE source_id = ?", uid("order", order))
    return found == [("accepted",)]


def test_a_message_whose_worker_is_killed_comes_again_is_kept_once_and_what_follows_goes_straight_on(
    cluster: Cluster, project: CommercetoolsServer, sqs: Sqs, sandbox: Sandbox
) -> None:
    project.seed("order", documents.order(20))
    sqs.put(notification(20))
    cluster.begin("beat")
    doomed = cluster.begin("worker", "--processes", "1", DOTBRIDGE_KILL_AT="queue-kept")
    cluster.wait_for(lambda: "SIGKILL" in cluster.said())
    cluster.kill(doomed)
    assert (cluster.sql("SELECT COUNT(*) FROM event"), sqs.left()) == ([(1,)], 1)
    cluster.begin("worker", "--processes", "2")
    cluster.wait_for(lambda: has_arrived(cluster, 20) and sqs.left() == 0)
    assert cluster.sql("SELECT COUNT(*) FROM event") == [(1,)]

    project.seed("order", documents.order(21))
    sqs.put(notification(21))
    cluster.wait_for(lambda: has_arrived(cluster, 21) and sqs.left() == 0)
    assert cluster.sql("SELECT COUNT(*) FROM event") == [(2,)]
    assert set(sandbox.state()["insight"]["Orders"]) == {uid("order", 20), uid("order", 21)}
    assert cluster.broken_rules() == []
