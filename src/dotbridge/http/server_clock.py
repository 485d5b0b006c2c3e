"""The clock of a server, known by the ``Date`` headers of its answers."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime


class ServerClock:
    """How far a server's clock is from ours.

    A header names the second, cut off, of an instant between question and answer: so each answer bounds the
    difference from both sides, and many answers together narrow it. An answer outside of the bounds says that a
    clock was set, and begins anew.
    """

    def __init__(self) -> None:
        self._bounds: tuple[float, float] | None = None

    def hear(self, date: str, asked: float) -> None:
        """Learn from an answer that has just come; ``asked`` is when it was asked for, in epoch seconds.

        A header that cannot be read teaches nothing.
        """
        try:
            named = parsedate_to_datetime(date).timestamp()
        except (TypeError, ValueError):
            return
        least, most = named - time.time(), named + 1 - asked
        if self._bounds and least <= self._bounds[1] and most >= self._bounds[0]:
            least, most = max(least, self._bounds[0]), min(most, self._bounds[1])
        self._bounds = (least, most)

    @property
    def skew(self) -> float | None:
        """Whole seconds by which it is ahead of ours; negative if behind, None before the first answer."""
        return float(round(sum(self._bounds) / 2)) if self._bounds else None

    def now(self) -> float:
        """The latest instant that it has certainly reached, in epoch seconds; ours before the first answer.

        It does not go back unless a clock was set.
        """
        return time.time() + (self._bounds[0] if self._bounds else 0.0)
