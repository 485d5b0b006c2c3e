"""A batch refused for its content is halved until the bad record stands alone; then that record is rejected."""

from __future__ import annotations

from dotbridge.errors import DotbridgeError, RetryableError
from dotbridge.ledger import bodies, clock, hot
from dotbridge.ledger.hot import BatchRow, Refusal
from dotbridge.ledger.ids import new_batch_id
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.states import BatchState, State
from dotbridge.ledger.transaction import writing

_UNDER_WAY = [BatchState.SUBMITTING, BatchState.SUBMITTED]


def split_batch(batch: EmailImporter, error: DotbridgeError) -> None:
    """Two batches instead of one, or one rejected record instead of a batch of one."""
    try:
        frames = list(bodies.frames(bodies.load(batch.body, batch.body_sha256)))
    except RetryableError:
        _end(batch, BatchState.EXPIRED, error)
        return
    keep = hot.pointing(batch.pk, batch.record_table)
    frames = [frame for frame in frames if keep is None or frame[0] in keep]
    if len(frames) <= 1:
        _reject(batch, error, [key for key, _ in frames])
        return
    half = len(frames) // 2
    parts = [(new_batch_id(), frames[:half]), (new_batch_id(), frames[half:])]
    stored = [bodies.store(number, part) for number, part in parts]
    with writing():
        # The sweep of lost workers may have moved it on: then the bodies just stored are swept.
        if not hot.move_batch(
            batch.pk, _UNDER_WAY, BatchState.SPLIT, settled_at=clock.now(), code=error.code.id, detail=str(error)
        ):
            return
        for (number, part), body in zip(parts, stored, strict=True):
            row = child(batch, number, len(part), body)
            hot.insert_batch(row._replace(transport=batch.transport, legs=batch.legs, leg=batch.leg))
            hot.rehang(batch.record_table, batch.pk, number, [key for key, _ in part])
        hot.release(batch.record_table, batch.pk)


def child(batch: EmailImporter, number: int, records: int, body: bodies.Stored) -> BatchRow:
    """A batch for some records of another one, which goes as JSON unless told otherwise."""
    return BatchRow(
        number,
        batch.account_id,
        batch.website_id,
        batch.kind,
        batch.record_table,
        batch.collection,
        batch.collection_scope,
        batch.collection_type,
        batch.lane,
        batch.priority,
        batch.canary,
        body.name,
        body.sha256,
        records,
        body.size,
        batch.pk,
    )


def _reject(batch: EmailImporter, error: DotbridgeError, keys: list[str]) -> None:
    with writing():
        if hot.move_batch(
            batch.pk,
            _UNDER_WAY,
            BatchState.SETTLED,
            settled_at=clock.now(),
            code=error.code.id,
            detail=str(error),
            rejected=len(keys),
        ):
            refused = [Refusal(State.REJECTED, "", error.code.id, str(error), key) for key in keys]
            hot.settle_refused(batch.record_table, batch.pk, refused)
            hot.release(batch.record_table, batch.pk)


def _end(batch: EmailImporter, state: BatchState, error: DotbridgeError) -> None:
    with writing():
        if hot.move_batch(batch.pk, _UNDER_WAY, state, settled_at=clock.now(), code=error.code.id, detail=str(error)):
            hot.release(batch.record_table, batch.pk)
