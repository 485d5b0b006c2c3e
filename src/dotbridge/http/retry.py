"""The one place where a call is repeated, and the one place that sleeps.

Only ``Transient`` errors come back here for another try: the client has already turned a lost answer of a call that
must not be repeated into ``OutcomeUnknown``, and what the other side says in its own words is the caller's business.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import stamina

from dotbridge.http.errors import RateLimited, Transient
from dotbridge.observe.logging import get_logger

T = TypeVar("T")

_log = get_logger("http")

_SHORTEST_TURN = 0.05  # a Retry-After of 0 must not become a busy loop


@dataclass(frozen=True, slots=True)
class Retries:
    """How long and how often: ``attempts`` tries at most, waits of full jitter up to ``first * 2**n`` and ``most``.

    ``total`` bounds the whole call in seconds: a wait that would end later is not begun, the error is raised with the
    wait in ``retry_after``, and the job queue does the waiting.
    """

    attempts: int = 5
    total: float = 90.0
    first: float = 0.5
    most: float = 20.0
    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random

    def call(self, function: Callable[[], T]) -> T:
        """What ``function`` returns in the end, or its last error."""
        return stamina.RetryingCaller(attempts=None, timeout=None)(Plan(self).wait, function)


class Plan:
    """The waits of one call; counts its faults and its time from the moment it is made."""

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._started = retries.clock()
        self._faults = 0

    def wait(self, error: Exception) -> float | Literal[False]:
        """Seconds to wait before the next try, or ``False`` to raise ``error``.

        Waiting for a turn (``RateLimited``) is no fault and counts against the time only.
        """
        if not isinstance(error, Transient):
            return False
        retries = self._retries
        if not (isinstance(error, RateLimited) and error.retry_after is not None):
            self._faults += 1
        wait = self._pause(error)
        left = self._started + retries.total - retries.clock()
        if self._faults >= retries.attempts or wait > left:
            return False
        _log.debug("the call is made again", code=error.code.id, seconds=round(wait, 2), why=error.why)
        return wait

    def _pause(self, error: Transient) -> float:
        retries = self._retries
        if error.retry_after is None:
            return retries.random() * min(retries.most, retries.first * 2.0 ** max(0, self._faults - 1))
        # Those who were told the same instant must not all come back at it.
        return max(error.retry_after, _SHORTEST_TURN) + retries.random() * min(1.0, error.retry_after / 10)
