"""The schedule of repeats, against a clock that only moves when told."""

from __future__ import annotations

import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.errors import ConfigError, RetryableError
from dotbridge.http.codes import FORBIDDEN, OUTCOME_UNKNOWN, RATE_LIMITED, UNAVAILABLE
from dotbridge.http.errors import OutcomeUnknown, RateLimited, Transient
from dotbridge.http.retry import Plan, Retries


class Clock:
    def __init__(self) -> None:
        self.time = 1_000.0

    def __call__(self) -> float:
        return self.time


def fault(retry_after: float | None = None) -> Transient:
    return Transient(UNAVAILABLE, retry_after=retry_after)


def test_waits_double_under_full_jitter_up_to_the_longest() -> None:
    retries = Retries(attempts=9, first=0.5, most=5.0, total=1e6, clock=Clock(), random=lambda: 1.0)
    plan = Plan(retries)
    assert [plan.wait(fault()) for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_the_last_attempt_raises_instead_of_waiting() -> None:
    plan = Plan(Retries(attempts=3, clock=Clock(), random=lambda: 0.5))
    assert plan.wait(fault())
    assert plan.wait(fault())
    assert plan.wait(fault()) is False


def test_a_retry_after_within_the_bound_is_honoured_in_full() -> None:
    plan = Plan(Retries(clock=Clock(), random=lambda: 0.0))
    assert plan.wait(fault(retry_after=30.0)) == 30.0


def test_a_retry_after_beyond_the_bound_is_left_to_the_caller() -> None:
    assert Plan(Retries(total=60.0, clock=Clock())).wait(fault(retry_after=61.0)) is False


def test_time_already_spent_counts_against_the_bound() -> None:
    clock = Clock()
    plan = Plan(Retries(total=60.0, clock=clock, random=lambda: 0.0))
    clock.time += 50
    assert plan.wait(fault(retry_after=9.0)) == 9.0
    assert plan.wait(fault(retry_after=11.0)) is False


def test_waiting_for_a_turn_is_no_fault_and_only_time_bounds_it() -> None:
    plan = Plan(Retries(attempts=2, clock=Clock(), random=lambda: 0.0))
    limited = RateLimited(RATE_LIMITED, retry_after=1.0)
    assert [plan.wait(limited) for _ in range(20)] == [1.0] * 20


def test_an_invitation_to_come_back_at_once_is_no_busy_loop() -> None:
    waited = Plan(Retries(clock=Clock())).wait(RateLimited(RATE_LIMITED, retry_after=0.0))
    assert waited is not False
    assert waited >= 0.05


@pytest.mark.parametrize(
    "error",
    [ConfigError(FORBIDDEN), RetryableError(UNAVAILABLE), OutcomeUnknown(OUTCOME_UNKNOWN), ValueError("a defect")],
)
def test_only_transient_errors_are_repeated_here(error: Exception) -> None:
    assert Plan(Retries()).wait(error) is False


def test_a_call_returns_what_the_last_try_gave() -> None:
    answers = iter([fault(), fault(), None])

    def call() -> str:
        if error := next(answers):
            raise error
        return "done"

    with stamina.set_testing(True, attempts=10):
        assert Retries(random=lambda: 0.0).call(call) == "done"


@given(
    st.lists(st.tuples(st.floats(0, 30), st.none() | st.floats(0, 200)), max_size=30),
    st.floats(1, 120),
    st.floats(0, 1),
)
def test_no_wait_ever_ends_after_the_bound(steps: list[tuple[float, float | None]], total: float, dice: float) -> None:
    clock = Clock()
    plan = Plan(Retries(attempts=100, total=total, clock=clock, random=lambda: dice))
    started = clock.time
    for took, retry_after in steps:
        clock.time += took
        wait = plan.wait(fault(retry_after))
        if wait is False:
            break
        clock.time += wait
        assert wait >= (retry_after or 0.0)
        assert clock.time <= started + total + 1e-6
