"""Figures that are slow to count: pages never wait for them twice, and never lose them."""

from __future__ import annotations

import ast
import inspect
import textwrap
import threading
import time
from collections import Counter

import pytest

from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.web.figures import FRESH_SECONDS, Counted, Figures
from dotbridge.web.instants import span, utc
from dotbridge.web.reasons import RULES, reason_of


def figures(number: int, *, age: float = 0.0, took: float = 0.0) -> Figures:
    return Figures([], Counter({(1, "accepted"): number}), [], time.time() - age, took)


def number(found: Figures) -> int:
    return found.people[1, "accepted"]


def test_fresh_figures_are_counted_once_for_all_pages() -> None:
    results = iter([figures(1), figures(2)])
    counted = Counted(lambda: next(results))
    assert [number(counted.get()) for _ in range(5)] == [1] * 5


def test_a_page_shows_older_figures_rather_than_wait_for_a_slow_count() -> None:
    gate, results = threading.Event(), iter([figures(1, age=60.0), figures(2)])

    def slow() -> Figures:
        found = next(results)
        if number(found) == 2:
            gate.wait(5.0)
        return found

    counted = Counted(slow)
    assert number(counted.get()) == 1
    began = time.monotonic()
    assert [number(counted.get()) for _ in range(3)] == [1, 1, 1]
    assert time.monotonic() - began < 1.0
    gate.set()
    until = time.monotonic() + 5.0
    while number(counted.get()) != 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert number(counted.get()) == 2


def test_a_count_that_takes_long_is_not_begun_again_at_once() -> None:
    results = iter([figures(1, age=FRESH_SECONDS * 2, took=30.0), figures(2)])
    counted = Counted(lambda: next(results))
    assert [number(counted.get()), number(counted.get())] == [1, 1]


def test_after_a_change_by_hand_the_next_page_counts_anew() -> None:
    results = iter([figures(1, took=30.0), figures(2)])
    counted = Counted(lambda: next(results), background=False)
    assert number(counted.get()) == 1
    counted.outdate()
    assert number(counted.get()) == 2


@pytest.mark.django_db
def test_a_count_that_fails_leaves_the_older_figures() -> None:
    results = iter([figures(1, age=60.0)])

    def once() -> Figures:
        try:
            return next(results)
        except StopIteration:
            raise OSError("the database is away") from None

    counted = Counted(once)
    assert [number(counted.get()) for _ in range(3)] == [1, 1, 1]


def test_every_rule_that_leaves_records_out_has_words() -> None:
    for collection in COLLECTIONS.values():
        body = ast.parse(textwrap.dedent(inspect.getsource(type(collection).excluded)))
        words = {str(node.value) for node in ast.walk(body) if isinstance(node, ast.Constant)}
        assert {word for word in words if "_" in word} <= RULES.keys()


def test_a_code_of_another_version_is_still_shown() -> None:
    assert reason_of("OLD-CODE").code == "OLD-CODE"
    assert reason_of("").what == "No reason was given."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"),
        (1, "1 second"),
        (95, "1 minute 35 seconds"),
        (3600, "1 hour"),
        (3601, "1 hour"),
        (90_061, "1 day 1 hour"),
    ],
)
def test_a_span_is_told_in_two_steps_at_most(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_an_instant_of_the_shop_and_one_of_ours_are_the_same_moment() -> None:
    assert utc("2026-11-22T05:50:12Z") == utc(1795326612.0)
