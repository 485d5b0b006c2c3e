"""Instants as text. Two spellings exist on the way: a shop's ``YYYY-MM-DD hh:mm:ss`` (UTC) and ours with T and Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FORM = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """This instant, in whole seconds."""
    return datetime.now(UTC).strftime(FORM)


def instant(text: str | datetime | None) -> str:
    """Our form of a UTC instant from a shop (text or datetime); "" for none and for MySQL's zero date."""
    if not text:
        return ""
    if isinstance(text, datetime):
        return text.astimezone(UTC).strftime(FORM) if text.tzinfo else text.strftime(FORM)
    if text.startswith("0000"):
        return ""
    return text[:10] + "T" + text[11:19] + "Z"


def parse(text: str) -> datetime:
    """The aware datetime of one of our instants."""
    return datetime.strptime(text, FORM).replace(tzinfo=UTC)


def before(text: str, seconds: float) -> str:
    """The instant ``seconds`` earlier; a negative number gives a later one."""
    return (parse(text) - timedelta(seconds=seconds)).strftime(FORM)


def instant_of(seconds: float) -> str:
    """The instant of epoch seconds, decimals cut off."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime(FORM)
