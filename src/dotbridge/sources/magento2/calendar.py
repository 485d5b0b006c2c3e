"""The calendar day in a website's time zone, in which special prices begin and end (magento2-data §3.5)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def today(timezone: str) -> str:
    """The date of now there; in UTC where this machine does not know the zone."""
    try:
        return datetime.now(ZoneInfo(timezone)).strftime("%Y-%m-%d")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return datetime.now(UTC).strftime("%Y-%m-%d")
