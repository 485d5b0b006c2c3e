"""The bucket never lets more calls go than the rate, and keeps a reserve for what must not wait."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dotbridge.http.budget import Rate, TokenBuckets
from dotbridge.http.operation import Lane

LANES: st.SearchStrategy[Lane] = st.sampled_from(["consent", "carts", "live", "bulk"])


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def budget(rate: Rate, clock: Clock, *, whole: Rate | None = None) -> TokenBuckets:
    return TokenBuckets({"low": rate}, whole=whole, clock=clock, now=lambda: 1_700_000_000.0 + clock.time)


@settings(max_examples=200)
@given(
    st.integers(1, 400),
    st.lists(st.tuples(st.floats(0, 20), LANES, st.integers(1, 60)), max_size=60),
)
def test_no_window_of_a_period_ever_holds_more_calls_than_the_rate(
    calls: int, steps: list[tuple[float, Lane, int]]
) -> None:
    clock, went = Clock(), []
    bucket = budget(Rate(calls, period=60.0), clock)
    for pause, lane, wanted in steps:
        clock.time += pause
        went += [clock.time for _ in range(wanted) if bucket.acquire("low", lane) == 0.0]
    for start in went:
        assert sum(start <= at < start + 59.999 for at in went) <= calls


@given(st.integers(1, 400), LANES)
def test_whoever_waits_as_told_gets_a_turn(calls: int, lane: Lane) -> None:
    clock = Clock()
    bucket = budget(Rate(calls), clock)
    for _ in range(50):
        wait = bucket.acquire("low", lane)
        clock.time += wait
        if wait:
            assert bucket.acquire("low", lane) <= 1e-6


def drained_by(lane: Lane) -> TokenBuckets:
    bucket = budget(Rate(200), Clock())
    while bucket.acquire("low", lane) == 0.0:
        pass
    return bucket


def test_each_lane_leaves_a_reserve_for_those_before_it() -> None:
    assert drained_by("bulk").acquire("low", "live") == 0.0
    assert drained_by("live").acquire("low", "carts") == 0.0
    assert drained_by("carts").acquire("low", "consent") == 0.0
    assert drained_by("consent").acquire("low", "consent") > 0.0


def test_the_unlimited_tier_is_never_held_back() -> None:
    bucket = budget(Rate(1), Clock(), whole=Rate(1))
    bucket.exhausted(None, 60.0)
    assert bucket.acquire("unlimited", "bulk") == 0.0


def test_an_unknown_tier_is_free_until_an_answer_tells_its_limit() -> None:
    bucket = budget(Rate(10), Clock())
    assert bucket.acquire("high", "bulk") == 0.0
    bucket.learn("high", {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"})
    assert bucket.acquire("high", "consent") == 30.0


def test_the_scope_of_an_answer_corrects_the_tier_of_the_call() -> None:
    clock = Clock()
    bucket = budget(Rate(100), clock)
    bucket.learn("high", {"x-ratelimit-scope": "lowCallRate", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "9"})
    assert bucket.acquire("low", "consent") == 9.0
    assert bucket.acquire("high", "consent") == 0.0
    clock.time += 9.0
    assert bucket.acquire("low", "consent") == 0.0


def test_calls_of_others_counted_by_the_account_slow_us_down() -> None:
    bucket = budget(Rate(100), Clock())
    bucket.learn("low", {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "30"})
    assert bucket.acquire("low", "consent") == 0.0
    assert bucket.acquire("low", "consent") > 0.0


def test_a_flat_limit_counts_the_tiers_together() -> None:
    bucket = TokenBuckets(whole=Rate(20, period=3600.0), clock=Clock())
    went = [bucket.acquire(tier, "consent") for tier in ("low", "medium", "high")]
    assert [wait > 0 for wait in went] == [False, False, True]


def test_a_refusal_closes_the_tier_or_all_of_them_for_its_time() -> None:
    clock = Clock()
    bucket = TokenBuckets({"low": Rate(100), "high": Rate(100)}, clock=clock)
    bucket.exhausted("low", 20.0)
    assert bucket.acquire("low", "consent") == 20.0
    assert bucket.acquire("high", "consent") == 0.0
    bucket.exhausted(None, 40.0)
    assert bucket.acquire("high", "consent") == 40.0
    clock.time += 40.0
    assert bucket.acquire("high", "consent") == bucket.acquire("low", "consent") == 0.0
