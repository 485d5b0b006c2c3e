"""What Prometheus gets: the promised metrics, nothing of a person, and only for who may read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from dotbridge.ledger.models import EmailContact
from support.northwind_ledger import Northwind

As = Callable[[str], Client]
PROMISED = {
    "dotbridge_freshness_seconds",
    "dotbridge_queue_age_seconds",
    "dotbridge_records",
    "dotbridge_budget_left",
    "dotbridge_batches",
    "dotbridge_jobs_failing",
    "dotbridge_engagement_paused",
}


def test_the_promised_metrics_can_be_parsed_and_name_nobody(northwind: Northwind, as_: As) -> None:
    answer = as_("").get("/metrics")
    text = answer.content.decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families.keys() >= PROMISED
    rejected = [s for s in families["dotbridge_records"].samples if s.labels["code"] == "MAP-ORDER-EMPTY"]
    assert sum(sample.value for sample in rejected) > 0
    for address in EmailContact.objects.values_list("email", flat=True)[:50]:
        assert address not in text


def test_a_token_opens_them_and_without_one_only_this_host_does(db: None, as_: As, settings: Any) -> None:
    client = as_("")
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 403
    settings.METRICS_TOKEN = "northwind-metrics"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    allowed = {"Authorization": "Bearer northwind-metrics"}
    assert client.get("/metrics", headers=allowed, REMOTE_ADDR="10.1.2.3").status_code == 200
