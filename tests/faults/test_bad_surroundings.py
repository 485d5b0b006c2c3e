"""What around dotbridge is not as it must be: said at the start, or shown by what waits; then it goes on by itself.

The table of docs/how-to/run-distributed.md has a line for each of these.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import urllib3
from moto.server import ThreadedMotoServer

from support.dotdigital_sandbox import Sandbox
from support.mariadb import free_port
from support.postgresql import PASSWORD, PostgreSql
from support.rabbitmq import RabbitMq
from support.road import number, statuses
from support.toy_cluster import LANES, Cluster
from support.toy_machine import Machine
from support.toy_shop import ToyShop, order, person

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.fixture
def cluster(
    postgresql: PostgreSql, rabbitmq: RabbitMq, sandbox: Sandbox, shop: ToyShop, tmp_path: Path
) -> Iterator[Cluster]:
    """One customer with an order is in the shop, which is asked every second; nobody works yet."""
    sandbox.post_control("settings", {"import_polls": 0, "import_seconds": 0.1})
    shop.put("customers", person(1))
    shop.put("orders", order(1, customer=1, status="new"))
    cluster = Cluster(tmp_path / "cluster", shop.path, postgresql, rabbitmq)
    often = {"jobs.order_and_quote_sync.every": 1, "jobs.announce_again_seconds": 1}
    cluster.configure(sandbox, **often)
    yield cluster
    cluster.close()
    for lane in LANES:
        rabbitmq.purge(lane)


def arrive(cluster: Cluster, sandbox: Sandbox, orders: int, seconds: float = 60) -> None:
    """Waits until so many orders are in Dotdigital and in the books."""
    wanted = {number(one): "new" for one in range(1, orders + 1)}
    accepted = "SELECT COUNT(*) FROM email_order WHERE state = 'accepted'"
    cluster.wait_for(lambda: cluster.sql(accepted) == [(orders,)] and statuses(sandbox) == wanted, seconds)


def held_up_by(cluster: Cluster, code: str) -> bool:
    """Whether a job waits for its next try and names this as the reason."""
    return bool(cluster.sql("SELECT 1 FROM job WHERE code = ? AND state = 'idle' AND detail LIKE ?", code, f"{code}%"))


@pytest.mark.parametrize("kilobytes", [0, 64, 900])
def test_a_disk_that_is_full_at_the_first_start_is_named_and_the_next_start_goes_on(
    kilobytes: int, shop: ToyShop, tmp_path: Path
) -> None:
    machine = Machine(tmp_path / "machine", shop.path)
    command, environment = machine.command(["jobs"], {})
    limited = ["bash", "-c", f'ulimit -f {kilobytes}; exec "$@"', "limited", *command]
    done = subprocess.run(limited, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith(("CFG-DATABASE-AWAY", "CFG-ENVIRONMENT", "LED-KEY-UNWRITABLE")), done.stderr
    assert "Traceback" not in done.stderr
    machine.run("jobs")


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.rabbitmq
def test_a_bucket_that_is_lost_holds_work_up_and_a_new_one_lets_it_go_on(
    cluster: Cluster, sandbox: Sandbox, shop: ToyShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    service.start()
    host, port = service.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "n",
        "AWS_SECRET_ACCESS_KEY": "n",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DOTBRIDGE_BODIES", f"s3://bodies-of-a-storm?endpoint_url=http://{host}:{port}")
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
    web = free_port()
    try:
        for part in (["web", "--port", str(web)], ["beat"], ["worker", "--processes", "1"]):
            cluster.begin(*part)
        cluster.wait_for(lambda: held_up_by(cluster, "LED-BODIES-AWAY"))
        assert readiness(web) == (503, False)
        client.create_bucket(Bucket="bodies-of-a-storm")
        arrive(cluster, sandbox, 1)
        assert readiness(web) == (200, True)
        cluster.wait_for(lambda: not held_up_by(cluster, "LED-BODIES-AWAY"))
    finally:
        cluster.close()
        service.stop()


def readiness(port: int) -> tuple[int, bool]:
    """The status of ``/readyz``, and what it says of the place of bodies."""
    answer = urllib3.request("GET", f"http://127.0.0.1:{port}/readyz", timeout=30, retries=False)
    return answer.status, answer.json()["checks"]["bodies"]


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.rabbitmq
def test_rights_that_are_taken_away_hold_jobs_up_and_given_back_let_them_go_on(
    cluster: Cluster, sandbox: Sandbox, shop: ToyShop, postgresql: PostgreSql
) -> None:
    name = cluster.database
    clerk = f"{name}_clerk"
    cluster.sql(f"CREATE ROLE {clerk} LOGIN PASSWORD '{PASSWORD}'")
    cluster.sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {clerk}")
    cluster.sql(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {clerk}")
    address = postgresql.url(name, clerk)
    for part in (["beat"], ["worker", "--processes", "1"]):
        cluster.begin(*part, DOTBRIDGE_DATABASE=address)
    arrive(cluster, sandbox, 1)
    cluster.sql(f"REVOKE INSERT ON email_order FROM {clerk}")
    shop.put("orders", order(2, customer=1, status="new"))
    cluster.wait_for(lambda: held_up_by(cluster, "LED-RIGHT-MISSING"))
    cluster.sql(f"GRANT INSERT ON email_order TO {clerk}")
    # It is looked at again every five minutes.
    cluster.sql("UPDATE job SET due_at = 0 WHERE code = 'LED-RIGHT-MISSING'")
    arrive(cluster, sandbox, 2)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.rabbitmq
def test_a_worker_of_the_version_before_goes_on_beside_a_newer_one_and_leaves_what_it_does_not_know(
    cluster: Cluster, sandbox: Sandbox, shop: ToyShop
) -> None:
    cluster.begin("beat")
    cluster.begin("worker", "--processes", "1")
    arrive(cluster, sandbox, 1)
    # A newer version was started elsewhere: it has migrated, and planned a kind of job that is not known here.
    cluster.sql("INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_later', now())")
    cluster.sql("ALTER TABLE email_order ADD COLUMN later text NOT NULL DEFAULT ''")
    cluster.sql(
        "INSERT INTO job (kind, target, website_id, account_id, every, due_at, state, token, lease_until, attempts,"
        " paused, \"full\", progress, code, detail, spent, finished_at) SELECT 'later', 'later', website_id, account_id,"
        " every, 1, 'idle', '', 0, 0, 0, 0, progress, '', '', 0, 0 FROM job WHERE kind = 'importer'"
    )
    shop.put("orders", order(2, customer=1, status="new"))
    arrive(cluster, sandbox, 2)
    assert cluster.sql("SELECT state, attempts, code FROM job WHERE kind = 'later'") == [("idle", 0, "")]
    assert "CFG-DATABASE-NEWER" in cluster.run("worker", codes=(4,)).stderr


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.rabbitmq
@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed")
def test_hosts_whose_clocks_differ_by_half_an_hour_share_the_work_all_the_same(
    cluster: Cluster, sandbox: Sandbox, shop: ToyShop
) -> None:
    for one in range(2, 30):
        shop.put("orders", order(one, customer=1, status="new"))
    skewed = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}
    cluster.begin("beat", FAKETIME="-20m", **skewed)
    cluster.begin("worker", "--processes", "1", FAKETIME="+30m", **skewed)
    cluster.begin("worker", "--processes", "1", FAKETIME="-30m", **skewed)
    arrive(cluster, sandbox, 29)
    overlaps = (
        "SELECT COUNT(*) FROM run a JOIN run b ON a.job_id = b.job_id AND a.id < b.id"
        " AND a.started_at < b.ended_at AND b.started_at < a.ended_at"
    )
    assert cluster.sql(overlaps) == [(0,)]
    shop.put("orders", order(1, customer=1, status="paid"))
    cluster.wait_for(lambda: statuses(sandbox)[number(1)] == "paid")
