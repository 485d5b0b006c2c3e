"""An upgrade only expands: what is there stays as it is, and the version before goes on writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dotbridge.ledger.keys import create_keyring, keyring
from dotbridge.ledger.models import DotdigitalAccount, Job, OrderFact

BEFORE, AFTER = ("ledger", "0003_consent"), ("ledger", "0004_distributed")


def migrate(to: tuple[str, str]) -> Any:
    """The models as they are at this migration."""
    executor = MigrationExecutor(connection)
    executor.migrate([to])
    return MigrationExecutor(connection).loader.project_state([to]).apps


@pytest.fixture
def older(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """The ledger of the version before."""
    settings.KEY_FILE = str(tmp_path / "keys")
    keyring.cache_clear()
    create_keyring()
    yield migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    keyring.cache_clear()


@pytest.mark.both_databases
def test_what_the_version_before_has_written_is_kept_and_it_may_go_on_writing(older: Any) -> None:
    account = older.get_model("ledger", "DotdigitalAccount").objects.create(key="main", username="u", password="p")
    held = older.get_model("ledger", "Job").objects.create(
        kind="importer", target="account:1", account=account, every=300.0, due_at=7.0, progress={"read": 3}
    )
    migrate(AFTER)
    job = Job.objects.get(pk=held.pk)
    assert (job.kind, job.due_at, job.progress, job.spent) == ("importer", 7.0, {"read": 3}, 0.0)
    kept = DotdigitalAccount.objects.get(key="main")
    assert (kept.password, kept.engagement, kept.engagement_paused_for) == ("p", "on", "")
    old_job = older.get_model("ledger", "Job")
    old_job.objects.create(kind="cleaner", target="account:1", account=account, every=86_400.0)
    older.get_model("ledger", "DotdigitalAccount").objects.create(key="second", username="u", password="p")
    assert Job.objects.get(kind="cleaner").spent == 0.0
    assert DotdigitalAccount.objects.get(key="second").engagement == "on"


@pytest.mark.both_databases
def test_lines_move_into_the_row_of_their_order_and_back(older: Any) -> None:
    with_lines = migrate(("ledger", "0012_indexes_twice"))
    account = with_lines.get_model("ledger", "DotdigitalAccount").objects.create(key="main", username="u", password="p")
    shop = with_lines.get_model("ledger", "Connection").objects.create(key="shop", platform="toy", account=account)
    website = with_lines.get_model("ledger", "Website").objects.create(connection=shop, account=account, source_id="1")
    figures = {"total": 300, "refunded": 0, "base_total": 300, "base_refunded": 0, "digest": b"1"}
    for order in ("1", "2"):
        with_lines.get_model("ledger", "OrderFact").objects.create(website=website, source_id=order, **figures)
    lines = [(0, 'Tea "Ceylon"', 10_000, 200), (1, "é", 20_000, 100)]
    for line, product, quantity, total in reversed(lines):
        sold = {"line": line, "product_id": product, "quantity": quantity, "total": total}
        with_lines.get_model("ledger", "LineFact").objects.create(website=website, source_id="1", **sold)
    migrate(("ledger", "0013_lines_with_their_order"))
    kept = {fact.source_id: json.loads(fact.lines) for fact in OrderFact.objects.all()}
    assert kept == {"1": [list(line[1:]) for line in lines], "2": []}
    back = migrate(("ledger", "0012_indexes_twice")).get_model("ledger", "LineFact")
    assert sorted(back.objects.values_list("line", "product_id", "quantity", "total")) == lines
