"""Where Dotdigital's calls are scarce, what people say of the newsletter goes before everything else."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dotbridge.importer.prepare import prepare_account
from dotbridge.jobs.once import run_job
from dotbridge.ledger import clock, events, hot
from dotbridge.ledger.models import Budget, DotdigitalAccount, WaitingId, Website
from dotbridge.ledger.transaction import writing
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.toy_shop import ToyShop, order


@pytest.mark.parametrize(
    ("scheme", "buckets"), [("flat", {"*"}), ("tiered", {"low", "medium", "high"}), ("off", set[str]())]
)
def test_the_survey_learns_the_limit_of_an_hour_where_answers_tell_none(
    hurry: None, dotbridge: Installation, shop: ToyShop, sandbox: Sandbox, scheme: str, buckets: set[str]
) -> None:
    sandbox.post_control("settings", {"limit_scheme": scheme, "flat_limit": 2000})
    dotbridge.configure()
    found = set(Budget.objects.values_list("tier", flat=True))
    assert found <= buckets
    assert bool(found) == bool(buckets)
    if scheme == "flat":
        hour = Budget.objects.get()
        assert (hour.capacity, round(hour.rate * 3600)) == (200, 1800)
        prepare_account(DotdigitalAccount.objects.get())
        assert Budget.objects.count() == 1


def test_an_unsubscribe_is_told_at_once_although_orders_wait_for_calls(
    standing: Installation, shop: ToyShop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    website = Website.objects.get(code="uk")
    for one in range(2, 6):
        shop.put("orders", order(one, customer=1))
    shop.change("customers", 2, subscription="unsubscribed")
    told: dict[str, Any] = {"orders": ["2", "3", "4", "5"], "customers": ["2"]}
    now = clock.now()
    with writing():
        for stream, ids in told.items():
            events.wait(website.pk, stream, [(one, now - 1) for one in ids], now)
    # Calls for consent alone: the next one for an order would come in half a minute.
    hot.execute(
        "INSERT INTO budget (account_id, tier, rate, capacity, tokens, at) VALUES (%s, '*', 0.5, 100, 9, %s)",
        (DotdigitalAccount.objects.get().pk, now),
    )
    run_job("live", "uk", once=True)
    assert not WaitingId.objects.exists()
    run_job("consent_sync")
    assert sandbox.state()["contacts"]["person2@example.com"]["status"] == "Unsubscribed"
    assert max(waited, default=0.0) < 5
