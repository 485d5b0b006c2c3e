"""Off the lists that no source wants a person on: a few by single calls, many by one.

Dotdigital takes many off in its own time (contract dotdigital-api §10). Until it says that it has, they count as leaving,
and whoever comes back meanwhile is put on the list once more afterwards.
"""

from __future__ import annotations

from itertools import groupby

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.ledger import memberships
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.memberships import Leaving
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.ledger.transaction import writing
from dotbridge.observe.boundary import reach

#: From so many on, one call takes all of them off a list; it takes at most so many.
MANY, MOST = 10, 5000


def leave_lists(account: DotdigitalAccount, client: Dotdigital, lease: Lease | None) -> int:
    """Takes the next people off their lists; gives how many left, or are being taken off."""
    done = _look_after(account.pk, client)
    for list_id, group in groupby(memberships.leaving(account.pk, MOST), lambda one: one.list_id):
        found = list(group)
        if len(found) >= MANY:
            done += _take_off(client, list_id, found)
            continue
        for one in found:
            _leave(client, one)
            done += 1
            if lease is not None and lease.over():
                return done
    return done


def _look_after(account_id: int, client: Dotdigital) -> int:
    """Ends what Dotdigital has done; gives how many works."""
    ended = 0
    for removal in memberships.removals(account_id):
        state = client.lists.removal(removal)
        if state == "running":
            continue
        if state == "failed":
            for one in memberships.taken(removal):
                _leave(client, one)
        with writing():
            memberships.end(removal)
        ended += 1
    return ended


def _take_off(client: Dotdigital, list_id: int, found: list[Leaving]) -> int:
    known = [one for one in found if one.number is not None]
    # Who dies between the call and its note takes them off twice, which does no harm.
    removal = client.lists.remove_many(list_id, [one.number for one in known if one.number]) if known else ""
    reach("lists-leaving")
    with writing():
        memberships.begin(known, removal)
        memberships.left([one for one in found if one.number is None])
    return len(found)


def _leave(client: Dotdigital, one: Leaving) -> None:
    if one.number is not None:
        client.lists.remove(one.list_id, one.number)
    with writing():
        memberships.left([one])
