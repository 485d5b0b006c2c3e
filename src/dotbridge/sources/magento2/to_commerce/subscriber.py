"""Newsletter subscribers, whom only the database tells (magento2-data §3.2)."""

from __future__ import annotations

from typing import NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.contact import Contact, SubscriberStatus
from dotbridge.sources.magento2.sites import Sites

STATUSES: dict[int, SubscriberStatus] = {1: "subscribed", 2: "not_active", 3: "unsubscribed", 4: "unconfirmed"}


class SubscriberRow(NamedTuple):
    """One newsletter row; ``status`` is Magento's number."""

    subscriber_id: str
    email: str
    customer_id: str
    status: int
    changed_at: str
    store_id: str
    website_id: str


def status(number: int) -> SubscriberStatus:
    """The word for Magento's number; an unknown one is taken for "asked to confirm", which nobody is mailed on."""
    return STATUSES.get(number, "not_active")


def subscriber(row: SubscriberRow, sites: Sites) -> Contact:
    """The subscriber as a contact of their own, also where a customer is the same person."""
    view = sites.view(row.store_id) or sites.default_view(row.website_id)
    website = sites.website(row.website_id)
    changed_at = instant(row.changed_at)
    return Contact(
        kind="subscriber",
        source_id=row.subscriber_id,
        website_id=row.website_id,
        store_id=view.store.source_id if view else "",
        store_name=view.store.name if view else "",
        store_group=view.store.group if view else "",
        website_name=website.name if website else "",
        email=row.email,
        updated_at=changed_at,
        customer_id=row.customer_id,
        subscription=status(row.status),
        subscription_changed_at=changed_at,
    )
