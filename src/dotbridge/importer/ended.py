"""The end of a batch whose report was read: one compare-and-swap, the same for people and insight records."""

from __future__ import annotations

from dotbridge.errors import Code
from dotbridge.ledger import clock, hot
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.states import BatchState


def ended(batch: EmailImporter, accepted: int, rejected: int, code: Code | None = None) -> bool:
    """Settles the batch itself, with what is to be said of its report; False when another worker settled it first."""
    return hot.move_batch(
        batch.pk,
        [BatchState.SUBMITTED],
        BatchState.SETTLED,
        settled_at=clock.now(),
        accepted=max(0, accepted),
        rejected=rejected,
        code=code.id if code else "",
        detail=code.what if code else "",
    )
