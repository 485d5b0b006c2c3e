"""Newsletter subscriptions and what REST tells of them, including where it misleads (Magento 2 data, 3.2).

The table has one row per customer and website; REST shows only a flag, and which row it looks at depends on the call.
Subscribing on the storefront moves ``change_status_at``, never the customer's ``updated_at``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import View

SUBSCRIBED, UNSUBSCRIBED = 1, 3


def set_status(session: Session, view: View, email: str, status: int, *, customer_id: int = 0) -> None:
    """Write the row of this customer (or guest) for the view's website; subscribing elsewhere in it moves the store."""
    who, value = ("customer_id", customer_id) if customer_id else ("subscriber_email", email)
    row = session.connection.execute(
        f"SELECT subscriber_id FROM newsletter_subscriber WHERE {who} = ? AND website_id = ?",
        (value, view.website.id),
    ).fetchone()
    if row:
        session.connection.execute(
            "UPDATE newsletter_subscriber SET subscriber_status = ?, store_id = ?, change_status_at = ?"
            " WHERE subscriber_id = ?",
            (status, view.id, session.at, row[0]),
        )
        return
    session.connection.execute(
        "INSERT INTO newsletter_subscriber VALUES (NULL, ?, ?, ?, ?, ?, ?)",
        (view.id, view.website.id, customer_id, email, status, session.at),
    )


def rename(session: Session, customer_id: int, email: str) -> None:
    session.connection.execute(
        "UPDATE newsletter_subscriber SET subscriber_email = ? WHERE customer_id = ?", (email, customer_id)
    )


def forget(session: Session, customer_id: int) -> None:
    """A deleted customer's rows go with the account."""
    session.connection.execute("DELETE FROM newsletter_subscriber WHERE customer_id = ?", (customer_id,))


def is_subscribed(connection: sqlite3.Connection, customer: Document, website_id: int | None) -> bool:
    """What a single read answers: the row of the asked website; ``None`` (scope ``all``) means the customer's own."""
    row = connection.execute(
        "SELECT 1 FROM newsletter_subscriber WHERE customer_id = ? AND website_id = ? AND subscriber_status = ?",
        (customer["id"], website_id or customer["website_id"], SUBSCRIBED),
    ).fetchone()
    return row is not None


def first_by_email(connection: sqlite3.Connection, emails: Iterable[str]) -> dict[str, bool]:
    """What ``customers/search`` answers: the first row of the e-mail over all websites, capitals told apart."""
    wanted = list(emails)
    marks = ",".join("?" * len(wanted))
    query = (
        "SELECT subscriber_email, subscriber_status FROM newsletter_subscriber"
        f" WHERE subscriber_email IN ({marks}) ORDER BY subscriber_id DESC"
    )
    return {email: status == SUBSCRIBED for email, status in connection.execute(query, wanted)}
