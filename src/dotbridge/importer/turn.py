"""One turn of the importer for one account: ask for running imports, send queued ones, take out what left."""

from __future__ import annotations

from collections import Counter

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.importer import canary, people
from dotbridge.importer.account import assert_sendable
from dotbridge.importer.remove import remove_due
from dotbridge.importer.settle import settle, submitted
from dotbridge.importer.submit import LIMITS, submit_next
from dotbridge.importer.unknown import sweep
from dotbridge.ledger import clock, hot, memberships
from dotbridge.ledger.account import open_account
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.ledger.people import RECORD_TABLES
from dotbridge.ledger.removals import due_removals
from dotbridge.ledger.settings import resolve
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
        # Before anything is sent: what is staged names people by their new addresses.
        done["moved"] += people.move_people(account, client, lease)
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
    return next_due(account_id) is not None or _removals(account_id) or people.is_due(account_id)


def _removals(account_id: int) -> bool:
    return any(due_removals(table, account_id, 1) for table in RECORD_TABLES)


def next_due(account_id: int) -> float | None:
    """When the next open batch or removal of the account wants attention (epoch seconds); ``None`` when none is open.

    A queued batch wants none while no more imports of its kind may run: then the next look at a running one is due.
    """
    held = hot.rows(
        "SELECT state, kind, canary, MIN(CASE WHEN state = 'submitting' THEN lease_until ELSE due_at END), COUNT(*)"
        " FROM email_importer WHERE account_id = %s AND lane = 'bulk' AND (state IN ('queued', 'submitting', 'submitted', 'unknown')"
        " OR (state = 'expired' AND import_id <> '')) GROUP BY state, kind, canary",
        (account_id,),
    )
    running = Counter[str]()
    for state, kind, _, _, number in held:
        running[kind] += number if state in (BatchState.SUBMITTING, BatchState.SUBMITTED) else 0
    passed = DotdigitalAccount.objects.filter(pk=account_id, canary=DotdigitalAccount.Canary.PASSED).exists()
    times = [
        due
        for state, kind, first, due, _ in held
        if state != BatchState.QUEUED or (running[kind] < LIMITS[kind] and (kind != "contacts" or passed or first))
    ]
    if memberships.removals(account_id):
        times.append(clock.now() + float(resolve()["importer.poll_seconds"]))
    return max(min(times), clock.now()) if times else None
