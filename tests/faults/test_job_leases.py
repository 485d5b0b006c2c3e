"""One job, one worker: claims, lost leases, heartbeats, pauses, and a stop that gives everything back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from dotbridge.errors import RetryableError
from dotbridge.jobs import claim
from dotbridge.jobs.schedule import plan_jobs
from dotbridge.jobs.turn import take_turn
from dotbridge.ledger.codes import LEASE_LOST
from dotbridge.ledger.models import Checkpoint, EmailOrder, Job
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.road import change_setting, number, statuses, time_passes
from support.toy_machine import Machine
from support.toy_shop import ToyShop, order, person


class Installed(NamedTuple):
    """A configured installation that has sent nothing yet, its shop, and the sandbox as it was left."""

    machine: Machine
    shop: ToyShop
    sandbox: Path


@pytest.fixture(scope="module")
def installed(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("leases")
    sandbox_server.post_control("reset")
    sandbox_server.post_control("settings", {"import_polls": 0, "import_seconds": 0.2})
    shop = ToyShop(folder / "shop.sqlite3")
    machine = Machine(folder / "machine", shop.path)
    machine.configure(sandbox_server, page_size=3)
    sandbox_server.keep(folder / "sandbox.sqlite3")
    return Installed(machine, shop, folder / "sandbox.sqlite3")


@pytest.fixture
def machine(installed: Installed, sandbox: Sandbox, tmp_path: Path) -> Machine:
    """Twelve customers with an order each are in the shop, and nothing is in Dotdigital."""
    for one in range(1, 13):
        installed.shop.put("customers", person(one))
        installed.shop.put("orders", order(one, customer=one, status="new"))
    sandbox.put_back(installed.sandbox)
    return installed.machine.copy_to(tmp_path / "machine")


def wait_until_stopped(process: subprocess.Popen[str]) -> None:
    """Until the process has suspended itself."""
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)


def wake(process: subprocess.Popen[str]) -> str:
    """Lets a suspended process go on to its end; gives what it said on stderr."""
    process.send_signal(signal.SIGCONT)
    _, errors = process.communicate(timeout=60)
    return errors


def assert_all_arrived(machine: Machine, sandbox: Sandbox, status: str = "new") -> None:
    assert statuses(sandbox) == {number(one): status for one in range(1, 13)}
    assert machine.broken_rules() == []
    assert machine.sql("SELECT COUNT(*) FROM email_order") == [(12,)]
    assert [row for row in machine.audit() if row["unexplained"]] == []


def test_two_processes_of_four_threads_never_hold_the_same_job(machine: Machine) -> None:
    machine.sql("UPDATE job SET due_at = 0")
    workers = [machine.start("contend", "2") for _ in range(2)]
    holds: dict[int, list[tuple[float, float]]] = {}
    for worker in workers:
        output, errors = worker.communicate(timeout=60)
        assert worker.returncode == 0, errors
        for job, since, until in json.loads(output):
            holds.setdefault(job, []).append((since, until))
    assert sum(map(len, holds.values())) > 50
    overlaps = [job for job, held in holds.items() for one, other in pairwise(sorted(held)) if other[0] < one[1]]
    assert overlaps == []


@pytest.mark.slow
@pytest.mark.parametrize("boundary", ["body-stored:2", "body-stored:6", "staged:3"])
def test_a_worker_that_hung_while_another_took_its_job_commits_nothing(
    boundary: str, machine: Machine, sandbox: Sandbox
) -> None:
    hung = machine.start("sync", "all", TOY_SUSPEND_AT=boundary)
    wait_until_stopped(hung)
    machine.sync()
    before = machine.sql("SELECT id, version, state, batch FROM email_order ORDER BY id")
    reads = machine.sql("SELECT stream, cursor FROM checkpoint WHERE stream = 'history'")
    wake(hung)
    assert machine.sql("SELECT id, version, state, batch FROM email_order ORDER BY id") == before
    assert machine.sql("SELECT stream, cursor FROM checkpoint WHERE stream = 'history'") == reads
    machine.sync()
    assert_all_arrived(machine, sandbox)


@pytest.mark.slow
def test_a_worker_that_hung_before_it_sent_does_not_leave_its_older_values(
    installed: Installed, machine: Machine, sandbox: Sandbox
) -> None:
    machine.sync()
    for one in range(1, 13):
        installed.shop.change("orders", one, status="paid")
    hung = machine.start("sync", "all", TOY_SUSPEND_AT="before-submit:1")
    wait_until_stopped(hung)
    for one in range(1, 13):
        installed.shop.change("orders", one, status="sent")
    machine.sync()
    assert "sent" in statuses(sandbox).values()
    wake(hung)
    time.sleep(1)
    machine.sync()
    assert_all_arrived(machine, sandbox, "sent")


def test_on_sqlite_one_worker_reads_a_history_and_people_see_how_far_it_is(machine: Machine, sandbox: Sandbox) -> None:
    machine.run("sync", "history", "--once")
    assert "One worker reads each history" in machine.run("history").stdout
    machine.run("history", "pause", "uk")
    (shown,) = [row for row in json.loads(machine.run("history", "--json").stdout) if row["website"] == "uk"]
    assert shown["state"] == "paused"
    assert shown["total"] is None or 0 <= shown["read"] <= shown["total"]
    machine.run("history", "resume", "uk")
    machine.run("history", "cancel", "uk")
    assert machine.sql("SELECT state FROM website WHERE code = 'uk'") == [("new",)]
    machine.run("apply", str(machine.folder / "dotbridge.yaml"))
    machine.sync()
    assert_all_arrived(machine, sandbox, "new")


@pytest.mark.slow
def test_a_heartbeat_keeps_the_job_while_an_answer_is_slow(machine: Machine, sandbox: Sandbox) -> None:
    machine.sql("UPDATE setting SET value = '60' WHERE name = 'importer.lease_seconds'")
    machine.run("sync", "history")
    machine.run("sync", "history", "--website", "uk")
    sandbox.post_control("faults", {"match": "PUT /contacts/v3/import", "kind": "latency", "seconds": 4, "times": 1})
    slow = machine.start("sync", "importer")
    time.sleep(3)
    refused = machine.run("sync", "importer", codes=(1,))
    assert "JOB-RUNNING" in refused.stderr
    _, errors = slow.communicate(timeout=60)
    assert slow.returncode == 0, errors
    machine.sync()
    assert_all_arrived(machine, sandbox)


@pytest.mark.slow
def test_a_stop_ends_turns_at_their_next_safe_point_and_gives_the_leases_back(
    machine: Machine, sandbox: Sandbox
) -> None:
    sandbox.post_control("faults", {"match": "import", "kind": "latency", "seconds": 0.2})
    serving = machine.start("serve")
    while not machine.sql("SELECT 1 FROM job WHERE state = 'running'"):
        assert serving.poll() is None, serving.communicate()[1]
        time.sleep(0.02)
    time.sleep(1)
    began = time.monotonic()
    serving.send_signal(signal.SIGTERM)
    _, errors = serving.communicate(timeout=60)
    assert serving.returncode == 0, errors
    assert time.monotonic() - began < 10
    assert machine.sql("SELECT kind FROM job WHERE state <> 'idle' OR token <> '' OR lease_until <> 0") == []
    assert machine.sql("SELECT id FROM email_importer WHERE state = 'submitting'") == []
    sandbox.delete_control("faults")
    machine.sync()
    assert_all_arrived(machine, sandbox)


@pytest.mark.slow
def test_workers_that_are_killed_and_started_again_finish_the_history(machine: Machine, sandbox: Sandbox) -> None:
    for _ in range(3):
        serving = machine.start("serve")
        time.sleep(1.5)
        serving.kill()
        serving.communicate()
    machine.sync()
    assert_all_arrived(machine, sandbox)


def test_a_page_of_a_lost_lease_stages_nothing_and_moves_no_checkpoint(standing: Installation, shop: ToyShop) -> None:
    shop.put("orders", order(2, customer=2))
    job = Job.objects.get(kind="order_and_quote_sync", website__code="uk")
    lost = claim.claim_one(job.pk)
    assert lost is not None
    time_passes(200)
    assert claim.claim_one(job.pk) is not None
    marks = list(Checkpoint.objects.values_list("stream", "cursor", "moved_at"))
    outcome = take_turn(lost)
    assert isinstance(outcome, RetryableError)
    assert outcome.code is LEASE_LOST
    assert list(Checkpoint.objects.values_list("stream", "cursor", "moved_at")) == marks
    assert EmailOrder.objects.count() == 1
    assert not claim.finish(lost, 0.0)
    with pytest.raises(RetryableError) as raised:
        lost.assert_held()
    assert raised.value.code is LEASE_LOST


def test_records_that_a_lost_lease_found_gone_stay(standing: Installation, shop: ToyShop) -> None:
    EmailOrder.objects.update(state="pending", waits_for="read")
    shop.delete("orders", 1)
    job = Job.objects.get(kind="order_and_quote_sync", website__code="uk")
    lost = claim.claim_one(job.pk)
    assert lost is not None
    Job.objects.filter(pk=job.pk).update(token="another")
    take_turn(lost)
    assert EmailOrder.objects.values_list("state", "waits_for").get() == ("pending", "read")


def test_a_paused_job_is_not_taken_and_a_resumed_one_is(standing: Installation) -> None:
    plan_jobs()
    Job.objects.exclude(kind="order_and_quote_sync").update(paused=1, state="paused")
    Job.objects.filter(website__code="eu").update(paused=1, state="paused")
    time_passes(3600)
    claim.set_paused("order_and_quote_sync", "uk", paused=True)
    assert claim.claim_due() is None
    claim.set_paused("order_and_quote_sync", "uk", paused=False)
    lease = claim.claim_due()
    assert lease is not None
    claim.set_paused("order_and_quote_sync", "uk", paused=True)
    assert claim.finish(lease, 0.0)
    assert claim.claim_due() is None


def test_a_job_that_was_paused_while_its_worker_died_waits_for_its_resumption(standing: Installation) -> None:
    Job.objects.exclude(kind="order_and_quote_sync", website__code="uk").delete()
    time_passes(3600)
    assert claim.claim_due() is not None
    claim.set_paused("order_and_quote_sync", paused=True)
    time_passes(3600)
    assert claim.claim_due() is None
    claim.set_paused("order_and_quote_sync", paused=False)
    assert claim.claim_due() is not None


@pytest.mark.slow
def test_a_beat_that_is_missed_does_not_lose_the_job(standing: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    change_setting("jobs.lease_seconds", 1)
    job = Job.objects.get(kind="importer")
    lease = claim.claim_one(job.pk)
    assert lease is not None
    with claim.heartbeat(lease):
        threading.Event().wait(1.5)
        job.refresh_from_db()
        assert job.lease_until > time.time()
        assert claim.claim_one(job.pk) is None


def test_a_long_turn_gives_way_to_another_website_that_finds_no_worker(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_jobs()
    Job.objects.update(due_at=time.time() + 3600)
    long, other = Job.objects.filter(kind="order_and_quote_sync").order_by("website__code")
    lease = claim.claim_one(long.pk)
    assert lease is not None
    lease.started -= 10
    monkeypatch.setattr(claim, "_LOOK", 0.05)
    with claim.heartbeat(lease):
        Job.objects.filter(kind="catalog_sync", website=long.website).update(due_at=1.0)
        threading.Event().wait(0.5)
        assert not lease.over()
        Job.objects.filter(pk=other.pk).update(due_at=1.0)
        until = time.monotonic() + 20
        while not lease.over():
            assert time.monotonic() < until


def test_the_website_that_had_the_least_of_the_workers_comes_first(standing: Installation) -> None:
    plan_jobs()
    Job.objects.exclude(kind="order_and_quote_sync").update(due_at=time.time() + 3600)
    busy, idle = Job.objects.filter(kind="order_and_quote_sync").order_by("website__code")
    Job.objects.filter(pk=busy.pk).update(due_at=1.0, spent=200.0, finished_at=time.time())
    Job.objects.filter(pk=idle.pk).update(due_at=2.0, spent=0.0)
    first, second = claim.claim_due(), claim.claim_due()
    assert first is not None
    assert second is not None
    assert (first.job_id, second.job_id) == (idle.pk, busy.pk)
