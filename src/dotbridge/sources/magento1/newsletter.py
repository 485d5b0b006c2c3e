"""What the newsletter says of customers: by customer id, else by e-mail in the website's views (contract §5)."""

from __future__ import annotations

from collections.abc import Mapping

from dotbridge.commerce.contact import SubscriberStatus
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.magento1.to_commerce.contacts import CAREFUL, status
from dotbridge.sources.mysql import integers, texts


def subscriptions(shop: OpenShop, stores: str, emails: Mapping[int, str]) -> dict[int, tuple[SubscriberStatus, str]]:
    """(status, changed at) by customer id, for customers given with their e-mail; ``stores`` is an IN list."""
    if not shop.schema.has("newsletter_subscriber"):
        return {}
    n = shop.schema.columns("newsletter_subscriber", "n")
    select = f"SELECT n.customer_id, n.subscriber_status, {n.instant('change_status_at')}, {n.text('subscriber_email')}"
    found: dict[int, tuple[SubscriberStatus, str]] = {}
    for customer_id, number, changed, _ in shop.sql.query(
        f"{select} FROM {n.source} WHERE n.customer_id IN ({integers(emails)}) ORDER BY n.subscriber_id"
    ):
        _keep(found, customer_id, status(number), changed)
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
                _keep(found, customer, status(number), changed)
    return found


def _keep(
    found: dict[int, tuple[SubscriberStatus, str]], customer_id: int, word: SubscriberStatus, changed: str
) -> None:
    held = found.get(customer_id)
    if held is None or CAREFUL.index(word) > CAREFUL.index(held[0]):
        found[customer_id] = word, changed
