"""Does it again, for records that a person chose: they wait for a read and take the same road as all others.

A retry forgets the digest that was refused, since an unchanged refused document is not sent again by itself. It makes
no enrolment, send or coupon: history is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.ledger import hot
from dotbridge.ledger.people import RECORD_TABLES
from dotbridge.ledger.states import State, WaitsFor
from dotbridge.ledger.transaction import writing

#: Records of one transaction; longer ones would keep the workers from writing.
CHUNK = 1000


class Group(NamedTuple):
    """Records of one table that stand still for one reason."""

    table: str
    state: str
    code: str

    @property
    def retryable(self) -> bool:
        """Whether doing it again may help: not where a rule of the merchant or a suppression decides."""
        known = self.table in RECORD_TABLES or self.table == "email_contact"
        return known and self.state in (State.REJECTED, State.PENDING)


class Retried(NamedTuple):
    """How many records move, and for whom: ids of websites for records, of accounts for contacts."""

    number: int
    owners: set[int]


def retry(group: Group, ids: Sequence[int] | None = None) -> Retried:
    """Retries the records of the group, or those of ``ids`` that still belong to it. A second call finds none left."""
    if not group.retryable:
        return Retried(0, set())
    number, owners, after = 0, set[int](), 0
    chosen = sorted(set(ids)) if ids is not None else None
    while part := _next(group, after, chosen):
        after = part[-1]
        with writing():
            moved = _move(group, part)
        number += len(moved)
        owners.update(moved)
    return Retried(number, owners)


def _next(group: Group, after: int, chosen: Sequence[int] | None) -> list[int]:
    if chosen is not None:
        return [one for one in chosen if one > after][:CHUNK]
    found = hot.rows(
        f"SELECT id FROM {group.table} WHERE {_BELONGS} AND id > %s ORDER BY id LIMIT %s",
        (group.state, group.code, *_STANDING, after, CHUNK),
    )
    return [row[0] for row in found]


#: What belongs to a group and may move: a pending record only if it waits for a person.
_BELONGS = "state = %s AND code = %s AND (state = %s OR waits_for = %s) AND batch IS NULL"
_STANDING = (State.REJECTED, WaitsFor.PERSON)


def _move(group: Group, part: Sequence[int]) -> list[int]:
    """Owners of the moved rows. A read of the collector, or another person, may have moved some of them first."""
    if group.table == "email_contact":
        owner, again = "account_id", "waits_for = '', dirty = dirty + 1"
    else:
        owner, again = "website_id", "waits_for = 'read'"
    found = hot.rows(
        f"UPDATE {group.table} SET state = 'pending', {again}, code = '', detail = '', digest = NULL, attempts = 0"
        f" WHERE id IN ({hot.marks(part)}) AND {_BELONGS} RETURNING {owner}",
        [*part, group.state, group.code, *_STANDING],
    )
    return [row[0] for row in found]
