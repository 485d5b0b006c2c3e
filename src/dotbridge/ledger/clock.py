"""What time it is: the database's clock, since leases and due times are compared by workers on several hosts.

On SQLite there is one host, and its own clock is the database's.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from django.db import connection

#: Seconds after which the database is asked again; a steady clock carries the time in between.
_FRESH = 30.0


class _Reading(NamedTuple):
    """What the database's clock said, and this process's steady clock at that moment."""

    said: float
    steady: float


_last = _Reading(0.0, float("-inf"))


def now() -> float:
    """Epoch seconds by the database's clock, within the time that one query takes."""
    if connection.vendor == "sqlite":
        return time.time()
    steady = time.monotonic()
    held = _last
    if steady - held.steady > _FRESH:
        held = _ask()
    return held.said + time.monotonic() - held.steady


def ahead() -> float:
    """Seconds that the database's clock is ahead of this host's; negative where it is behind."""
    return 0.0 if connection.vendor == "sqlite" else now() - time.time()


def _ask() -> _Reading:
    # Threads that ask at the same time get the same answer; whichever is kept will do.
    global _last  # noqa: PLW0603 - one clock for all threads of the process
    before = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8")
        said = cursor.fetchone()[0]
    after = time.monotonic()
    _last = _Reading(said, (before + after) / 2)
    return _last
