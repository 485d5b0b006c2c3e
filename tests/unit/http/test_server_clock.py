"""A server's clock is known by its answers, and does not run backwards for the second that they leave open."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.http import server_clock
from dotbridge.http.server_clock import ServerClock

NOON = datetime(2026, 11, 29, 12, 0, 0, tzinfo=UTC).timestamp()


class Wire:
    """A server whose clock is ``ahead`` of ours, and the time that passes between the two."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ahead: float) -> None:
        self.ours, self.ahead = NOON, ahead
        monkeypatch.setattr(server_clock.time, "time", lambda: self.ours)

    def ask(self, known: ServerClock, out: float = 0.0, back: float = 0.0) -> None:
        asked = self.ours
        self.ours += out
        date = formatdate(int(self.ours + self.ahead), usegmt=True)
        self.ours += back
        known.hear(date, asked)


def test_it_is_ours_until_the_server_has_answered() -> None:
    known = ServerClock()
    assert known.skew is None
    assert abs(known.now() - datetime.now(UTC).timestamp()) < 2


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_a_header_that_cannot_be_read_teaches_nothing(date: str) -> None:
    known = ServerClock()
    known.hear(date, NOON)
    assert known.skew is None


@given(
    st.floats(-86400, 86400),
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5), st.floats(0, 3)), min_size=1, max_size=20),
)
def test_it_never_runs_ahead_of_the_server_nor_backwards(
    ahead: float, questions: list[tuple[float, float, float]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        wire, known, last = Wire(patch, ahead), ServerClock(), 0.0
        for out, back, pause in questions:
            wire.ask(known, out, back)
            now = known.now()
            assert last <= now + 1e-3
            assert now <= wire.ours + ahead + 1e-3
            assert known.skew is not None
            assert abs(known.skew - ahead) <= 6.5  # half of the longest question, its second and the rounding
            last = now
            wire.ours += pause


def test_quick_answers_tell_it_to_less_than_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    wire, known = Wire(monkeypatch, ahead=0.5), ServerClock()
    for _ in range(20):
        wire.ask(known, out=0.01, back=0.01)
        wire.ours += 0.13
    assert wire.ours + 0.5 - 0.2 < known.now() <= wire.ours + 0.5


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_a_clock_that_is_set_is_followed_either_way(monkeypatch: pytest.MonkeyPatch, step: float) -> None:
    wire, known = Wire(monkeypatch, ahead=0.0), ServerClock()
    wire.ask(known)
    wire.ahead = step
    wire.ask(known)
    assert known.skew == pytest.approx(step, abs=1)
    assert known.now() == pytest.approx(wire.ours + step, abs=1)
