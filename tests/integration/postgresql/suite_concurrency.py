"""Many writers at once, as several workers on several hosts are: claims, limits, budgets, and the order of locks."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dotbridge.commerce.facts import ProductFact
from dotbridge.errors import RetryableError
from dotbridge.http.budget import RESERVE
from dotbridge.jobs import claim
from dotbridge.ledger import clock, facts, hot, people, records
from dotbridge.ledger.budget import SharedBudget
from dotbridge.ledger.codes import CONTENDED
from dotbridge.ledger.hot import BatchRow
from dotbridge.ledger.ids import new_batch_id
from dotbridge.ledger.keys import create_keyring, keyring
from dotbridge.ledger.models import Connection, DotdigitalAccount, EmailContact, EmailOrder, Job, Website
from dotbridge.ledger.records import RecordRow, Standing
from dotbridge.ledger.transaction import writing

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
THREADS = 8


@pytest.fixture(autouse=True)
def only_postgresql() -> None:
    assert connection.vendor == "postgresql", "run by test_on_postgresql.py"


@pytest.fixture
def account(settings: Any, tmp_path: Path) -> Iterator[DotdigitalAccount]:
    settings.KEY_FILE = str(tmp_path / "keys")
    keyring.cache_clear()
    create_keyring()
    yield DotdigitalAccount.objects.create(key="a", username="u", password="p")
    keyring.cache_clear()


@pytest.fixture
def websites(account: DotdigitalAccount) -> list[Website]:
    shop = Connection.objects.create(key="c", platform="toy", account=account)
    place = {"connection": shop, "account": account, "name": "N", "base_currency": "GBP"}
    return [Website.objects.create(**place, source_id=str(n), code=f"w{n}") for n in range(2)]


def at_once(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """What each thread's work gave or raised; they begin together."""
    gate, results = threading.Barrier(threads), list[Any]()

    def run(number: int) -> None:
        connection.ensure_connection()
        gate.wait()
        try:
            results.append(work(number))
        except Exception as error:  # noqa: BLE001 - it is the result
            results.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    errors = [one for one in results if isinstance(one, Exception)]
    assert not errors, errors
    return results


def test_workers_that_look_at_the_same_moment_each_find_another_job(account: DotdigitalAccount) -> None:
    for number in range(THREADS):
        Job.objects.create(kind="importer", target=f"account:{number}", account=account, every=60)
    found = at_once(lambda _: claim.claim_due())
    assert len({lease.job_id for lease in found if lease}) == THREADS


def test_a_job_is_never_held_twice(account: DotdigitalAccount) -> None:
    for number in range(3):
        Job.objects.create(kind="importer", target=f"account:{number}", account=account, every=60)
    held: Counter[int] = Counter()
    counting = threading.Lock()

    def work(_: int) -> int:
        done = 0
        while done < 20:
            lease = claim.claim_due()
            if lease is None:
                time.sleep(0.001)
                continue
            with counting:
                held[lease.job_id] += 1
                assert held[lease.job_id] == 1
            time.sleep(0.002)
            with counting:
                held[lease.job_id] -= 1
            assert claim.finish(lease, 0.0)
            done += 1
        return done

    assert sum(at_once(work)) == 20 * THREADS


def queue(account: DotdigitalAccount, number: int) -> None:
    road = ("insight", "email_order", "Orders", "contact", "orders", "bulk", 20, 0)
    for _ in range(number):
        hot.insert_batch(BatchRow(new_batch_id(), account.pk, None, *road, "", "", 1, 1))


def test_imports_under_way_never_exceed_what_the_account_may_run(account: DotdigitalAccount) -> None:
    queue(account, 60)

    def work(number: int) -> int:
        taken = 0
        for _ in range(30):
            with writing():
                found = hot.claim_batch(account.pk, "insight", 5, f"t{number}", 60, canary=False)
            running = "SELECT COUNT(*) FROM email_importer WHERE state IN ('submitting', 'submitted')"
            assert hot.rows(running)[0][0] <= 5
            if found:
                taken += 1
                time.sleep(0.002)
                hot.move_batch(found[0], ["submitting"], "settled")
        return taken

    assert sum(at_once(work)) == 60


