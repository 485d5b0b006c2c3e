"""Batches whose worker died, or whose answer was lost, while they were being sent.

They may or may not have arrived. Their keys count as open until an import cannot be under way any more; then the
current values are sent once more, which does no harm because an import is an upsert.
"""

from __future__ import annotations

from dotbridge.importer.codes import OUTCOME_UNKNOWN
from dotbridge.importer.refuse import max_age
from dotbridge.ledger import clock, hot
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.states import BatchState, Lane
from dotbridge.ledger.transaction import writing


def sweep(account_id: int) -> int:
    """Names lost submits unknown, and gives the records of aged unknown ones back to be read and sent again.

    Gives how many batches were given back.
    """
    now, given_back = clock.now(), 0
    lost = EmailImporter.objects.filter(account_id=account_id, state=BatchState.SUBMITTING, lease_until__lt=now)
    # The live lane takes its own up again: single upserts may be repeated.
    lost = lost.exclude(lane=Lane.LIVE)
    for number in lost.values_list("pk", flat=True):
        with writing():
            # The worker may be alive after all, and commits `submitted` from `unknown` as well.
            hot.move_batch(
                number,
                [BatchState.SUBMITTING],
                BatchState.UNKNOWN,
                due_at=now + max_age(),
                code=OUTCOME_UNKNOWN.id,
                detail=OUTCOME_UNKNOWN.what,
            )
    aged = EmailImporter.objects.filter(account_id=account_id, state=BatchState.UNKNOWN, due_at__lte=now)
    for number, table in aged.values_list("pk", "record_table"):
        with writing():
            if hot.move_batch(number, [BatchState.UNKNOWN], BatchState.EXPIRED, settled_at=now):
                hot.release(table, number, perhaps_taken=True)
                given_back += 1
    return given_back
