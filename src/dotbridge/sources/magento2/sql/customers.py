"""Customers by the database: the page's entities in REST's shape, with what REST does not tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from dotbridge.commerce.contact import Contact
from dotbridge.commerce.site import Website
from dotbridge.sources.magento2.sql.newsletter import Subscription, subscriptions
from dotbridge.sources.magento2.sql.people import companies, last_quotes, logins, reviews
from dotbridge.sources.magento2.sql.stream import Slice, TableStream
from dotbridge.sources.magento2.to_commerce.customer import Beyond, contact
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row

_TEXTS = ("email", "created_in", "prefix", "firstname", "lastname", "dob", "taxvat")
_ADDRESS = ("firstname", "lastname", "company", "street", "city", "region", "postcode", "country_id", "telephone")
_SILENT: Subscription = ("", "")
#: Never read: secrets, and what means nothing outside of the shop.
SECRET = frozenset({"password_hash", "rp_token", "rp_token_created_at", "confirmation", "failures_num", "lock_expires"})


class CustomerRow(NamedTuple):
    """A customer in REST's shape and what only the database tells."""

    customer: dict[str, Any]
    beyond: Beyond


class Customers(TableStream[Contact]):
    """Customers of a website; those whose website is gone count to the first one."""

    name: ClassVar[str] = "customers"
    change: ClassVar[Literal["indexed", "compare"]] = "indexed"
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = (
        "Newsletter changes, log-ins, reviews and addresses that customers save in the shop do not move a customer's"
        " updated_at; reads every customer in pages of about ten short queries."
    )
    table: ClassVar[str] = "customer_entity"
    key: ClassVar[str] = "entity_id"
    changed: ClassVar[str] = "updated_at"

    def scope(self, website: Website) -> str:
        """By the account's website."""
        return self.shop.website_scope("t.website_id", int(website.source_id))

    def load(self, website: Website, part: Slice) -> tuple[Sequence[CustomerRow], int]:
        """Customers of a part with all that is known of them."""
        t = self.shop.schema.columns(self.table, "t")
        heads = self.shop.sql.query(
            f"SELECT t.entity_id, {t.number('store_id')}, {t.number('group_id')}, {t.number('gender')},"
            f" {t.number('default_billing')}, {t.number('default_shipping')}, {t.instant('created_at')},"
            f" {t.instant('updated_at')}, {', '.join([_text(t.raw(name)) for name in _TEXTS])} FROM {t.source}"
            f" WHERE {part.where}{part.tail}",
            part.args,
        )
        return (self._customers(website, heads) if heads else ()), len(heads)

    def _customers(self, website: Website, heads: list[Row]) -> list[CustomerRow]:
        ids = [head[0] for head in heads]
        stores = ",".join([store.source_id for store in website.stores]) or "NULL"
        custom, addresses = self._custom(ids), self._addresses(heads)
        words = subscriptions(self.shop, stores, {head[0]: head[8] for head in heads})
        written, quotes = reviews(self.shop, ids, stores), last_quotes(self.shop, ids, stores)
        seen, firms = logins(self.shop, ids), companies(self.shop, ids)
        rows = []
        for head in heads:
            customer_id = head[0]
            word, changed_at = words.get(customer_id, _SILENT)
            number, newest = (None, "") if written is None else written.get(customer_id, (0, ""))
            beyond = Beyond(
                word,
                changed_at,
                seen.get(customer_id, ""),
                number,
                newest,
                quotes.get(customer_id, ""),
                firms.get(customer_id, {}),
            )
            row = _shaped(head, website.source_id)
            row["addresses"] = [
                {**addresses[address_id], "id": address_id}
                for address_id in dict.fromkeys(head[4:6])
                if addresses.get(address_id, {}).get("customer_id") == customer_id
            ]
            row["custom_attributes"] = custom.get(customer_id, ())
            rows.append(CustomerRow(row, beyond))
        return rows

    def _custom(self, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """Custom attributes that have a value, in the order of their ids."""
        entity = self.shop.entity("customer")
        codes = [
            each.code
            for each in entity.definitions.values()
            if each.kind != "static" and each.input != "hidden" and each.code not in SECRET
        ]
        values = entity.values({each: each for each in ids}, codes)
        found: dict[int, list[dict[str, Any]]] = {}
        for customer_id in ids:
            given = [(code, values.get((customer_id, code, 0))) for code in codes]
            found[customer_id] = [
                {"attribute_code": code, "value": value} for code, value in given if value is not None
            ]
        return found

    def _addresses(self, heads: list[Row]) -> dict[int, dict[str, Any]]:
        """Default addresses by id, each with whose it is."""
        wanted = integers({address_id for head in heads for address_id in head[4:6] if address_id})
        if not wanted or not self.shop.schema.has("customer_address_entity"):
            return {}
        a = self.shop.schema.columns("customer_address_entity", "a")
        rows = self.shop.sql.query(
            f"SELECT a.entity_id, a.parent_id, {', '.join([a.text(name) for name in _ADDRESS])} FROM {a.source}"
            f" WHERE a.entity_id IN ({wanted})"
        )
        found = {}
        for address_id, customer_id, *values in rows:
            address: dict[str, Any] = dict(zip(_ADDRESS, values, strict=True))
            address["street"] = address["street"].split("\n")
            found[address_id] = {**address, "customer_id": customer_id}
        return found

    def identify(self, row: CustomerRow) -> tuple[str, str]:
        """(customer id, updated at)."""
        return str(row.customer["id"]), str(row.customer["updated_at"])

    def to_commerce(self, row: CustomerRow) -> Contact:
        """The customer in our words."""
        shop = self.shop
        return contact(row.customer, shop.sites(), shop.customer_groups(), shop.customer_attributes(), row.beyond)


def _text(column: str) -> str:
    return f"IFNULL(CAST({column} AS CHAR),'')"


def _shaped(head: Row, website_id: str) -> dict[str, Any]:
    customer_id, store_id, group_id, gender, billing, delivery, created_at, updated_at, *texts = head
    return {
        "id": customer_id,
        "website_id": website_id,
        "store_id": store_id,
        "group_id": group_id,
        "gender": gender,
        "default_billing": str(billing or ""),
        "default_shipping": str(delivery or ""),
        "created_at": created_at,
        "updated_at": updated_at,
        **dict(zip(_TEXTS, texts, strict=True)),
    }
