"""Two id sets side by side, the shop's and ours, in a temporary table: flat memory for any number of records.

The shop's ids are put in page by page; what stands on one side only comes out in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from dotbridge.ledger import hot
from dotbridge.ledger.statistics import refresh_statistics

PAGE = 10_000


@contextmanager
def shop_ids(page: Callable[[str], Sequence[str]]) -> Iterator[int]:
    """Fills the temporary table ``shop_id`` with all ids that ``page(after)`` gives; yields how many there are."""
    hot.execute("DROP TABLE IF EXISTS shop_id")
    hot.execute("CREATE TEMPORARY TABLE shop_id (source_id varchar(254) PRIMARY KEY)")
    try:
        total, after = 0, ""
        while ids := page(after):
            hot.insert("shop_id (source_id)", "(%s)", "ON CONFLICT (source_id) DO NOTHING", [(one,) for one in ids])
            total, after = total + len(ids), ids[-1]
        refresh_statistics(("shop_id",))
        yield total
    finally:
        hot.execute("DROP TABLE IF EXISTS shop_id")


def departed_records(table: str, website_id: int) -> list[str]:
    """Ids that we hold and the shop does not, removed and erased ones aside.

    Of orders also those of which we hold the figures alone: a history reads figures first, and an order may be deleted
    before its record is read.
    """
    absent = "NOT EXISTS (SELECT 1 FROM shop_id i WHERE i.source_id = r.source_id)"
    query = (
        f"SELECT r.source_id FROM {table} r WHERE r.website_id = %s AND r.state NOT IN ('removed', 'erased')"
        f" AND NOT (r.state = 'pending' AND r.waits_for = 'removal') AND {absent}"
    )
    figures = f" UNION SELECT r.source_id FROM order_fact r WHERE r.website_id = %s AND {absent}"
    if table == "email_order":
        return [row[0] for row in hot.rows(query + figures, (website_id, website_id))]
    return list(dict.fromkeys(row[0] for row in hot.rows(query, (website_id,))))


def departed_sources(website_id: int, kind: str) -> list[str]:
    """Customers or subscribers that we hold and the shop does not."""
    return [
        row[0]
        for row in hot.rows(
            "SELECT s.source_id FROM contact_source s WHERE s.website_id = %s AND s.kind = %s"
            " AND NOT EXISTS (SELECT 1 FROM shop_id i WHERE i.source_id = s.source_id)",
            (website_id, kind),
        )
    ]


def departed_guests(website_id: int) -> list[str]:
    """Guests whose last order left the ledger's figures."""
    return [
        row[0]
        for row in hot.rows(
            "SELECT s.source_id FROM contact_source s WHERE s.website_id = %s AND s.kind = 'guest' AND NOT EXISTS"
            " (SELECT 1 FROM order_fact f WHERE f.contact_id = s.contact_id AND f.website_id = s.website_id)",
            (website_id,),
        )
    ]


def missing_records(table: str, website_id: int, scope: str, limit: int) -> list[str]:
    """Ids that the shop holds and we do not, in order; at most ``limit``."""
    return [
        row[0]
        for row in hot.rows(
            "SELECT i.source_id FROM shop_id i WHERE NOT EXISTS"
            f" (SELECT 1 FROM {table} r WHERE r.website_id = %s AND r.scope = %s AND r.source_id = i.source_id)"
            " ORDER BY LENGTH(i.source_id), i.source_id LIMIT %s",
            (website_id, scope, limit),
        )
    ]


def missing_sources(website_id: int, kind: str, limit: int) -> list[str]:
    """Customers or subscribers that the shop holds and we do not, in order; at most ``limit``."""
    return [
        row[0]
        for row in hot.rows(
            "SELECT i.source_id FROM shop_id i WHERE NOT EXISTS (SELECT 1 FROM contact_source s"
            " WHERE s.website_id = %s AND s.kind = %s AND s.source_id = i.source_id)"
            " ORDER BY LENGTH(i.source_id), i.source_id LIMIT %s",
            (website_id, kind, limit),
        )
    ]
