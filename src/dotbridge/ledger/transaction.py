"""Short write transactions. Nothing of the network, of storage or of mapping happens inside one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: all of it or nothing. On SQLite it takes the write lock at once (IMMEDIATE)."""
    with transaction.atomic():
        yield
