"""Instants as the shop writes them: ``YYYY-MM-DD HH:MM:SS`` in UTC, without an offset (Magento 2 data, 1.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FORMAT = "%Y-%m-%d %H:%M:%S"


def now() -> str:
    return datetime.now(UTC).strftime(FORMAT)


def text(instant: datetime) -> str:
    return instant.strftime(FORMAT)


def parse(value: str) -> datetime:
    return datetime.strptime(value, FORMAT).replace(tzinfo=UTC)


def later(value: str, **span: float) -> str:
    """The instant so many days, hours or seconds after ``value``; a negative span goes back."""
    return text(parse(value) + timedelta(**span))
