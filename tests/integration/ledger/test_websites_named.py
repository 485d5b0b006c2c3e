"""Two shops may give their websites the same code: who means one of them says which."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dotbridge.cli import coupons, history
from dotbridge.errors import ConfigError
from dotbridge.jobs.codes import HISTORY_OVER, WEBSITE_UNCLEAR, WEBSITE_UNKNOWN
from dotbridge.jobs.coupons import make
from dotbridge.jobs.history import cancel_history, website_reading
from dotbridge.jobs.named import websites_named
from dotbridge.jobs.schedule import plan_jobs
from dotbridge.ledger import keys
from dotbridge.ledger.models import Connection, DotdigitalAccount, Job, Website
from dotbridge.sources.coupons import Spelling


@pytest.fixture(autouse=True)
def started(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two shops whose only website is called default; this process has started already."""
    settings.KEY_FILE = str(tmp_path / "keys")
    keys.keyring.cache_clear()
    keys.create_keyring()
    account = DotdigitalAccount.objects.create(key="main", username="api")
    for key in ("first", "second"):
        connection = Connection.objects.create(key=key, platform="magento1", account=account, secrets="{}")
        Website.objects.create(
            connection=connection, account=account, source_id="1", code="default", name=key, state="history"
        )
    plan_jobs()
    for command in (history, coupons):
        monkeypatch.setattr(command, "start", lambda: None)
    yield
    keys.keyring.cache_clear()


def test_a_code_of_several_is_not_guessed(db: None) -> None:
    for ask in (
        lambda: website_reading("default"),
        lambda: cancel_history("test:ada", "default"),
        lambda: make("default", "3", 1, 1.0, Spelling()),
    ):
        with pytest.raises(ConfigError) as caught:
            ask()
        assert caught.value.code is WEBSITE_UNCLEAR
        assert "first/default, second/default" in caught.value.why
    assert set(Website.objects.values_list("state", flat=True)) == {"history"}


def test_the_connection_before_the_code_says_which(db: None) -> None:
    cancel_history("test:ada", "second/default")
    assert dict(Website.objects.values_list("name", "state")) == {"first": "history", "second": "new"}
    # Of those with the code, one history is left.
    assert website_reading("default").name == "first"
    with pytest.raises(ConfigError) as over:
        website_reading("second/default")
    assert over.value.code is HISTORY_OVER
    with pytest.raises(ConfigError) as unknown:
        websites_named("third/default")
    assert unknown.value.code is WEBSITE_UNKNOWN


def test_one_history_is_paused_and_each_is_shown_with_its_connection(db: None) -> None:
    done = CliRunner().invoke(history.command, ["pause", "first/default"], catch_exceptions=False)
    assert done.output == "Paused.\n"
    found = Job.objects.filter(kind="history").order_by("website__connection__key").values_list("paused", flat=True)
    assert list(found) == [1, 0]
    shown = CliRunner().invoke(history.command, [], catch_exceptions=False).output
    assert "first" in shown
    assert "second" in shown


def test_a_list_without_coupons_says_so(db: None) -> None:
    shown = CliRunner().invoke(coupons.command, ["list"], catch_exceptions=False).output
    assert shown.startswith("No coupon codes were asked for.")
