"""What the newsletter says of customers: by customer id, else by e-mail in the website's views (§3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from dotbridge.commerce.contact import SubscriberStatus
from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.magento2.to_commerce.subscriber import status
from dotbridge.sources.mysql import integers, texts

#: Of several newsletter rows of one person the most careful word holds.
CAREFUL = ("subscribed", "unconfirmed", "not_active", "unsubscribed")

#: The word and when it was given.
Subscription: TypeAlias = tuple[SubscriberStatus, str]


def subscriptions(shop: Database, stores: str, emails: Mapping[int, str]) -> dict[int, Subscription]:
    """By customer id, for customers given with their e-mail; ``stores`` is an IN list of the website's views."""
    if not emails or not shop.schema.has("newsletter_subscriber"):
        return {}
    n = shop.schema.columns("newsletter_subscriber", "n")
    select = f"SELECT n.customer_id, n.subscriber_status, {n.instant('change_status_at')}, {n.text('subscriber_email')}"
    found: dict[int, Subscription] = {}
    for customer_id, number, changed, _ in shop.sql.query(
        f"{select} FROM {n.source} WHERE n.customer_id IN ({integers(emails)}) AND n.store_id IN ({stores})"
        " ORDER BY n.subscriber_id"
    ):
        _keep(found, customer_id, (status(number), changed))
    rest = {email.strip().lower(): customer_id for customer_id, email in emails.items() if customer_id not in found}
    if rest:
        # The database's equality takes é for e; which address is meant is decided here.
        for _, number, changed, email in shop.sql.query(
            f"{select} FROM {n.source} WHERE n.store_id IN ({stores})"
            f" AND n.subscriber_email IN ({texts(list(rest))}) ORDER BY n.subscriber_id",
            list(rest),
        ):
            customer = rest.get(email.strip().lower())
            if customer is not None:
                _keep(found, customer, (status(number), changed))
    return found


def _keep(found: dict[int, Subscription], customer_id: int, subscription: Subscription) -> None:
    held = found.get(customer_id)
    if held is None or CAREFUL.index(subscription[0]) > CAREFUL.index(held[0]):
        found[customer_id] = subscription
