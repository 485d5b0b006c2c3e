"""Whom Dotdigital has suppressed or unsubscribed while an import was on its way: no report of v3 tells it."""

from __future__ import annotations

from dotbridge.commerce.clock import before
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.ledger import clock
from dotbridge.ledger.consent import Told, is_closed
from dotbridge.ledger.consent_feed import told_of
from dotbridge.ledger.models import EmailImporter

#: Seconds before the import began that the window opens: entries become visible a little after their instant.
OVERLAP = 300.0


def closed_meanwhile(batch: EmailImporter, client: Dotdigital) -> list[Told]:
    """The suppressions since the batch was sent, by Dotdigital's clock, which may differ from ours; oldest first.

    Who has come back by now is left to `consent_sync`, which knows what counts as an opt-in.
    """
    under_way = max(0.0, clock.now() - (batch.submitting_at or batch.submitted_at or clock.now()))
    since = before(str(client.account.server_time()), under_way + OVERLAP)
    found = told_of(client.subscriptions.all_suppressed_since(since))
    return [one for one in found if is_closed(one.status)]
