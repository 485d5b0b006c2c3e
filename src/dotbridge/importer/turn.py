"""One turn of the importer for one account: ask for running imports, send queued ones, take out what left."""

from __future__ import annotations

import time
from collections import Counter

from django.db.models import Min, Q

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.importer import canary
from dotbridge.importer.account import assert_sendable
from dotbridge.importer.remove import remove_due
from dotbridge.importer.settle import settle, submitted
from dotbridge.importer.submit import LIMITS, submit_next
from dotbridge.importer.unknown import sweep
from dotbridge.ledger.account import open_account
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount, EmailImporter
from dotbridge.ledger.people import RECORD_TABLES
from dotbridge.ledger.removals import due_removals
from dotbridge.ledger.states import BatchState


def take_turn(account_id: int, lease: Lease | None = None) -> Counter[str]:
    """Does everything of the account that is due now; gives counts of what was done."""
    account = DotdigitalAccount.objects.get(pk=account_id)
    canary.renew(account)
    if not _has_work(account_id):
        return Counter()
    assert_sendable(account)
    client = open_account(account)
    try:
        return _work(account, client, lease)
    finally:
        client.close()


def _work(account: DotdigitalAccount, client: Dotdigital, lease: Lease | None) -> Counter[str]:
    done: Counter[str] = Counter()
    while True:
        before = done.total()
        done["given_back"] += sweep(account.pk)
        for batch in submitted(account.pk):
            if became := settle(batch, client):
                done[became] += 1
            if lease is not None and lease.over():
                return done
        account.refresh_from_db(fields=["canary"])
        canary.renew(account)
        for kind in LIMITS:
            while submit_next(account, client, kind):
                done["submitted"] += 1
                if lease is not None and lease.over():
                    return done
        done["removed"] += remove_due(account, client, lease)
        if done.total() == before or (lease is not None and lease.over()):
            return +done


def _has_work(account_id: int) -> bool:
    """Whether anything of the account is open or to be removed; an idle account costs one query and no call."""
    return next_due(account_id) is not None or _removals(account_id)


def _removals(account_id: int) -> bool:
    return any(due_removals(table, account_id, 1) for table in RECORD_TABLES)


def next_due(account_id: int) -> float | None:
    """When the next open batch of the account wants attention (epoch seconds); ``None`` when none does.

    A queued batch that may not go yet wants none: it follows when an import that it waits for has ended.
    """
    batches = EmailImporter.objects.filter(account_id=account_id)
    late = Q(state=BatchState.EXPIRED) & ~Q(import_id="")
    asked = batches.filter(Q(state__in=[BatchState.SUBMITTED, BatchState.UNKNOWN]) | late)
    lost = batches.filter(state=BatchState.SUBMITTING)
    times = [asked.aggregate(first=Min("due_at"))["first"], lost.aggregate(first=Min("lease_until"))["first"]]
    for kind, limit in LIMITS.items():
        queued = batches.filter(kind=kind, state=BatchState.QUEUED)
        if (
            kind == "contacts"
            and DotdigitalAccount.objects.get(pk=account_id).canary != DotdigitalAccount.Canary.PASSED
        ):
            queued = queued.filter(canary=1)
        if batches.filter(kind=kind, state__in=[BatchState.SUBMITTING, BatchState.SUBMITTED]).count() < limit:
            times.append(queued.aggregate(first=Min("due_at"))["first"])
    known = [one for one in times if one is not None]
    return max(min(known), time.time()) if known else None
