"""What we may change in a Magento 2 shop: the newsletter table, or by REST the flag of customers (magento2-data §3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dotbridge.commerce.site import Website
from dotbridge.sources.base import Check, Writes
from dotbridge.sources.magento2.client import Rest
from dotbridge.sources.magento2.criteria import Criteria, Filter
from dotbridge.sources.mysql import Shop as MySql
from dotbridge.sources.mysql import integers
from dotbridge.sources.newsletter_table import NewsletterTable

_REQUIRED = ("id", "email", "firstname", "lastname", "website_id")


def newsletter_table(writer: MySql) -> NewsletterTable:
    """The rows of a website's views."""
    return NewsletterTable(writer, lambda website: f"store_id IN ({integers(_stores(website))})")


def _stores(website: Website) -> list[int]:
    return [int(store.source_id) for store in website.stores] or [-1]


class CustomerFlags(Writes):
    """Through ``/rest/all``, which books the change to the customer's own store; addresses are left out, or they would
    be replaced. A guest's subscription is not reached. The shop sends its own mail about each change."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def check(self) -> Check:
        return Check(
            "newsletter", "ok", "Customers who unsubscribe in Dotdigital are unsubscribed here; guests are not."
        )

    def unsubscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        return [email for email in emails if self._set(website, email, wanted=False)]

    def subscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        return [email for email in emails if self._set(website, email, wanted=True)]

    def _set(self, website: Website, email: str, *, wanted: bool) -> bool:
        customers = self._customers(website, email)
        for row in customers:
            customer: dict[str, Any] = {name: row[name] for name in _REQUIRED if name in row}
            customer["extension_attributes"] = {"is_subscribed": wanted}
            self._rest.put(f"customers/{row['id']}", {"customer": customer}, name="customers.put")
        return bool(customers)

    def _customers(self, website: Website, email: str) -> list[dict[str, Any]]:
        groups = ((Filter("email", "eq", email),), (Filter("website_id", "eq", website.source_id),))
        return self._rest.page("customers/search", Criteria(groups, size=2)).items
