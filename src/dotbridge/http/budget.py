"""How many calls may go: one bucket per tier, shared by all who call, with a reserve for what must not wait.

``Budget`` is what the client asks; ``TokenBuckets`` answers within one process. Several processes share a budget of the
same shape that lives in their database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from dotbridge.http.operation import UNLIMITED, Lane
from dotbridge.http.rate_limit import RateLimit

RESERVE: Mapping[Lane, float] = {"consent": 0.0, "carts": 0.1, "live": 0.2, "bulk": 0.4}
"""Share of a bucket that a lane leaves untouched for the lanes before it."""

_BURST = 0.1  # of the calls of a period at once; the rest is spread over it, so that no window exceeds the rate


class Budget(Protocol):
    """Says whether a call may go now."""

    def acquire(self, tier: str, lane: Lane) -> float:
        """0.0 and the call is counted, or the seconds after which to ask again, with nothing counted."""

    def learn(self, tier: str, headers: Mapping[str, str]) -> None:
        """Take what an answer says about the limits (its scope names the tier, else ``tier`` is meant)."""

    def exhausted(self, tier: str | None, seconds: float) -> None:
        """The other side refuses: nothing of ``tier`` (``None``: of any tier) goes for so long."""


class Unmetered:
    """A budget without limits, for sides that have none."""

    def acquire(self, tier: str, lane: Lane) -> float:  # noqa: ARG002  the protocol's signature
        return 0.0

    def learn(self, tier: str, headers: Mapping[str, str]) -> None:
        """Nothing to learn where nothing is limited."""

    def exhausted(self, tier: str | None, seconds: float) -> None:
        """Nothing to hold back; the call's own ``Retry-After`` is honoured all the same."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``calls`` per ``period`` seconds, never exceeded in any window of that length."""

    calls: int
    period: float = 60.0

    @property
    def burst(self) -> float:
        return max(1.0, self.calls * _BURST)

    @property
    def refill(self) -> float:
        """Calls per second after the burst."""
        return max(self.calls - self.burst, 1.0 if self.calls == 1 else 0.0) / self.period


class _Bucket:
    def __init__(self, rate: Rate, now: float) -> None:
        self.rate = rate
        self._level = rate.burst
        self._at = now
        self._closed_until = now

    def wait(self, lane: Lane, now: float) -> float:
        self._fill(now)
        needed = 1.0 + RESERVE[lane] * (self.rate.burst - 1.0)
        missing = max(0.0, needed - self._level - 1e-9)  # rounding must not cost a whole turn
        return max(missing / self.rate.refill, self._closed_until - now)

    def take(self) -> None:
        self._level -= 1.0

    def close(self, until: float) -> None:
        self._closed_until = max(self._closed_until, until)

    def learn(self, limit: RateLimit, now: float) -> None:
        self._fill(now)
        if limit.limit:
            self.rate = Rate(limit.limit, self.rate.period)
        if limit.remaining is not None:
            self._level = min(self._level, float(limit.remaining), self.rate.burst)
            if limit.remaining == 0 and limit.reset_in:
                self.close(now + limit.reset_in)

    def _fill(self, now: float) -> None:
        self._level = min(self.rate.burst, self._level + max(0.0, now - self._at) * self.rate.refill)
        self._at = max(now, self._at)


class TokenBuckets:
    """The budget of one process; safe between threads.

    ``tiers`` gives the rates known so far (an unknown tier is free until an answer tells its limit), ``whole`` the
    flat limit over all tiers but *unlimited*. ``clock`` counts seconds, ``now`` is the time since the epoch.
    """

    def __init__(
        self,
        tiers: Mapping[str, Rate] | None = None,
        *,
        whole: Rate | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._clock, self._now = clock, now
        self._lock = threading.Lock()
        self._tiers = {tier: _Bucket(rate, clock()) for tier, rate in (tiers or {}).items()}
        self._whole = _Bucket(whole, clock()) if whole else None
        self._closed_until = clock()

    def acquire(self, tier: str, lane: Lane) -> float:
        if tier == UNLIMITED:
            return 0.0
        with self._lock:
            now = self._clock()
            buckets = [bucket for bucket in (self._tiers.get(tier), self._whole) if bucket]
            wait = max([self._closed_until - now, *(bucket.wait(lane, now) for bucket in buckets)])
            if wait > 0:
                return wait
            for bucket in buckets:
                bucket.take()
            return 0.0

    def learn(self, tier: str, headers: Mapping[str, str]) -> None:
        limit = RateLimit.read(headers, self._now())
        tier = limit.tier or tier
        if tier == UNLIMITED or (limit.limit is None and limit.remaining is None):
            return
        with self._lock:
            now = self._clock()
            if tier not in self._tiers and limit.limit:
                self._tiers[tier] = _Bucket(Rate(limit.limit), now)
            if bucket := self._tiers.get(tier):
                bucket.learn(limit, now)

    def exhausted(self, tier: str | None, seconds: float) -> None:
        with self._lock:
            until = self._clock() + seconds
            bucket = self._tiers.get(tier) if tier else None
            if bucket:
                bucket.close(until)
            elif tier is None:
                self._closed_until = max(self._closed_until, until)
