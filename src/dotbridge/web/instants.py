"""Instants and spans of time in words for people. Instants come as epoch seconds or as UTC text."""

from __future__ import annotations

from datetime import UTC, datetime

_STEPS = ((86_400.0, "day"), (3600.0, "hour"), (60.0, "minute"), (1.0, "second"))


def epoch(text: str) -> float:
    """Epoch seconds of ``YYYY-MM-DDTHH:MM:SSZ``; 0.0 for what is no instant."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def utc(at: float | str) -> datetime:
    """The instant as a date in UTC."""
    return datetime.fromtimestamp(epoch(at) if isinstance(at, str) else at, UTC)


def span(seconds: float) -> str:
    """``95`` → ``1 minute 35 seconds``; two steps at most, and below a second ``less than a second``."""
    left, words = round(seconds), []
    for size, name in _STEPS:
        number, left = divmod(left, int(size))
        if number:
            words.append(f"{number} {name}{'s' if number > 1 else ''}")
        elif words:
            break
        if len(words) == 2:
            break
    return " ".join(words) or "less than a second"


def rough(seconds: float) -> str:
    """The largest step of a span alone: ``3 minutes``."""
    for size, name in _STEPS:
        number = int(seconds // size)
        if number:
            return f"{number} {name}{'s' if number > 1 else ''}"
    return "a moment"
