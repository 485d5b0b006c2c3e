"""The balance of one website: what its shop holds against what became of it, record by record.

``shop`` is counted in the shop by the ids that its streams list, never in our own tables. Whatever is not accepted, in
flight, rejected, suppressed, excluded, merged or erased is unexplained, and is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from dotbridge.ledger import compare, hot
from dotbridge.ledger.models import Website
from dotbridge.ledger.states import State

#: Ids of unexplained records that one row names at most.
NAMED = 100


class Holdings(Protocol):
    """What a shop holds for one website; the collector gives it."""

    def ids(self, stream: str) -> Callable[[str], Sequence[str]] | None:
        """Pages of source ids of a stream behind the given one; ``None`` for a stream that the shop cannot give."""

    def guests(self) -> tuple[dict[str, str], int]:
        """Normalised address → id of the first order of each guest, and how many addresses cannot be one."""

    def unread(self, stream: str, ids: Sequence[str]) -> set[str]:
        """Those of the ids that came after the last read: they are on their way into the ledger."""


class Balance(msgspec.Struct):
    """One row of the audit (DESIGN §7). ``dotdigital`` is ``None`` where it was not asked or cannot be counted."""

    website: str
    collection: str
    shop: int
    accepted: int = 0
    in_flight: int = 0
    rejected: int = 0
    suppressed: int = 0
    excluded: int = 0
    merged: int = 0
    removed: int = 0
    erased: int = 0
    unexplained: int = 0
    unexplained_ids: list[str] = []
    dotdigital: int | None = None


class Part(msgspec.Struct, frozen=True):
    """One collection to balance: its stream, its ledger table, and the scopes that hold a row of each record."""

    collection: str
    stream: str
    table: str
    scopes: tuple[str, ...] = ("",)


def balance_records(website: Website, part: Part, holdings: Holdings) -> Balance | None:
    """The balance of one insight collection; ``None`` where the shop has no such stream."""
    page = holdings.ids(part.stream)
    if page is None:
        return None
    counts: Counter[str] = Counter()
    missing: list[str] = []
    with compare.shop_ids(page) as held:
        for scope in part.scopes:
            counts += _states(part.table, website.pk, scope)
            missing += compare.missing_records(part.table, website.pk, scope, NAMED)
    unread = holdings.unread(part.stream, missing) if missing else set()
    row = _row(website, part.collection, held * len(part.scopes), counts)
    return _explained(row, [one for one in missing if one not in unread], len(unread))


def balance_contacts(website: Website, holdings: Holdings) -> Balance:
    """The balance of customers, subscribers and guests: the oldest source of a person counts, the others merged."""
    total, counts, missing, unread = 0, Counter[str](), list[str](), 0
    for stream, kind in (("customers", "customer"), ("subscribers", "subscriber")):
        page = holdings.ids(stream)
        if page is None:
            continue
        with compare.shop_ids(page) as held:
            total += held
            counts += _sources(website.pk, kind)
            lost = compare.missing_sources(website.pk, kind, NAMED)
        late = holdings.unread(stream, lost) if lost else set()
        unread += len(late)
        missing += [f"{kind} {one}" for one in lost if one not in late]
    guests, impossible = holdings.guests()
    pages = iter([sorted(guests)] if guests else [])
    with compare.shop_ids(lambda _after: next(pages, ())) as held:
        total += held
        counts += _sources(website.pk, "guest")
        lost = compare.missing_sources(website.pk, "guest", NAMED)
    late = holdings.unread("orders", [guests[one] for one in lost]) if lost else set()
    unread += len(late)
    missing += [f"guest of order {guests[one]}" for one in lost if guests[one] not in late]
    counts[State.REJECTED] += impossible
    row = _row(website, "contacts", total + impossible, counts)
    row.removed = _removed_contacts(website.pk)
    return _explained(row, missing, unread)


def _states(table: str, website_id: int, scope: str) -> Counter[str]:
    """Rows by state of what the shop holds now, and as ``gone`` those that it holds no more."""
    found = hot.rows(
        f"SELECT CASE WHEN i.source_id IS NULL THEN 'gone' ELSE r.state END, COUNT(*) FROM {table} r"
        " LEFT JOIN shop_id i ON i.source_id = r.source_id WHERE r.website_id = %s AND r.scope = %s GROUP BY 1",
        (website_id, scope),
    )
    return Counter(dict(found))


def _sources(website_id: int, kind: str) -> Counter[str]:
    found = hot.rows(
        "SELECT CASE WHEN i.source_id IS NULL THEN 'gone' WHEN c.id IS NULL THEN 'rejected'"
        " WHEN EXISTS (SELECT 1 FROM contact_source o WHERE o.contact_id = s.contact_id AND o.id < s.id) THEN 'merged'"
        " ELSE c.state END, COUNT(*) FROM contact_source s LEFT JOIN shop_id i ON i.source_id = s.source_id"
        " LEFT JOIN email_contact c ON c.id = s.contact_id WHERE s.website_id = %s AND s.kind = %s GROUP BY 1",
        (website_id, kind),
    )
    return Counter(dict(found))


def _removed_contacts(website_id: int) -> int:
    found = hot.rows(
        "SELECT COUNT(*) FROM contact_source s JOIN email_contact c ON c.id = s.contact_id"
        " WHERE s.website_id = %s AND c.state = 'removed'",
        (website_id,),
    )
    return int(found[0][0])


def _row(website: Website, collection: str, shop: int, counts: Counter[str]) -> Balance:
    return Balance(
        website=website.code,
        collection=collection,
        shop=shop,
        accepted=counts[State.ACCEPTED],
        in_flight=counts[State.PENDING] + counts[State.STAGED] + counts[State.REMOVED],
        rejected=counts[State.REJECTED],
        suppressed=counts[State.SUPPRESSED],
        excluded=counts[State.EXCLUDED],
        merged=counts["merged"],
        removed=counts["gone"],
        erased=counts[State.ERASED],
    )


def _explained(row: Balance, missing: Sequence[str], unread: int) -> Balance:
    row.in_flight += unread
    right = row.accepted + row.in_flight + row.rejected + row.suppressed + row.excluded + row.merged + row.erased
    row.unexplained = row.shop - right
    row.unexplained_ids = list(missing)
    return row


def is_balanced(rows: Sequence[Balance]) -> bool:
    """Whether nothing is unexplained."""
    return not any(row.unexplained or row.unexplained_ids for row in rows)


def as_json(rows: Sequence[Balance]) -> list[dict[str, Any]]:
    """The rows as the command prints them."""
    return [msgspec.to_builtins(row) for row in rows]
