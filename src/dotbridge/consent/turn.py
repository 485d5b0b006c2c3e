"""One turn of consent for one account: what the shops said out at once, what Dotdigital says in, what they hear back."""

from __future__ import annotations

from collections import Counter

from dotbridge.consent.export import export
from dotbridge.consent.pull import Pull
from dotbridge.consent.push import Push
from dotbridge.consent.write_back import write_back
from dotbridge.ledger import clock, consent
from dotbridge.ledger.account import open_account
from dotbridge.ledger.consent_delivery import any_waiting
from dotbridge.ledger.consent_feed import statuses_wanted
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.transaction import writing


def take_turn(account_id: int, lease: Lease | None = None) -> tuple[Counter[str], bool]:
    """(counts of what was learned and done, whether something is left because the turn ended).

    An account that was not surveyed, or that a person paused, is left alone; what waits goes on when it may.
    """
    account = DotdigitalAccount.objects.get(pk=account_id)
    if account.state != DotdigitalAccount.State.SURVEYED or not account.endpoint:
        return Counter(), False
    counts: Counter[str] = Counter()
    client = open_account(account).on("consent")
    push = Push(account, client, Pull(account, client, counts))
    try:
        more = _exchange(push, lease)
        if not more:
            export(account_id, client, counts, lease)
    finally:
        push.shops.close()
        client.close()
    hours = float(resolve()["consent.confirm_hours"])
    with writing():
        counts["expired"] += consent.expire(account_id, clock.now() - hours * 3600.0)
    # Whoever made something due while this turn ran could not make the job due.
    more = more or any_waiting(account_id, "dotdigital") or statuses_wanted(account_id)
    return +counts, more or (lease is not None and lease.over())


def _exchange(push: Push, lease: Lease | None) -> bool:
    """Reads all feeds; True when the turn ended before. A change in a shop goes out between any two pages of them."""
    push.push(lease)
    for reading in (push.pull.closed(), push.pull.changed()):
        for _ in reading:
            push.push(lease)
            if lease is not None and lease.over():
                return True
        push.push(lease)
        write_back(push, lease)
    return lease is not None and lease.over()
