"""Reads what the other side says about its limits: ``Retry-After`` and the ``X-RateLimit`` headers.

Instants in them are of the other side's clock, which the ``Date`` of the same answer tells; ours may be wrong by hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dotbridge.http.server_clock import instant

_EPOCH = 1_000_000_000  # a Reset below is seconds, above an instant: both are documented (dotdigital-api §5.1)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One tier's state as the last answer gave it; ``None`` where a header is missing or no number."""

    limit: int | None
    remaining: int | None
    reset_in: float | None
    tier: str | None

    @classmethod
    def read(cls, headers: Mapping[str, str], now: float) -> RateLimit:
        """From the headers of an answer; ``now`` is our time in seconds since the epoch, for one without ``Date``."""
        scope = headers.get("x-ratelimit-scope", "").strip().lower().removesuffix("callrate")
        return cls(
            limit=_whole(headers.get("x-ratelimit-limit")),
            remaining=_whole(headers.get("x-ratelimit-remaining")),
            reset_in=_reset_in(headers.get("x-ratelimit-reset"), instant(headers.get("date", "")) or now),
            tier=scope or None,
        )


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the answer asks to wait: ``Retry-After`` in seconds or as a date, else the limit's reset."""
    value = headers.get("retry-after", "").strip()
    if not value:
        limit = RateLimit.read(headers, now)
        return limit.reset_in if limit.remaining in (0, None) else None
    if (seconds := _number(value)) is not None:
        return seconds
    then = instant(value)
    return None if then is None else max(0.0, then - (instant(headers.get("date", "")) or now))


def _reset_in(value: str | None, now: float) -> float | None:
    number = _number(value or "")
    if number is None:
        return None
    return number if number < _EPOCH else max(0.0, number - now)


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None


def _whole(value: str | None) -> int | None:
    number = _number(value or "")
    return None if number is None else int(number)
