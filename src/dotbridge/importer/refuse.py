"""A batch that was refused as a whole: tried again, parked for a person, split for its content, or unknown."""

from __future__ import annotations

from dotbridge.dotdigital import codes as ddg
from dotbridge.dotdigital.errors import recovery
from dotbridge.errors import ConfigError, DotbridgeError, RetryableError
from dotbridge.importer.codes import OUTCOME_UNKNOWN
from dotbridge.importer.split import split_batch
from dotbridge.ledger import clock, hot
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.states import BatchState
from dotbridge.ledger.transaction import writing

_UNDER_WAY = [BatchState.SUBMITTING, BatchState.SUBMITTED]
#: Seconds until a refused batch is tried again: doubled with each attempt, from the first to the last of these.
_FIRST, _LAST = 5.0, 900.0


def refuse_batch(batch: EmailImporter, error: DotbridgeError) -> None:
    """Moves the batch to where its refusal leads. A ConfigError is raised on, after the batch was put back."""
    what = recovery(error)
    if what == "park" or error.code is ddg.NOT_FOUND:
        park_batch(batch, error)
    elif what in ("split", "record"):
        split_batch(batch, error)
    elif what == "unknown":
        _move(batch, BatchState.UNKNOWN, error, due_at=clock.now() + max_age())
    elif isinstance(error, ConfigError):
        # Nothing is wrong with the batch: it goes at the first turn after a person has helped.
        _move(batch, BatchState.QUEUED, error, due_at=clock.now(), attempts=max(0, batch.attempts - 1))
        raise error
    else:
        wait = error.retry_after if isinstance(error, RetryableError) and error.retry_after else None
        wait = wait or min(_LAST, _FIRST * 2.0 ** min(batch.attempts, 10))
        # Busy is not a failure of the batch: it does not count as an attempt.
        attempts = batch.attempts - (error.code is ddg.TOO_MANY_IMPORTS)
        _move(batch, BatchState.QUEUED, error, due_at=clock.now() + wait, attempts=max(0, attempts))


def park_batch(batch: EmailImporter, error: DotbridgeError) -> None:
    """The batch waits for a person, with the text of what they can do."""
    _move(batch, BatchState.PARKED, error, waits_for="person")


def max_age() -> float:
    """Seconds after which an import of unknown outcome can no longer be under way."""
    return float(resolve()["importer.max_age_minutes"]) * 60.0


def _move(batch: EmailImporter, state: BatchState, error: DotbridgeError, **values: object) -> None:
    code = OUTCOME_UNKNOWN if state == BatchState.UNKNOWN else error.code
    with writing():
        hot.move_batch(batch.pk, _UNDER_WAY, state, code=code.id, detail=str(error), token="", **values)
