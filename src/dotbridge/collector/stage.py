"""Commits a draft: bodies stored and synced first, then one short transaction with everything that belongs together.

The cursor never passes a row that is not staged, because both are in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db import IntegrityError, connection

from dotbridge.collector.draft import Draft, Road
from dotbridge.collector.scope import Scope
from dotbridge.errors import RetryableError
from dotbridge.ledger import bodies, clock, events, facts, fulfilments, hot, people, ranges, records
from dotbridge.ledger.codes import CONTENDED
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Website
from dotbridge.ledger.transaction import writing
from dotbridge.observe.boundary import reach


class Passed(NamedTuple):
    """The checkpoint that a draft covers: stream name, cursor as JSON, rows read, and when a full compare ended.

    ``began`` (epoch seconds) and ``ended`` say of a stream of people how far the pass is that tells everybody's word.
    ``part`` is the range of a history that the cursor stands in, in place of the stream's own checkpoint.
    """

    stream: str
    cursor: str
    read: int
    compared_at: float | None = None
    began: float = 0.0
    ended: bool = False
    part: int = 0


class KeysTaken(Exception):  # noqa: N818 - a finding, not an error: the page is drafted again without them
    """Some document keys of the draft belong to other records of the account."""

    def __init__(self, keys: frozenset[str]) -> None:
        super().__init__(len(keys))
        self.keys = keys


def stage(scope: Scope, draft: Draft, road: Road, lease: Lease | None = None, passed: Passed | None = None) -> None:
    """Stages a draft; nothing at all is committed when the lease is lost or a key is taken (KeysTaken)."""
    stored = draft.store_bodies()
    reach("body-stored")
    try:
        with writing():
            if lease is not None:
                lease.assert_held()
            for parcel in draft.parcels:
                hot.insert_batch(road.batch(parcel, stored[parcel.id]))
            people.mark_dirty(draft.dirty | _stage_people(scope, draft))
            written = records.stage(road.record_table, draft.rows)
            _stage_facts(scope, draft, {row.source_id for row in draft.rows} if written else set())
            events.postpone(scope.website.pk, "orders", draft.settling.items(), clock.now())
            if passed is not None and passed.part:
                ranges.save(passed.part, passed.cursor, passed.read, ended=passed.compared_at is not None)
            elif passed is not None:
                hot.save_checkpoint(scope.website.pk, *passed[:4])
    except IntegrityError:
        bodies.drop(body.name for body in stored.values())
        taken = _taken(scope, draft, road)
        if not taken and connection.vendor == "postgresql":
            # Another worker was inserting the very same records: by now they are there, and a second try updates them.
            raise RetryableError(CONTENDED, retry_after=0.2) from None
        if not taken:
            raise
        raise KeysTaken(taken) from None
    reach("staged")


def _stage_people(scope: Scope, draft: Draft) -> set[int]:
    """Contacts for guests not known yet, so that their orders and figures have an owner; gives who is new."""
    if not draft.guests:
        return set()
    fresh = people.ensure_guests(scope.account.pk, scope.website.pk, draft.guests)
    owners = people.by_email(scope.account.pk, list(draft.guests))
    scopes = {one.source_id: owners[one.address].id for one in draft.order_facts if one.address in owners}
    draft.order_facts = [
        one._replace(contact_id=scopes[one.source_id]) if one.source_id in scopes else one for one in draft.order_facts
    ]
    draft.rows = [
        row
        if row.contact_id is not None or row.source_id not in scopes
        else row._replace(contact_id=scopes[row.source_id])
        for row in draft.rows
    ]
    return set(fresh)


def _stage_facts(scope: Scope, draft: Draft, newest: Collection[str]) -> None:
    """``newest`` are orders whose record was just written, so that nobody holds a newer read of them."""
    doubtful = {one.source_id: one.updated_at for one in draft.order_facts if one.source_id not in newest}
    if doubtful and draft.read_started:
        # The live lane may have read an order after us and staged it before us: then its figures stand as well.
        newer = facts.read_later(scope.website.pk, doubtful, draft.read_started)
        draft.order_facts = [one for one in draft.order_facts if one.source_id not in newer]
    if draft.order_facts:
        _note_fulfilled(scope, draft)
        rows = [(one.source_id, one.contact_id, one.fact) for one in draft.order_facts]
        facts.stage_orders(scope.website.pk, rows)
    if draft.product_facts:
        facts.stage_products(scope.website.pk, draft.product_facts)


def _note_fulfilled(scope: Scope, draft: Draft) -> None:
    """Notes which orders have come to a fulfilled status; before their figures are written, which tell from where."""
    statuses = scope.settings["orders.fulfilled_statuses"]
    if not statuses or scope.website.state != Website.State.LIVE:
        return
    reached = [(f.source_id, f.fact.status, f.updated_at) for f in draft.order_facts if f.fact.status in statuses]
    fulfilments.note(scope.website.pk, reached, statuses, draft.found_by)


def _taken(scope: Scope, draft: Draft, road: Road) -> frozenset[str]:
    """Keys of the draft that stand twice in it, or at another record of the account."""
    seen: set[tuple[str, str]] = set()
    taken: set[str] = set()
    for row in draft.rows:
        named = (row.standing.collection, row.key)
        if named in seen:
            taken.add(row.key)
        seen.add(named)
    ours = {(row.standing.scope, row.source_id) for row in draft.rows}
    keys = [row.key for row in draft.rows]
    found = hot.rows(
        f"SELECT key, website_id, scope, source_id FROM {road.record_table}"
        f" WHERE account_id = %s AND key IN ({hot.marks(keys)})",
        [scope.account.pk, *keys],
    )
    for key, website_id, row_scope, source_id in found:
        if website_id != scope.website.pk or (row_scope, source_id) not in ours:
            taken.add(key)
    return frozenset(taken)
