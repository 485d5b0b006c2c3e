"""What a job opens and the next turn uses again: opening it costs more than a look that finds nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

import orjson

from dotbridge.collector.scope import Scope


class Closable(Protocol):
    """Something with connections."""

    def close(self) -> None: ...


T = TypeVar("T", bound=Closable)


class KeptOpen(Generic[T]):
    """One open thing for each connection, made by ``open_``.

    Another worker of this process may have the next turn; a thing is lent to one at a time, and none is kept of a
    connection whose settings have changed, or whose last turn failed.
    """

    def __init__(self, open_: Callable[[Scope], T | None]) -> None:
        self._open = open_
        self._kept: dict[int, tuple[object, T]] = {}
        self._guard = threading.Lock()

    @contextmanager
    def lent(self, scope: Scope) -> Iterator[T | None]:
        """What belongs to the website's connection, ``None`` where it has or wants none."""
        row = scope.connection
        settings = (row.platform, orjson.dumps(row.settings, option=orjson.OPT_SORT_KEYS), row.secrets)
        with self._guard:
            known, found = self._kept.pop(row.pk, (None, None))
        if found is not None and known != settings:
            found.close()
            found = None
        found = found or self._open(scope)
        try:
            yield found
        except BaseException:
            if found is not None:
                found.close()
            raise
        if found is None:
            return
        with self._guard:
            # A worker whose lease ran out may still hold another one; it is not needed any more.
            _, other = self._kept.get(row.pk, (None, None))
            self._kept[row.pk] = (settings, found)
        if other is not None:
            other.close()
