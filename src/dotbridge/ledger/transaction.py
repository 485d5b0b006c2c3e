"""Short write transactions. Nothing of the network, of storage or of mapping happens inside one.

On SQLite there is one writer at a time. On PostgreSQL many write at once, READ COMMITTED: each statement sees what was
committed before it began, and a row that another transaction holds is waited for and then looked at anew. Every
transition is compare-and-swap, so that is enough. They take rows in this order, so that no two wait for each other:

1. the job (``Lease.assert_held``), 2. the account (``hot.claim_batch``), 3. the batch, 4. contacts by id,
5. records by their natural key, 6. facts by order, 7. the checkpoint.

Where that order cannot be kept (a unique key that two shops insert at once) PostgreSQL ends one of the two, which is a
RetryableError: nothing of it was committed, and the job does it again at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, ProgrammingError, connection, transaction

from dotbridge.errors import ConfigError, RetryableError
from dotbridge.ledger.codes import CONTENDED, DISK_FULL, RIGHT_MISSING

#: SQLSTATE of serialisation failure, deadlock, and a lock that was not to be had in time.
_CONTENDED = {"40001", "40P01", "55P03"}
_SOON = 0.2


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: all of it or nothing. On SQLite it takes the write lock at once (IMMEDIATE).

    Raises RetryableError(CONTENDED) when PostgreSQL gave way to another transaction, and ConfigError(RIGHT_MISSING) where
    it lets our user not write.
    """
    try:
        with transaction.atomic():
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in _CONTENDED:
            raise RetryableError(CONTENDED, retry_after=_SOON) from error
        if getattr(error.__cause__, "sqlstate", None) == "53100" or "disk is full" in str(error):
            raise RetryableError(DISK_FULL) from error
        raise
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) == "42501":
            raise ConfigError(RIGHT_MISSING, f"{str(error).splitlines()[0]}.") from error
        raise


def locked(rows: str) -> str:
    """The query with its rows locked in the order that it gives them; SQLite's one writer needs no such lock."""
    return f"{rows} FOR NO KEY UPDATE" if connection.vendor == "postgresql" else rows


def unclaimed(rows: str) -> str:
    """The query over rows that no other transaction is taking right now."""
    return f"{rows} FOR NO KEY UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else rows