def test_a_budget_gives_no_call_twice(account: DotdigitalAccount) -> None:
    budget = SharedBudget(account.pk)
    hot.execute(
        "INSERT INTO budget (account_id, tier, rate, capacity, tokens, at) VALUES (%s, 'heavy', 0.001, 100, 100, %s)",
        (account.pk, clock.now()),
    )

    def work(_: int) -> int:
        taken = 0
        for _ in range(200):
            wait = budget.acquire("heavy", "consent")
            taken += wait == 0.0
            if wait > 0.5:
                return taken
        return taken

    reserved = int(RESERVE["consent"] * 99)
    assert sum(at_once(work)) == 100 - reserved


def test_two_shops_that_mark_the_same_people_do_not_wait_for_each_other(account: DotdigitalAccount) -> None:
    people.ensure(account.pk, [(f"p{n}@example.com", f"p{n}@example.com") for n in range(200)])
    ids = list(EmailContact.objects.order_by("pk").values_list("pk", flat=True))
    before = EmailContact.objects.get(pk=ids[0]).dirty

    def work(number: int) -> None:
        for _ in range(20):
            with writing():
                people.mark_dirty(ids if number % 2 else reversed(ids))

    at_once(work)
    assert set(EmailContact.objects.values_list("dirty", flat=True)) == {before + 20 * THREADS}


def row(website: Website, key: int, batch: int, at: float) -> RecordRow:
    standing = Standing(website.pk, website.account_id, "Orders", "", at, 1, "staged", batch=batch)
    return RecordRow(standing, str(key), f"{website.pk}-{key}", None, "", "", b"d" * 16)


def test_staging_and_settling_the_same_records_at_once_loses_neither(websites: list[Website]) -> None:
    keys, site = list(range(300)), websites[0]
    records.stage("email_order", [row(site, key, 1, 0.0) for key in keys])
    hot.settle_rest("email_order", 1)

    def work(number: int) -> None:
        for turn in range(10):
            batch = new_batch_id()
            chosen = keys[:] if (number + turn) % 2 else keys[::-1]
            with writing():
                road = ("insight", "email_order", "Orders", "contact", "orders", "bulk", 20, 0)
                hot.insert_batch(BatchRow(batch, site.account_id, site.pk, *road, "", "", 300, 1))
                records.stage("email_order", [row(site, key, batch, clock.now()) for key in chosen])
            with writing():
                assert hot.move_batch(batch, ["queued"], "settled")
                hot.lock_batch("email_order", batch)
                hot.settle_rest("email_order", batch)

    at_once(work)
    assert EmailOrder.objects.count() == 300
    assert not EmailOrder.objects.exclude(batch=None).exists()
    assert set(EmailOrder.objects.values_list("state", flat=True)) <= {"accepted", "pending"}


def test_who_gives_way_to_another_writer_may_try_again(account: DotdigitalAccount) -> None:
    people.ensure(account.pk, [("a@example.com", "a"), ("b@example.com", "b")])
    first, second = EmailContact.objects.order_by("pk").values_list("pk", flat=True)
    outcomes: list[str] = []
    met = threading.Barrier(2)

    def work(number: int) -> None:
        wanted = (first, second) if number else (second, first)
        try:
            with writing():
                people.mark_dirty([wanted[0]])
                met.wait()
                people.mark_dirty([wanted[1]])
        except RetryableError as error:
            outcomes.append(error.code.id)
        else:
            outcomes.append("committed")

    at_once(work, 2)
    assert sorted(outcomes) == [CONTENDED.id, "committed"]


def test_leases_go_by_the_clock_of_the_database(account: DotdigitalAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    Job.objects.create(kind="importer", target="account:1", account=account, every=60)
    assert claim.claim_due() is not None
    wrong = time.time() + 3600
    monkeypatch.setattr("time.time", lambda: wrong)
    assert claim.claim_due() is None
    assert 3590 < -clock.ahead() < 3610


def test_texts_of_a_shop_are_taken_whatever_their_length_and_characters(websites: list[Website]) -> None:
    fact = ProductFact("1", "S" * 300, "A\0" + "n" * 400, "", ("c",), "B" * 300, ())
    facts.stage_products(websites[0].pk, [fact])
    assert facts.products(websites[0].pk)["1"].name == "A" + "n" * 400
