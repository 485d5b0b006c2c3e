"""What other tables know of customers: reviews, carts, log-ins, companies (magento2-data §3.1, 3.5, 3.7)."""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.mysql import integers

#: Words of ``company.status`` (B2B module of Adobe Commerce).
COMPANY_STATUS = {0: "Pending", 1: "Approved", 2: "Rejected", 3: "Blocked"}


def reviews(shop: Database, ids: Sequence[int], stores: str) -> dict[int, tuple[int, str]] | None:
    """(number of reviews, newest) by customer in these views; ``None`` where the shop has no reviews."""
    if not shop.schema.has("review", "review_detail"):
        return None
    rows = shop.sql.query(
        "SELECT d.customer_id, COUNT(*), IFNULL(DATE_FORMAT(MAX(r.created_at),'%%Y-%%m-%%dT%%TZ'),'')"
        f" FROM {shop.sql.table('review_detail')} d JOIN {shop.sql.table('review')} r ON r.review_id=d.review_id"
        f" WHERE d.customer_id IN ({integers(ids)}) AND d.store_id IN ({stores}) GROUP BY d.customer_id"
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def last_quotes(shop: Database, ids: Sequence[int], stores: str) -> dict[int, str]:
    """The newest cart by customer in these views."""
    if not shop.schema.has("quote"):
        return {}
    rows = shop.sql.query(
        f"SELECT customer_id, CAST(MAX(entity_id) AS CHAR) FROM {shop.sql.table('quote')}"
        f" WHERE customer_id IN ({integers(ids)}) AND store_id IN ({stores}) GROUP BY customer_id"
    )
    return {row[0]: row[1] for row in rows}


def logins(shop: Database, ids: Sequence[int]) -> dict[int, str]:
    """The last log-in by customer."""
    if not shop.schema.has("customer_log"):
        return {}
    rows = shop.sql.query(
        "SELECT customer_id, IFNULL(DATE_FORMAT(MAX(last_login_at),'%%Y-%%m-%%dT%%TZ'),'') FROM"
        f" {shop.sql.table('customer_log')} WHERE customer_id IN ({integers(ids)}) GROUP BY customer_id"
    )
    return {row[0]: row[1] for row in rows}


def companies(shop: Database, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Company, its status and the person's job title by customer, as attributes; in shops with the B2B module."""
    if not shop.schema.has("company", "company_advanced_customer_entity"):
        return {}
    c, a = shop.schema.columns("company", "c"), shop.schema.columns("company_advanced_customer_entity", "a")
    rows = shop.sql.query(
        f"SELECT a.customer_id, {c.text('company_name')}, {c.raw('status')}, {a.text('job_title')} FROM {a.source}"
        f" JOIN {c.source} ON c.entity_id=a.company_id WHERE a.customer_id IN ({integers(ids)})"
    )
    found: dict[int, dict[str, str]] = {}
    for customer_id, name, number, title in rows:
        given = {"company": name, "company_status": COMPANY_STATUS.get(number, ""), "job_title": title}
        found[customer_id] = {code: value for code, value in given.items() if value}
    return found
