"""One opened shop, as its streams see it: the database, what it has, its websites and its attributes.

What is read once (websites, settings, attributes, option labels, taxes) is read again when it has grown old, so that a
long run sees a new store view or a new label.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dotbridge.sources.magento1.eav import Entity
from dotbridge.sources.magento1.schema import READ
from dotbridge.sources.magento1.sites import Sites
from dotbridge.sources.magento_taxes import Taxes
from dotbridge.sources.mysql import Shop
from dotbridge.sources.sql_schema import Schema

FRESH_SECONDS = 300


class Known:
    """What of the shop changes seldom; each part is read when it is first wanted."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.until = time.monotonic() + FRESH_SECONDS

    @cached_property
    def sites(self) -> Sites:
        """Websites, store views and settings."""
        return Sites(self._schema)

    @cached_property
    def customer(self) -> Entity:
        """Attributes of customers."""
        return Entity(self._schema, "customer")

    @cached_property
    def address(self) -> Entity:
        """Attributes of customers' addresses."""
        return Entity(self._schema, "customer_address")

    @cached_property
    def product(self) -> Entity:
        """Attributes of products."""
        return Entity(self._schema, "catalog_product")

    @cached_property
    def category(self) -> Entity:
        """Attributes of categories."""
        return Entity(self._schema, "catalog_category")

    @cached_property
    def groups(self) -> dict[int, str]:
        """Customer groups' names by id."""
        return self._names("customer_group", "customer_group_id", "customer_group_code")

    @cached_property
    def attribute_sets(self) -> dict[int, str]:
        """Attribute sets' names by id."""
        return self._names("eav_attribute_set", "attribute_set_id", "attribute_set_name")

    @cached_property
    def _regions(self) -> dict[tuple[int, str], str]:
        named: dict[tuple[int, str], str] = {}
        if self._schema.has("directory_country_region"):
            names = self._names("directory_country_region", "region_id", "default_name")
            named = {(region, ""): name for region, name in names.items()}
        if self._schema.has("directory_country_region_name"):
            table = self._schema.shop.table("directory_country_region_name")
            rows = self._schema.shop.query(f"SELECT region_id, locale, name FROM {table} WHERE name<>''")
            named.update({(region, locale): name for region, locale, name in rows})
        return named

    def region(self, region_id: int, locale: str) -> str:
        """A region's name in a locale, else its default name; "" for an id that nobody knows."""
        return self._regions.get((region_id, locale)) or self._regions.get((region_id, ""), "")

    def general_rate(self, website_id: int) -> int:
        """What general amounts are multiplied by in a website, in 1/1,000,000; 1 where the shop keeps no rate."""
        base, own = self.sites.base_currency(0), self.sites.base_currency(website_id)
        if base == own or not self._schema.has("directory_currency_rate"):
            return 1_000_000
        rows = self._schema.shop.query(
            f"SELECT CAST(rate*1000000 AS SIGNED) FROM {self._schema.shop.table('directory_currency_rate')}"
            " WHERE currency_from=%s AND currency_to=%s",
            (base, own),
        )
        return int(rows[0][0]) if rows else 1_000_000

    @cached_property
    def taxes(self) -> Taxes:
        """Tax rates by product tax class."""
        return Taxes(self._schema, self.sites.config)

    def _names(self, table: str, key: str, name: str) -> dict[int, str]:
        if not self._schema.has(table):
            return {}
        rows = self._schema.shop.query(f"SELECT {key}, IFNULL({name},'') FROM {self._schema.shop.table(table)}")
        return {row[0]: row[1] for row in rows}


class OpenShop:
    """The shop that a source has opened; its streams share it."""

    def __init__(self, sql: Shop, settings: Mapping[str, Any]) -> None:
        self.sql = sql
        self.settings = settings
        self.schema = Schema(sql, READ)
        self._known = Known(self.schema)

    @property
    def known(self) -> Known:
        """What changes seldom, at most some minutes old."""
        if time.monotonic() > self._known.until:
            self._known = Known(self.schema)
        return self._known

    @property
    def sites(self) -> Sites:
        """Websites, store views and settings."""
        return self.known.sites

    @property
    def overlap(self) -> float:
        """Seconds that a pass over changes reads again."""
        return float(self.settings.get("overlap_seconds") or 120)

    def now(self) -> str:
        """This instant by the shop's clock."""
        return str(self.sql.query("SELECT DATE_FORMAT(UTC_TIMESTAMP(),'%%Y-%%m-%%dT%%TZ')")[0][0])
