"""Customers: the page's entities, their attribute values and addresses, and what other tables know of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from dotbridge.commerce.contact import Contact
from dotbridge.commerce.notice import Notice
from dotbridge.commerce.site import Website
from dotbridge.sources.magento1.newsletter import subscriptions
from dotbridge.sources.magento1.paging import Keyset, Slice
from dotbridge.sources.magento1.places import Places
from dotbridge.sources.magento1.to_commerce.contacts import CustomerRow, customer
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row

#: Attributes with a member of their own in a contact.
OWN = ("prefix", "firstname", "lastname", "gender", "dob", "default_billing", "default_shipping")
#: Never read: secrets, and tokens that mean nothing outside of the shop.
SECRET = frozenset(
    ("password_hash", "password_created_at", "rp_token", "rp_token_created_at", "rp_customer_id", "confirmation")
)
ADDRESS = (
    "firstname",
    "lastname",
    "company",
    "street",
    "city",
    "region",
    "region_id",
    "postcode",
    "country_id",
    "telephone",
)
#: Without an index on the customer a log of more rows is not searched page by page.
LOG_ROWS = 100_000


class Customers(Keyset[Contact]):
    """Customers of a website; those whose website is gone count to the default one."""

    name = "customers"
    change = "indexed"
    compare_every = 86_400
    compare_why = (
        "Addresses saved alone, newsletter changes and log-ins do not move updated_at; reads every customer in pages of"
        " about ten short queries."
    )
    table = "customer_entity"
    key = "entity_id"
    changed = "updated_at"

    def scope(self, website: Website) -> str:
        """By the account's website."""
        return self.shop.sites.website_scope("t.website_id", int(website.source_id))

    def load(self, website: Website, part: Slice) -> tuple[Sequence[CustomerRow], int]:
        """Customers of a part with all that is known of them."""
        t = self.shop.schema.columns(self.table, "t")
        heads = self.shop.sql.query(
            f"SELECT t.entity_id, {t.text('email')}, {t.number('store_id')}, {t.number('group_id')},"
            f" {t.instant('created_at')}, {t.instant('updated_at')} FROM {t.source} WHERE {part.where}{part.tail}",
            part.args,
        )
        return (self._customers(int(website.source_id), heads) if heads else ()), len(heads)

    def _customers(self, website_id: int, heads: list[Row]) -> list[CustomerRow]:
        ids = [head[0] for head in heads]
        own = self._values(ids)
        places = Places(self.shop.sites, website_id)
        addresses = self._addresses(own, {head[0]: places.locale(head[2]) for head in heads})
        stores = integers(self.shop.sites.store_ids(website_id)) or "NULL"
        newsletter = subscriptions(self.shop, stores, {head[0]: head[1] for head in heads})
        reviews, quotes, logins = self._reviews(ids, stores), self._quotes(ids, stores), self._logins(ids)
        rows, further = [], self._further
        for customer_id, email, store_id, group_id, created_at, updated_at in heads:
            place = places.place(store_id)
            values = own.get(customer_id, {})
            shown, attributes, notices = self._shown(values, further, int(place.store_id or 0))
            rows.append(
                CustomerRow(
                    customer_id=str(customer_id),
                    email=email,
                    created_at=created_at,
                    updated_at=updated_at,
                    place=place,
                    group=self.shop.known.groups.get(group_id, ""),
                    values=shown,
                    billing=addresses.get((customer_id, values.get("default_billing") or 0)),
                    delivery=addresses.get((customer_id, values.get("default_shipping") or 0)),
                    subscription=newsletter.get(customer_id, ("", "")),
                    reviews=None if reviews is None else reviews.get(customer_id, (0, "")),
                    last_quote_id=quotes.get(customer_id, ""),
                    last_login_at=logins.get(customer_id, ""),
                    attributes=attributes,
                    notices=notices,
                )
            )
        return rows

    def _values(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        return self.shop.known.customer.own_values(ids, (*OWN, *self._further))

    @property
    def _further(self) -> tuple[str, ...]:
        """Attributes that go into ``Contact.attributes``: all the rest but secrets."""
        known = self.shop.known.customer.attributes.values()
        return tuple(
            [
                each.code
                for each in known
                if each.kind != "static" and each.input != "hidden" and each.code not in SECRET and each.code not in OWN
            ]
        )

    def _shown(
        self, own: dict[str, Any], further: Sequence[str], store_id: int
    ) -> tuple[dict[str, Any], dict[str, Any], tuple[Notice, ...]]:
        entity = self.shop.known.customer
        shown = dict(own)
        attributes: dict[str, Any] = {}
        notices: list[Notice] = []
        for code in ("gender", *further):
            value, notice = entity.shown(code, own.get(code), store_id)
            if notice:
                notices.append(notice)
            if code == "gender":
                shown[code] = value
            elif value is not None:
                attributes[code] = value
        return shown, attributes, tuple(notices)

    def _addresses(
        self, by_customer: dict[int, dict[str, Any]], locales: dict[int, str]
    ) -> dict[tuple[int, int], dict[str, Any]]:
        """Default addresses by (customer, address); one that is gone, or somebody else's, is left out."""
        wanted = {
            address_id
            for own in by_customer.values()
            for address_id in (own.get("default_billing"), own.get("default_shipping"))
            if address_id
        }
        if not wanted or not self.shop.schema.has("customer_address_entity"):
            return {}
        owners = self.shop.sql.query(
            f"SELECT entity_id, parent_id FROM {self.shop.sql.table('customer_address_entity')}"
            f" WHERE entity_id IN ({integers(wanted)})"
        )
        entity = self.shop.known.address
        found = entity.own_values([address_id for address_id, _ in owners], ADDRESS)
        for address_id, customer_id in owners:
            values = found.setdefault(address_id, {})
            if values.get("region_id"):
                name = self.shop.known.region(values["region_id"], locales.get(customer_id, ""))
                values["region"] = name or values.get("region")
        return {(customer_id, address_id): found[address_id] for address_id, customer_id in owners}

    def _reviews(self, ids: Sequence[int], stores: str) -> dict[int, tuple[int, str]] | None:
        """(number of reviews, newest) by customer in the website's views; ``None`` where the shop has no reviews."""
        if not self.shop.schema.has("review", "review_detail"):
            return None
        review, detail = self.shop.sql.table("review"), self.shop.sql.table("review_detail")
        rows = self.shop.sql.query(
            "SELECT d.customer_id, COUNT(*), IFNULL(DATE_FORMAT(MAX(r.created_at),'%%Y-%%m-%%dT%%TZ'),'')"
            f" FROM {detail} d JOIN {review} r ON r.review_id=d.review_id"
            f" WHERE d.customer_id IN ({integers(ids)}) AND d.store_id IN ({stores}) GROUP BY d.customer_id"
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def _quotes(self, ids: Sequence[int], stores: str) -> dict[int, str]:
        if not self.shop.schema.has("sales_flat_quote"):
            return {}
        rows = self.shop.sql.query(
            f"SELECT customer_id, CAST(MAX(entity_id) AS CHAR) FROM {self.shop.sql.table('sales_flat_quote')}"
            f" WHERE customer_id IN ({integers(ids)}) AND store_id IN ({stores}) GROUP BY customer_id"
        )
        return {row[0]: row[1] for row in rows}

    def _logins(self, ids: Sequence[int]) -> dict[int, str]:
        if not self._log_is_quick:
            return {}
        rows = self.shop.sql.query(
            "SELECT customer_id, IFNULL(DATE_FORMAT(MAX(login_at),'%%Y-%%m-%%dT%%TZ'),'') FROM"
            f" {self.shop.sql.table('log_customer')} WHERE customer_id IN ({integers(ids)}) GROUP BY customer_id"
        )
        return {row[0]: row[1] for row in rows}

    @cached_property
    def _log_is_quick(self) -> bool:
        """Stock Magento has no index on the log's customer; a long log would be scanned for every page."""
        if not self.shop.schema.has("log_customer"):
            return False
        name = self.shop.sql.prefix + "log_customer"
        here = "WHERE TABLE_SCHEMA=DATABASE() AND TABLE_NAME=%s"
        size = self.shop.sql.query(f"SELECT IFNULL(TABLE_ROWS,0) FROM information_schema.TABLES {here}", (name,))
        index = self.shop.sql.query(
            f"SELECT 1 FROM information_schema.STATISTICS {here} AND COLUMN_NAME='customer_id' AND SEQ_IN_INDEX=1",
            (name,),
        )
        return bool(index) or bool(size and size[0][0] <= LOG_ROWS)

    def identify(self, row: CustomerRow) -> tuple[str, str]:
        """(customer id, updated at)."""
        return row.customer_id, row.updated_at

    def to_commerce(self, row: CustomerRow) -> Contact:
        """The customer in our words."""
        return customer(row)
