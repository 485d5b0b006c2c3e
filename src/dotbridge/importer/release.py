"""Lets a parked batch go, after a person has seen to what it waited for."""

from __future__ import annotations

from dotbridge.ledger import hot
from dotbridge.ledger.states import BatchState
from dotbridge.ledger.transaction import writing


def release_parked(batch: int) -> bool:
    """Queues the batch again; False when it is not parked (any more)."""
    with writing():
        return hot.move_batch(batch, [BatchState.PARKED], BatchState.QUEUED, waits_for="", due_at=0, attempts=0)
