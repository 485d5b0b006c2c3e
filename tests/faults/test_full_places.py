"""No room, or no place: work waits with its reason and goes on by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import connection

from dotbridge.errors import RetryableError
from dotbridge.jobs.once import run_job
from dotbridge.ledger import hot
from dotbridge.ledger.codes import BODIES_AWAY, DISK_FULL
from dotbridge.ledger.models import EmailOrder, Job
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.road import number, statuses
from support.toy_shop import ToyShop, order


def pragma(words: str) -> int:
    """The value of a pragma of the ledger on SQLite."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        return int(cursor.fetchone()[0])


def fill_free_pages() -> None:
    """Leaves no page in the file that rows deleted before have left free."""
    hot.execute("CREATE TABLE ballast (data BLOB)")
    while (free := pragma("freelist_count")) > 0:
        hot.execute("INSERT INTO ballast VALUES (zeroblob(%s))", (free * pragma("page_size"),))


def test_a_database_without_room_says_so_and_goes_on_when_there_is_some(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    for one in range(2, 400):
        shop.put("orders", order(one, customer=1, status="new"))
    fill_free_pages()
    pragma(f"max_page_count = {pragma('page_count')}")
    try:
        with pytest.raises(RetryableError) as raised:
            standing.sync()
        assert raised.value.code is DISK_FULL
        assert EmailOrder.objects.count() == 1
    finally:
        pragma("max_page_count = 1073741823")
        hot.execute("DROP TABLE ballast")
    Job.objects.update(due_at=0, lease_until=0)
    standing.sync()
    assert len(statuses(sandbox)) == 399


def test_a_place_of_bodies_that_is_gone_holds_the_job_up_and_nothing_is_lost(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    folder = Path(storages["bodies"].location)
    shutil.rmtree(folder)
    folder.write_text("a file where the folder was")
    shop.put("orders", order(2, customer=2, status="new"))
    with pytest.raises(RetryableError) as raised:
        standing.sync()
    assert raised.value.code is BODIES_AWAY
    job = Job.objects.get(code=BODIES_AWAY.id)
    assert (job.state, job.kind) == ("idle", "order_and_quote_sync")
    folder.unlink()
    standing.sync()
    assert statuses(sandbox)[number(2)] == "new"
    assert not Job.objects.exclude(code="").exists()


def test_bodies_that_were_lost_with_their_place_are_read_from_the_shop_again(
    standing: Installation, shop: ToyShop, sandbox: Sandbox
) -> None:
    shop.put("orders", order(2, customer=2, status="new"))
    run_job("order_and_quote_sync")
    folder = Path(storages["bodies"].location)
    assert any(folder.iterdir())
    shutil.rmtree(folder)
    standing.sync()
    assert statuses(sandbox)[number(2)] == "new"
