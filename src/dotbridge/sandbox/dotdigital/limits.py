"""The two call-rate schemes of an account: tiers with headers and 429, or the flat hour with 400 (contract 5.1)."""

from __future__ import annotations

import datetime as dt
import sqlite3

from .accounts import Account
from .clock import iso
from .exchange import Answer, Refusal
from .refusals import refuse
from .routing import Operation


def calls_in_last_hour(db: sqlite3.Connection, account: Account, now: dt.datetime) -> int:
    """Counted calls of the rolling hour, this one not included."""
    since = iso(now - dt.timedelta(hours=1))
    query = "SELECT count(*) FROM request WHERE counted AND account = ? AND at > ?"
    count: int = db.execute(query, (account.id, since)).fetchone()[0]
    return count


def check(db: sqlite3.Connection, account: Account, operation: Operation, now: dt.datetime) -> dict[str, str]:
    """The headers that this answer carries; refuses the call that is one too many."""
    if account.settings.limit_scheme == "tiered" and operation.tier in account.settings.tier_limits:
        return _check_tier(db, account, operation.tier, now)
    if account.settings.limit_scheme == "flat" and operation.counted:
        used = calls_in_last_hour(db, account, now)
        if used >= account.settings.flat_limit:
            refuse("ERROR_APIUSAGE_EXCEEDED", 400)
    return {}


def _check_tier(db: sqlite3.Connection, account: Account, tier: str, now: dt.datetime) -> dict[str, str]:
    """Each tier has its own budget per clock minute, counted over the account."""
    start = now.replace(second=0, microsecond=0)
    end = start + dt.timedelta(minutes=1)
    query = "SELECT count(*) FROM request WHERE counted AND account = ? AND at >= ? AND at < ? AND tier = ?"
    (used,) = db.execute(query, (account.id, iso(start), iso(end), tier)).fetchone()
    limit = account.settings.tier_limits[tier]
    in_seconds = account.settings.reset_unit == "seconds"
    headers = {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(limit - used - 1, 0)),
        "X-RateLimit-Reset": str(round((end - now).total_seconds() if in_seconds else end.timestamp())),
        "X-RateLimit-Scope": f"{tier}CallRate",
    }
    if used >= limit:
        raise Refusal(Answer(429, headers=headers))
    return headers
