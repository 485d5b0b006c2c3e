"""One turn of consent for one account: what Dotdigital says in, what the shops said out, what they must hear back."""

from __future__ import annotations

from collections import Counter

from dotbridge.consent.pull import pull
from dotbridge.consent.push import Push
from dotbridge.consent.write_back import write_back
from dotbridge.ledger.account import open_account
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount


def take_turn(account_id: int, lease: Lease | None = None) -> tuple[Counter[str], bool]:
    """(counts of what was learned and done, whether something is left because the turn ended).

    An account that was not surveyed, or that a person paused, is left alone; what waits goes on when it may.
    """
    account = DotdigitalAccount.objects.get(pk=account_id)
    if account.state != DotdigitalAccount.State.SURVEYED or not account.endpoint:
        return Counter(), False
    client = open_account(account).on("consent")
    try:
        counts, more = pull(account_id, client, lease)
        push = Push(account, client)
        if not more:
            counts += push.push(lease)
        if lease is None or not lease.over():
            counts += write_back(push, lease)
        return +counts, more or (lease is not None and lease.over())
    finally:
        client.close()
