"""What Oro said a while ago and is not asked again for each page."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Answers kept for ``seconds``; a failed look-up is not kept."""

    def __init__(self, seconds: float = 600.0) -> None:
        self._seconds = seconds
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def recall(self, key: Hashable, look_up: Callable[[], T]) -> T:
        """What was found under ``key``, looked up again once it is too old."""
        kept = self._kept.get(key)
        if kept is None or kept[0] <= time.monotonic():
            kept = self._kept[key] = (time.monotonic() + self._seconds, look_up())
        found: T = kept[1]
        return found

    def forget(self, first: Hashable) -> None:
        """Drops all whose key is a tuple that begins with this."""
        for key in [key for key in self._kept if isinstance(key, tuple) and key[:1] == (first,)]:
            self._kept.pop(key, None)
