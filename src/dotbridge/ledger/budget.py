"""Calls that an account may still make, shared by all workers: one UPDATE per call, no other service.

A tier without a row is free until an answer of Dotdigital tells its limit. The bucket holds a tenth of the calls of a
minute and is refilled steadily, so that no window exceeds the rate; lanes leave a reserve for those before them. Under
the flat scheme no answer tells anything: the survey reads the limit of the hour, and one bucket holds for all tiers.
"""

from __future__ import annotations

from collections.abc import Mapping

from dotbridge.http.budget import RESERVE
from dotbridge.http.operation import UNLIMITED, Lane
from dotbridge.http.rate_limit import RateLimit
from dotbridge.ledger import clock, hot
from dotbridge.ledger.transaction import writing

PERIOD, HOUR = 60.0, 3600.0
_WHOLE = "*"
_BURST = 0.1

# What the bucket holds at %s (now): at a time in the future it is closed until then.
_LEVEL = "CASE WHEN tokens + (%s - at) * rate > capacity THEN capacity ELSE tokens + (%s - at) * rate END"


def level_of(now: float) -> list[tuple[str, str, float, float]]:
    """(account key, tier, calls left now, capacity) of every budget that is known."""
    return [
        (key, tier, max(0.0, float(level)), float(capacity))
        for key, tier, level, capacity in hot.rows(
            f"SELECT a.key, tier, {_LEVEL}, capacity FROM budget JOIN dotdigital_account a ON a.id = budget.account_id"
            " ORDER BY a.key, tier",
            (now, now),
        )
    ]


class SharedBudget:
    """The budget of one account in the ledger; fills the protocol ``http.budget.Budget``."""

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id

    def acquire(self, tier: str, lane: Lane) -> float:
        """0.0 and the call is counted, or the seconds after which to ask again, with nothing counted."""
        if tier == UNLIMITED:
            return 0.0
        for bucket in (tier, _WHOLE):
            wait = self._take(bucket, lane)
            if wait:
                return wait
        return 0.0

    def learn(self, tier: str, headers: Mapping[str, str]) -> None:
        """Takes what an answer says about the limits of its tier."""
        now = clock.now()
        limit = RateLimit.read(headers, now)
        tier = limit.tier or tier
        if tier == UNLIMITED or not limit.limit:
            return
        capacity = max(1.0, limit.limit * _BURST)
        rate = max(limit.limit - capacity, 1.0) / PERIOD
        left = capacity if limit.remaining is None else min(capacity, float(limit.remaining))
        closed_until = now + (limit.reset_in or 0.0) if limit.remaining == 0 else now
        with writing():
            hot.execute(
                "INSERT INTO budget (account_id, tier, rate, capacity, tokens, at) VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (account_id, tier) DO UPDATE SET rate = excluded.rate, capacity = excluded.capacity,"
                " tokens = CASE WHEN budget.tokens > excluded.tokens THEN excluded.tokens ELSE budget.tokens END,"
                " at = CASE WHEN excluded.at > budget.at AND excluded.tokens < 1 THEN excluded.at ELSE budget.at END",
                (self.account_id, tier, rate, capacity, left, closed_until),
            )

    def learn_hour(self, calls: int, left: int) -> bool:
        """Takes the flat scheme's limit of a rolling hour and what is left of it; False where answers tell of tiers.

        What all lanes together may use at once is a tenth, of which consent alone may take the last calls.
        """
        if hot.rows("SELECT 1 FROM budget WHERE account_id = %s AND tier <> %s LIMIT 1", (self.account_id, _WHOLE)):
            return False
        capacity = max(1.0, calls * _BURST)
        with writing():
            hot.execute(
                "INSERT INTO budget (account_id, tier, rate, capacity, tokens, at) VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (account_id, tier) DO UPDATE SET rate = excluded.rate, capacity = excluded.capacity,"
                " tokens = CASE WHEN budget.tokens > excluded.tokens THEN excluded.tokens ELSE budget.tokens END",
                (
                    self.account_id,
                    _WHOLE,
                    max(calls - capacity, 1.0) / HOUR,
                    capacity,
                    min(capacity, float(left)),
                    clock.now(),
                ),
            )
        return True

    def exhausted(self, tier: str | None, seconds: float) -> None:
        """The other side refuses: nothing of the tier (``None``: of any tier) goes for so long."""
        with writing():
            hot.execute(
                "INSERT INTO budget (account_id, tier, rate, capacity, tokens, at) VALUES (%s, %s, 1, 1, 0, %s)"
                " ON CONFLICT (account_id, tier) DO UPDATE SET tokens = 0, at = excluded.at"
                " WHERE budget.at < excluded.at",
                (self.account_id, tier or _WHOLE, clock.now() + seconds),
            )

    def _take(self, bucket: str, lane: Lane) -> float:
        now = clock.now()
        found = hot.rows(
            f"SELECT rate, capacity, {_LEVEL} FROM budget WHERE account_id = %s AND tier = %s",
            (now, now, self.account_id, bucket),
        )
        if not found:
            return 0.0
        rate, capacity, level = found[0]
        needed = 1.0 + RESERVE[lane] * max(0.0, capacity - 1.0)
        if level < needed:
            return float(max((needed - level) / rate, 0.01))
        with writing():
            # Another worker may have taken the last one between the look and this: then we ask again at once.
            taken = hot.execute(
                f"UPDATE budget SET tokens = {_LEVEL} - 1, at = %s"
                f" WHERE account_id = %s AND tier = %s AND {_LEVEL} >= %s",
                (now, now, now, self.account_id, bucket, now, now, needed),
            )
        return 0.0 if taken else 0.01
