"""Takes documents out of Dotdigital that left the shop or that a rule keeps out. Deleting twice does no harm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.ledger.people import RECORD_TABLES
from dotbridge.ledger.removals import Removal, due_removals, settle_removals
from dotbridge.ledger.transaction import writing
from dotbridge.sources.base import chunks

PAGE = 200


def remove_due(account: DotdigitalAccount, client: Dotdigital, lease: Lease | None = None) -> int:
    """Removes what is due, until nothing is or the turn ends; gives how many documents went."""
    gone = 0
    for table in RECORD_TABLES:
        while due := due_removals(table, account.pk, PAGE):
            _remove(client, due, account_scope=table == "email_catalog")
            with writing():
                if lease is not None:
                    lease.assert_held()
                settle_removals(table, due)
            gone += len(due)
            if lease is not None and lease.over():
                return gone
    return gone


def remove_these(
    account: DotdigitalAccount, client: Dotdigital, table: str, website_id: int, ids: Sequence[str]
) -> int:
    """Removes those of these records that are due; gives how many documents went."""
    gone = 0
    for part in chunks(ids, PAGE):
        while due := due_removals(table, account.pk, PAGE, only=(website_id, part)):
            _remove(client, due, account_scope=table == "email_catalog")
            with writing():
                settle_removals(table, due)
            gone += len(due)
    return gone


def _remove(client: Dotdigital, due: list[Removal], *, account_scope: bool) -> None:
    if not account_scope:
        for one in due:
            # By key alone: the contact may have changed its address, and keys belong to the collection (§30.8).
            client.insight_v2.delete(one.collection, one.key)
        return
    keys: dict[str, list[str]] = defaultdict(list)
    for one in due:
        keys[one.collection].append(one.key)
    for collection, part in keys.items():
        client.insight.delete_records(collection, part)
