"""What the shop said a while ago and is not asked again for each page: labels, categories, parents of products."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Answers kept for ``seconds``; a failed look-up is not kept."""

    def __init__(self, seconds: float = 900.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def recall(self, key: Hashable, look_up: Callable[[], T]) -> T:
        """What was found under ``key``, looked up again once it is too old."""
        now = self._clock()
        kept = self._kept.get(key)
        if kept is None or kept[0] <= now:
            kept = self._kept[key] = (now + self._seconds, look_up())
        found: T = kept[1]
        return found
