"""What Prometheus is told: how fresh, how long queues are, what was taken and refused, which budget is left.

Counts of records come from the console's own figures, so that a scrape counts no table for itself. Labels carry codes of
websites, accounts and reasons, never anything of a person.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dotbridge import __version__
from dotbridge.jobs.kinds import LANES, lane_of
from dotbridge.ledger import clock, hot
from dotbridge.ledger.budget import level_of
from dotbridge.ledger.models import Website
from dotbridge.web.figures import counted


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Ledger())
    return generate_latest(registry)


class _Ledger(Collector):
    """Reads the ledger once for each scrape."""

    def collect(self) -> Iterable[Metric]:
        now = clock.now()
        yield _gauge("build_info", "Version of dotbridge.", ("version",), [((__version__,), 1.0)])
        yield from _freshness(now)
        yield from _jobs(now)
        yield from _batches(now)
        yield from _records()
        yield from _accounts(now)


def _gauge(name: str, help_: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    family = GaugeMetricFamily(f"dotbridge_{name}", help_, labels=labels)
    for labelled, value in values:
        family.add_metric(labelled, value)
    return family


def _freshness(now: float) -> Iterable[Metric]:
    read = hot.rows(
        "SELECT w.code, c.stream, c.moved_at FROM checkpoint c JOIN website w ON w.id = c.website_id"
        " WHERE c.stream <> 'history' ORDER BY w.code, c.stream"
    )
    words = "Seconds since a stream of a website was last read."
    yield _gauge("freshness_seconds", words, ("website", "stream"), [((w, s), max(0.0, now - at)) for w, s, at in read])


def _jobs(now: float) -> Iterable[Metric]:
    found = hot.rows(
        "SELECT j.kind, j.target, j.state, j.paused, j.due_at, j.lease_until, j.code, COALESCE(w.code, ''),"
        " COALESCE(a.key, '') FROM job j LEFT JOIN website w ON w.id = j.website_id"
        " LEFT JOIN dotdigital_account a ON a.id = j.account_id ORDER BY j.id"
    )
    waits = dict.fromkeys(LANES, 0.0)
    running = dict.fromkeys(LANES, 0.0)
    failing = []
    for kind, _, state, paused, due_at, lease_until, code, website, account in found:
        lane = lane_of(kind)
        if state == "running" and lease_until >= now:
            running[lane] += 1
        elif not paused and due_at:
            waits[lane] = max(waits[lane], now - due_at)
        if code:
            failing.append(((kind, website or account, code), 1.0))
    words = "Seconds that the job which waits the longest has been due."
    yield _gauge("queue_age_seconds", words, ("lane",), [((lane,), age) for lane, age in waits.items()])
    yield _gauge("jobs_running", "Jobs at work.", ("lane",), [((lane,), number) for lane, number in running.items()])
    yield _gauge("jobs_failing", "Jobs whose last turn failed, by reason.", ("job", "target", "code"), failing)


def _batches(now: float) -> Iterable[Metric]:
    found = hot.rows(
        "SELECT a.key, b.kind, b.state, COUNT(*), MIN(b.created_at) FROM email_importer b"
        " JOIN dotdigital_account a ON a.id = b.account_id"
        " WHERE b.state IN ('queued', 'submitting', 'submitted', 'unknown', 'parked') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    labels = ("account", "kind", "state")
    counts = [((account, kind, state), float(number)) for account, kind, state, number, _ in found]
    ages = [((account, kind, state), max(0.0, now - first)) for account, kind, state, _, first in found]
    yield _gauge("batches", "Batches that are not settled.", labels, counts)
    yield _gauge("batch_age_seconds", "Seconds since the oldest of them was made.", labels, ages)


def _records() -> Iterable[Metric]:
    figures, codes = counted.get(), dict(Website.objects.values_list("pk", "code"))
    numbers: dict[tuple[str, ...], float] = {}
    for tally in (*figures.tallies, *figures.unreadable):
        website = codes.get(tally.website, "") if tally.website else ""
        key = (tally.shelf, website, tally.state, tally.code)
        numbers[key] = numbers.get(key, 0.0) + tally.number
    labels = ("collection", "website", "state", "code")
    yield _gauge("records", "Records by where they stand and why.", labels, sorted(numbers.items()))
    yield _gauge("records_counted_at", "When they were counted, in epoch seconds.", (), [((), figures.at)])


def _accounts(now: float) -> Iterable[Metric]:
    budgets = [((account, tier), left) for account, tier, left, _ in level_of(now)]
    capacity = [((account, tier), whole) for account, tier, _, whole in level_of(now)]
    yield _gauge("budget_left", "Calls that may go at once.", ("account", "tier"), budgets)
    yield _gauge("budget_capacity", "Calls that may go at once when the budget is full.", ("account", "tier"), capacity)
    held = hot.rows("SELECT key, state, engagement FROM dotdigital_account ORDER BY key")
    paused = [((key,), float(state == "paused")) for key, state, _ in held]
    silent = [((key,), float(engagement == "paused")) for key, _, engagement in held]
    yield _gauge("account_paused", "1 where nothing is sent.", ("account",), paused)
    yield _gauge("engagement_paused", "1 where data goes on and nobody is written to.", ("account",), silent)
