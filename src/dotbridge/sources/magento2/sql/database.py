"""One opened shop as the streams of its database see it: tables, websites, and what is remembered between pages."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from dotbridge.sources.magento2.labels import Attribute
from dotbridge.sources.magento2.sites import Sites
from dotbridge.sources.magento2.sql.attributes import Entity
from dotbridge.sources.magento2.sql.configuration import Configuration
from dotbridge.sources.magento2.sql.places import read_sites, website_by_view
from dotbridge.sources.magento2.sql.schema import READ, SITE_TABLES
from dotbridge.sources.magento_taxes import Taxes
from dotbridge.sources.memory import Memory
from dotbridge.sources.mysql import Shop
from dotbridge.sources.sql_schema import Schema

T = TypeVar("T")

FRESH_SECONDS = 300


class Database:
    """The shop's database; its streams share it. What changes seldom is read again when it has grown old."""

    def __init__(self, sql: Shop, settings: Mapping[str, Any]) -> None:
        self.sql = sql
        self.settings = settings
        self.schema = Schema(sql, READ)
        self._memory = Memory(FRESH_SECONDS)

    @property
    def overlap(self) -> float:
        """Seconds that a pass over changes reads again."""
        return float(self.settings.get("overlap_seconds") or 120)

    def setting(self, name: str, default: Any) -> Any:
        """A website setting by its dotted name; ``default`` where it is not set."""
        value = self.settings.get(name)
        return default if value is None else value

    def now(self) -> str:
        """This instant by the shop's clock."""
        return str(self.sql.query("SELECT DATE_FORMAT(UTC_TIMESTAMP(),'%%Y-%%m-%%dT%%TZ')")[0][0])

    def remembered(self, key: Hashable, look_up: Callable[[], T]) -> T:
        """What ``look_up`` gave some minutes ago at most."""
        return self._memory.recall(key, look_up)

    @property
    def staged(self) -> bool:
        """Whether the catalogue keeps versions (content staging of Adobe Commerce, §3.5)."""
        return "row_id" in self.schema.found.get("catalog_product_entity", frozenset())

    def configuration(self) -> Configuration:
        """The shop's settings."""
        address = str(self.settings.get("base_url") or "").strip().rstrip("/").removesuffix("/rest")
        return self._memory.recall(
            "configuration", lambda: Configuration(self.schema, website_by_view(self.schema), address)
        )

    def sites(self) -> Sites:
        """Websites and store views."""

        def look_up() -> Sites:
            self.schema.require(*SITE_TABLES)
            return read_sites(self.schema, self.configuration())

        return self._memory.recall("sites", look_up)

    def entity(self, code: str) -> Entity:
        """The attributes of customers (``customer``), products and categories (``catalog_product``, ``_category``)."""
        return self._memory.recall(("entity", code), lambda: Entity(self.schema, code))

    def customer_attributes(self) -> Mapping[str, Attribute]:
        """All customer attributes by code, named as the admin names them."""
        customer = self.entity("customer")
        return self._memory.recall("customer attributes", lambda: customer.described(customer.definitions))

    def product_attributes(self, codes: tuple[str, ...], store_id: int) -> Mapping[str, Attribute]:
        """These product attributes by code, in the language of a store view."""
        key = ("product attributes", codes, store_id)
        return self._memory.recall(key, lambda: self.entity("catalog_product").described(codes, store_id))

    def customer_groups(self) -> Mapping[str, str]:
        """Group code by id."""
        return self._memory.recall("groups", lambda: self._names("customer_group", "customer_group_id", "_code"))

    def attribute_sets(self) -> Mapping[str, str]:
        """Attribute set name by id."""
        return self._memory.recall("sets", lambda: self._names("eav_attribute_set", "attribute_set_id", "_name"))

    def general_rate(self, website_id: str) -> Decimal:
        """What amounts that hold for all websites are multiplied by in one; 1 where the shop keeps no rate."""
        return self.remembered(("rate", website_id), lambda: self._rate(website_id))

    def _rate(self, website_id: str) -> Decimal:
        website = self.sites().website(website_id)
        general, own = self.configuration().value("currency/options/base"), website.base_currency if website else ""
        if general == own or not self.schema.has("directory_currency_rate"):
            return Decimal(1)
        rows = self.sql.query(
            f"SELECT rate FROM {self.sql.table('directory_currency_rate')} WHERE currency_from=%s AND currency_to=%s",
            (general, own),
        )
        return Decimal(rows[0][0]) if rows and rows[0][0] else Decimal(1)

    def taxes(self) -> Taxes:
        """Tax rates by product tax class."""
        return self._memory.recall("taxes", lambda: Taxes(self.schema, self._config))

    def _config(self, path: str, store_id: int) -> str:
        return self.configuration().value(path, store_id=store_id)

    def store_scope(self, expression: str, website_id: int) -> str:
        """SQL: the store id ``expression`` is one of the website's, or nobody's and the website is the first."""
        views = self.sites().views.values()
        own = [view.store.source_id for view in views if view.website_id == str(website_id)]
        return self._scope(expression, own, [view.store.source_id for view in views], website_id)

    def website_scope(self, expression: str, website_id: int) -> str:
        """SQL: the website id ``expression`` is this one, or nobody's and this one is the first."""
        known = [website.source_id for website in self.sites().websites]
        return self._scope(expression, [str(website_id)], known, website_id)

    def _scope(self, expression: str, own: list[str], known: list[str], website_id: int) -> str:
        if str(website_id) != self.sites().websites[0].source_id:
            return f"{expression} IN ({','.join(own) or 'NULL'})"
        others = ",".join([each for each in known if each not in own])
        return f"({expression} IS NULL OR {expression} NOT IN ({others}))" if others else "1=1"

    def _names(self, table: str, key: str, ending: str) -> dict[str, str]:
        if not self.schema.has(table):
            return {}
        name = key.removesuffix("_id") + ending
        rows = self.sql.query(f"SELECT CAST({key} AS CHAR), IFNULL({name},'') FROM {self.sql.table(table)}")
        return dict(rows)
