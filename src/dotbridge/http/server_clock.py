"""The clock of a server, known by the ``Date`` headers of its answers."""

from __future__ import annotations

import time
from datetime import UTC
from email.utils import parsedate_to_datetime


def instant(header: str) -> float | None:
    """The instant that a header names, in epoch seconds, as UTC where it says nothing else; ``None`` if it names none."""
    try:
        date = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


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
        named = instant(date)
        if named is None:
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
