"""Workers, scheduler and broker as processes of their own: whatever of them is killed, nothing is lost or doubled."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from support import due_once
from support.dotdigital_sandbox import Sandbox
from support.mariadb import free_port
from support.postgresql import PostgreSql
from support.rabbitmq import RabbitMq
from support.road import number, statuses
from support.toy_cluster import LANES, Cluster
from support.toy_shop import ToyShop, order, person

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.rabbitmq]
PEOPLE = 12


@pytest.fixture
def cluster(
    postgresql: PostgreSql, rabbitmq: RabbitMq, sandbox: Sandbox, shop: ToyShop, tmp_path: Path
) -> Iterator[Cluster]:
    """Twelve customers with an order each are in the shop; nothing is in Dotdigital, and nobody works."""
    sandbox.post_control("settings", {"import_polls": 0, "import_seconds": 0.2})
    for one in range(1, PEOPLE + 1):
        shop.put("customers", person(one))
        shop.put("orders", order(one, customer=one, status="new"))
    cluster = Cluster(tmp_path / "cluster", shop.path, postgresql, rabbitmq)
    often = {f"jobs.{job}.every": 1 for job in ("customer_subscriber_guest_sync", "order_and_quote_sync")}
    cluster.configure(sandbox, page_size=3, **often, **{"jobs.announce_again_seconds": 2})
    yield cluster
    cluster.close()
    for lane in LANES:
        rabbitmq.purge(lane)


def is_done(cluster: Cluster, status: str = "new") -> bool:
    open_ones = "SELECT COUNT(*) FROM email_order WHERE state <> 'accepted' OR source_updated = ''"
    history = "SELECT COUNT(*) FROM website WHERE state = 'history'"
    counted = cluster.sql("SELECT COUNT(*) FROM email_order")[0][0]
    return counted == PEOPLE and cluster.sql(open_ones) == [(0,)] and cluster.sql(history) == [(0,)]


def assert_all_arrived(cluster: Cluster, sandbox: Sandbox) -> None:
    assert statuses(sandbox) == {number(one): "new" for one in range(1, PEOPLE + 1)}
    assert cluster.broken_rules() == []
    assert [row for row in cluster.audit() if row["unexplained"]] == []


def test_whoever_is_killed_the_history_arrives_whole(cluster: Cluster, sandbox: Sandbox, rabbitmq: RabbitMq) -> None:
    beat, workers = cluster.begin("beat"), [cluster.begin("worker", "--processes", "1") for _ in range(2)]
    cluster.wait_for(lambda: bool(cluster.sql("SELECT 1 FROM checkpoint")))
    cluster.kill(workers.pop())
    cluster.kill(beat)
    rabbitmq.kill()
    rabbitmq.start()
    cluster.begin("beat")
    workers.append(cluster.begin("worker", "--processes", "1"))
    time.sleep(1)
    cluster.kill(workers.pop(0))
    cluster.wait_for(lambda: is_done(cluster), 90)
    assert_all_arrived(cluster, sandbox)


def test_messages_that_were_lost_or_doubled_do_no_harm(cluster: Cluster, sandbox: Sandbox, rabbitmq: RabbitMq) -> None:
    # Applying the configuration has announced jobs as well: messages alone do not tell that a scheduler is at work.
    beat = cluster.begin("beat")
    cluster.wait_for(lambda: cluster.said().count("At work.") == 1)
    cluster.wait_for(lambda: sum(map(rabbitmq.waiting, LANES)) > 0)
    assert sum(map(rabbitmq.purge, LANES)) > 0
    others = [cluster.begin("beat") for _ in range(2)]
    cluster.begin("worker", "--processes", "3")
    cluster.wait_for(lambda: is_done(cluster))
    assert_all_arrived(cluster, sandbox)
    runs = cluster.sql("SELECT job_id, started_at, ended_at FROM run ORDER BY job_id, started_at")
    overlaps = [job for (job, _, ended), (other, began, _) in pairwise(runs) if job == other and began < ended]
    assert overlaps == []
    assert cluster.said().count("Standing by") == len(others)
    assert beat.poll() is None


def test_a_scheduler_that_stands_by_takes_over_from_one_that_was_killed(cluster: Cluster) -> None:
    beat = cluster.begin("beat")
    cluster.wait_for(lambda: cluster.said().count("At work.") == 1)
    cluster.begin("beat")
    cluster.wait_for(lambda: cluster.said().count("Standing by") == 1)
    cluster.kill(beat)
    cluster.wait_for(lambda: cluster.said().count("At work.") == 2)


def test_a_broker_that_cannot_be_used_is_named_at_the_start(cluster: Cluster, rabbitmq: RabbitMq) -> None:
    nobody = f"amqp://guest:northwind-wrong@127.0.0.1:{free_port()}//"
    for part in ("beat", "worker"):
        said = cluster.run(part, codes=(4,), DOTBRIDGE_BROKER=nobody).stderr
        assert "CLI-BROKER-AWAY" in said
        assert "northwind-wrong" not in said
    refused = rabbitmq.url.replace("guest:guest", "guest:northwind-wrong")
    said = cluster.run("beat", codes=(4,), DOTBRIDGE_BROKER=refused).stderr
    assert "CLI-BROKER-AWAY" in said
    assert "northwind-wrong" not in said
    assert "CLI-BROKER-UNSET" in cluster.run("worker", codes=(4,), DOTBRIDGE_BROKER="").stderr
    assert "CLI-DATABASE-LOCAL" in cluster.run("beat", codes=(4,), DOTBRIDGE_DATABASE="").stderr


def test_two_schedulers_and_four_workers_run_each_due_job_once(
    postgresql: PostgreSql, rabbitmq: RabbitMq, sandbox: Sandbox, tmp_path: Path
) -> None:
    cluster = due_once.cluster_at_rest(tmp_path, postgresql, rabbitmq, sandbox)
    try:
        found = due_once.watch(cluster, 8)
    finally:
        cluster.close()
    assert found.faults == []
    assert found.turns > found.jobs
    for lane in LANES:
        rabbitmq.purge(lane)


def test_a_database_that_goes_and_comes_back_is_found_again_by_everybody(
    cluster: Cluster, sandbox: Sandbox, postgresql: PostgreSql
) -> None:
    beat, worker = cluster.begin("beat"), cluster.begin("worker")
    cluster.wait_for(lambda: bool(cluster.sql("SELECT 1 FROM checkpoint")))
    postgresql.kill()
    time.sleep(1)
    postgresql.start()
    cluster.wait_for(lambda: is_done(cluster), 90)
    assert_all_arrived(cluster, sandbox)
    assert (beat.poll(), worker.poll()) == (None, None)


def test_the_console_is_not_ready_while_its_broker_is_away(cluster: Cluster, rabbitmq: RabbitMq) -> None:
    port = free_port()
    cluster.begin("web", "--port", str(port))
    ready = {"database": True, "migrations": True, "keys": True, "bodies": True, "broker": True}
    cluster.wait_for(lambda: readiness(port) == (200, ready))
    rabbitmq.kill()
    assert readiness(port) == (503, {**ready, "broker": False})
    rabbitmq.start()
    cluster.wait_for(lambda: readiness(port) == (200, ready))


def readiness(port: int) -> tuple[int, dict[str, bool]]:
    """What ``/readyz`` answers; (0, {}) while nobody listens."""
    answering = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        answering.request("GET", "/readyz")
        answer = answering.getresponse()
        return answer.status, json.load(answer)["checks"]
    except ConnectionRefusedError:
        return 0, {}
    finally:
        answering.close()


def test_a_stop_ends_turns_at_their_next_safe_point_and_returns_the_leases(cluster: Cluster, sandbox: Sandbox) -> None:
    sandbox.post_control("faults", {"match": "import", "kind": "latency", "seconds": 0.3})
    cluster.begin("beat")
    worker = cluster.begin("worker")
    cluster.wait_for(lambda: bool(cluster.sql("SELECT 1 FROM job WHERE state = 'running'")))
    began = time.monotonic()
    assert cluster.stop(worker) == 0
    # A turn may last a minute: they do not run to their end.
    assert time.monotonic() - began < 15
    assert cluster.sql("SELECT kind FROM job WHERE state <> 'idle' OR token <> '' OR lease_until <> 0") == []
    sandbox.delete_control("faults")
    cluster.begin("worker")
    cluster.wait_for(lambda: is_done(cluster))
    assert_all_arrived(cluster, sandbox)


def test_the_job_of_a_process_that_was_killed_is_taken_again_before_its_lease_ends(
    cluster: Cluster, sandbox: Sandbox
) -> None:
    cluster.sql("UPDATE setting SET value = '600' WHERE name = 'jobs.lease_seconds'")
    sandbox.post_control("faults", {"match": "PUT /contacts/v3/import", "kind": "latency", "seconds": 5, "times": 1})
    cluster.begin("beat")
    worker = cluster.begin("worker", "--processes", "2")
    at_work = "SELECT token FROM job WHERE kind = 'importer' AND state = 'running'"
    cluster.wait_for(lambda: bool(cluster.sql("SELECT 1 FROM email_importer WHERE state = 'submitting'")))
    token = cluster.sql(at_work)
    for child in children(worker.pid):
        os.kill(child, signal.SIGKILL)
    cluster.wait_for(lambda: cluster.sql(at_work) != token, 20)
    cluster.wait_for(lambda: is_done(cluster))
    assert_all_arrived(cluster, sandbox)


def children(parent: int) -> list[int]:
    """Ids of the processes that a process has started."""
    return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
