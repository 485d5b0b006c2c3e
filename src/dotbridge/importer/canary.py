"""The canary: the first contact import of an account is small, and all others wait for what becomes of it."""

from __future__ import annotations

from dotbridge.ledger import hot
from dotbridge.ledger.models import DotdigitalAccount, EmailImporter
from dotbridge.ledger.states import OPEN_BATCHES
from dotbridge.ledger.transaction import writing

_NOBODY_OUT = (
    "NOT EXISTS (SELECT 1 FROM email_importer c WHERE c.account_id = %s AND c.canary = 1"
    f" AND c.state IN ({hot.marks(OPEN_BATCHES)}))"
)


def came_back(batch: EmailImporter) -> None:
    """A batch was settled: with the last of the canary's, all others may go. The caller holds the transaction."""
    if batch.canary:
        hot.execute(
            f"UPDATE dotdigital_account SET canary = 'passed' WHERE id = %s AND {_NOBODY_OUT}",
            [batch.account_id, batch.account_id, *OPEN_BATCHES],
        )


def renew(account: DotdigitalAccount) -> None:
    """A canary that never came back (its body or its outcome was lost, its people were refused) gets a successor.

    The oldest waiting batch takes its place; with none waiting, the next people to be mapped are the canary again.
    """
    if account.canary != DotdigitalAccount.Canary.OUT:
        return
    out = [account.pk, *OPEN_BATCHES]
    with writing():
        succeeded = hot.execute(
            "UPDATE email_importer SET canary = 1 WHERE id = (SELECT b.id FROM email_importer b WHERE b.account_id = %s"
            " AND b.kind = 'contacts' AND b.state = 'queued' ORDER BY b.priority, b.created_at, b.id LIMIT 1)"
            f" AND {_NOBODY_OUT}",
            [account.pk, *out],
        )
        if not succeeded:
            hot.execute(
                f"UPDATE dotdigital_account SET canary = 'wanted' WHERE id = %s AND canary = 'out' AND {_NOBODY_OUT}",
                [account.pk, *out],
            )
    account.refresh_from_db(fields=["canary"])
