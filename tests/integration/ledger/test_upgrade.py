"""An upgrade only expands: what is there stays as it is, and the version before goes on writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dotbridge.ledger.keys import create_keyring, keyring
from dotbridge.ledger.models import DotdigitalAccount, Job

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
