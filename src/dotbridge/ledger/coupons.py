"""Coupon codes from the request for them to their end. Each transition says from which state it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.ledger import clock, hot
from dotbridge.ledger.models import CouponRun
from dotbridge.ledger.transaction import writing

#: Seconds after which a request without an answer was given up by whoever made it: a call takes at most two minutes.
_LOST = 300.0


class Due(NamedTuple):
    """A code whose end has come."""

    id: int
    code: str


def begin(website_id: int, rule_id: str, quantity: int, expires_at: float) -> int:
    """Notes a request before it is made; gives its number."""
    run = CouponRun.objects.create(
        website_id=website_id, rule_id=rule_id, quantity=quantity, expires_at=expires_at, asked_at=clock.now()
    )
    return int(run.pk)


def made(run: int, codes: Sequence[str]) -> None:
    """Keeps the codes of a request. The job may have given it up for lost meanwhile; it was not, and is made all the
    same."""
    with writing():
        hot.execute("UPDATE coupon_run SET state = 'made' WHERE id = %s AND state IN ('asking', 'unknown')", (run,))
        hot.insert(
            "coupon (run_id, code, state)",
            "(%s, %s, 'active')",
            "ON CONFLICT (run_id, code) DO NOTHING",
            [(run, code) for code in dict.fromkeys(codes)],
        )


def refused(run: int) -> None:
    """The shop made nothing: there was no request."""
    hot.execute("DELETE FROM coupon_run WHERE id = %s AND state = 'asking'", (run,))


def lost(run: int) -> None:
    """The answer to a request was lost; the shop may have made codes that we cannot name."""
    hot.execute("UPDATE coupon_run SET state = 'unknown' WHERE id = %s AND state = 'asking'", (run,))


def give_up(website_id: int) -> int:
    """Requests whose maker died count as lost; gives how many."""
    return hot.execute(
        "UPDATE coupon_run SET state = 'unknown' WHERE website_id = %s AND state = 'asking' AND asked_at < %s",
        (website_id, clock.now() - _LOST),
    )


def due(website_id: int, limit: int) -> list[Due]:
    """The next codes whose end has come."""
    found = hot.rows(
        "SELECT c.id, c.code FROM coupon c JOIN coupon_run r ON r.id = c.run_id WHERE r.website_id = %s"
        " AND c.state = 'active' AND r.expires_at <= %s ORDER BY r.expires_at, c.id LIMIT %s",
        (website_id, clock.now(), limit),
    )
    return [Due(*row) for row in found]


def withdrawn(codes: Sequence[Due]) -> None:
    """These are gone in the shop. Another worker whose lease ran out may have written the same: the first instant stays."""
    now = clock.now()
    with writing():
        hot.many(
            "UPDATE coupon SET state = 'withdrawn', withdrawn_at = %s WHERE id = %s AND state = 'active'",
            [(now, one.id) for one in codes],
        )


class Standing(NamedTuple):
    """One request as it stands: how many of its codes are active and how many are withdrawn."""

    run: int
    website: str
    rule: str
    state: str
    asked_at: float
    expires_at: float
    quantity: int
    active: int
    withdrawn: int


def standings(website: str = "") -> list[Standing]:
    """All requests, of one website or of all, the newest first."""
    where, values = (" WHERE w.code = %s", [website]) if website else ("", [])
    found = hot.rows(
        "SELECT r.id, w.code, r.rule_id, r.state, r.asked_at, r.expires_at, r.quantity,"
        " COUNT(CASE WHEN c.state = 'active' THEN 1 END), COUNT(CASE WHEN c.state = 'withdrawn' THEN 1 END)"
        f" FROM coupon_run r JOIN website w ON w.id = r.website_id LEFT JOIN coupon c ON c.run_id = r.id{where}"
        " GROUP BY r.id, w.code, r.rule_id, r.state, r.asked_at, r.expires_at, r.quantity ORDER BY r.id DESC",
        values,
    )
    return [Standing(*row) for row in found]
