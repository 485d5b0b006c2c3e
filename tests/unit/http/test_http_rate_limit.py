"""What the headers of an answer say about limits, in each spelling that is documented."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from urllib3 import HTTPHeaderDict

from dotbridge.http.rate_limit import RateLimit, retry_after

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


def test_the_scope_names_the_tier() -> None:
    headers = HTTPHeaderDict(
        {
            "X-RateLimit-Limit": "150",
            "X-RateLimit-Remaining": "7",
            "X-RateLimit-Reset": "30",
            "X-RateLimit-Scope": "lowCallRate",
        }
    )
    assert RateLimit.read(headers, NOW) == RateLimit(limit=150, remaining=7, reset_in=30.0, tier="low")


@pytest.mark.parametrize(
    ("reset", "seconds"), [("45", 45.0), ("1700000045", 45.0), ("1699999999", 0.0), ("soon", None)]
)
def test_a_reset_is_an_instant_or_a_number_of_seconds(reset: str, seconds: float | None) -> None:
    assert RateLimit.read(HTTPHeaderDict({"x-ratelimit-reset": reset}), NOW).reset_in == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("1.5", 1.5),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60.0),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0.0),
        ("-5", None),
        ("tomorrow", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(HTTPHeaderDict({"Retry-After": value}), NOW) == seconds


def test_without_retry_after_the_reset_of_a_spent_limit_counts() -> None:
    spent = HTTPHeaderDict({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "12"})
    assert retry_after(spent, NOW) == 12.0
    left = HTTPHeaderDict({"X-RateLimit-Remaining": "9", "X-RateLimit-Reset": "12"})
    assert retry_after(left, NOW) is None
    assert retry_after(HTTPHeaderDict(), NOW) is None


@pytest.mark.parametrize("skew", [-7 * 86_400, -3_600, 0, 3_600, 7 * 86_400])
def test_instants_are_read_by_the_clock_of_who_wrote_them(skew: int) -> None:
    there = formatdate(NOW + skew, usegmt=True)
    reset = HTTPHeaderDict({"Date": there, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + skew + 45:.0f}"})
    assert RateLimit.read(reset, NOW).reset_in == 45.0
    assert retry_after(reset, NOW) == 45.0
    dated = HTTPHeaderDict({"Date": there, "Retry-After": formatdate(NOW + skew + 90, usegmt=True)})
    assert retry_after(dated, NOW) == 90.0


def test_a_date_that_cannot_be_read_leaves_our_own_clock() -> None:
    reset = HTTPHeaderDict({"Date": "now", "X-RateLimit-Reset": "1700000045"})
    assert RateLimit.read(reset, NOW).reset_in == 45.0
