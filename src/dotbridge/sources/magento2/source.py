"""Magento 2 as a platform: what a connection needs, what is found at the other end, which streams it gives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from dotbridge.commerce.clock import now, parse
from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError
from dotbridge.sources.base import (
    CHANGE_FEED,
    OVER_HTTP,
    READ_ONLY,
    ChangeFeed,
    Check,
    EventForm,
    Field,
    Source,
    Stream,
    Writes,
)
from dotbridge.sources.binlog import Binlog
from dotbridge.sources.coupons import Coupons
from dotbridge.sources.magento2.codes import ACCESS_REFUSED
from dotbridge.sources.magento2.coupons import RuleCoupons
from dotbridge.sources.magento2.events import CLIENT_ID, AdobeForm
from dotbridge.sources.magento2.feed import TABLES
from dotbridge.sources.magento2.inspection import inspect
from dotbridge.sources.magento2.shop import Shop
from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.magento2.sql.inspection import inspect as inspect_database
from dotbridge.sources.magento2.ways import (
    BY_REST,
    REST_LACKS,
    check_ways,
    database_of,
    readable,
    rest_of,
    streams,
    writer_of,
)
from dotbridge.sources.magento2.writes import CustomerFlags, newsletter_table
from dotbridge.sources.mysql import Shop as MySql


class Magento2(Source):
    """One Magento 2 or Adobe Commerce shop, read through its REST API, its database, or both."""

    key: ClassVar[str] = "magento2"
    label: ClassVar[str] = "Magento 2 / Adobe Commerce"
    version_range: ClassVar[str] = "2.3 and newer"
    collections: ClassVar[tuple[str, ...]] = tuple(REST_LACKS)
    events: ClassVar[tuple[str, ...]] = collections
    writes: ClassVar[tuple[str, ...]] = ("newsletter", "coupons")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "base_url",
            "Base URL",
            required=False,
            help="The shop's address, e.g. https://shop.example, without /rest; for REST, or for links where the"
            " database keeps none.",
        ),
        Field("consumer_key", "Consumer key", required=False, help="The four values of System > Integrations."),
        Field("consumer_secret", "Consumer secret", required=False, secret=True),
        Field("token", "Access token", required=False, secret=True),
        Field("token_secret", "Access token secret", required=False, secret=True),
        Field(
            "bearer_token",
            "Access token alone",
            required=False,
            secret=True,
            help="Instead of the four values, in shops that allow it, and behind proxies that break signatures.",
        ),
        CLIENT_ID,
        Field(
            "write_newsletter",
            "Write the newsletter",
            required=False,
            default=False,
            help="By REST alone: customers who unsubscribe in Dotdigital are unsubscribed here; needs"
            " Magento_Customer::manage.",
        ),
        Field("url_suffix", "Product URL suffix", required=False, default=".html", help="By REST alone."),
        Field(
            "salable_by_sku",
            "Salable stock",
            required=False,
            default=False,
            help="By REST alone: ask the shop for each sku what may still be sold, one call each.",
        ),
        Field(
            "allow_private",
            "Allow private addresses",
            required=False,
            default=False,
            help="Only for a shop inside your own network.",
        ),
        Field("host", "Database host", required=False, help="A replica of the shop's database is as good."),
        Field("port", "Database port", required=False, default=3306),
        Field("database", "Database", required=False),
        Field(
            "user",
            "Database user",
            required=False,
            help="With SELECT on the tables that the how-to lists, and no more.",
        ),
        Field("password", "Database password", required=False, secret=True),
        Field(
            "write_user",
            "Database user for the newsletter",
            required=False,
            help="Another user, with the two rights that the how-to lists; without one the newsletter is only read.",
        ),
        Field("write_password", "Password of the user for the newsletter", required=False, secret=True),
        Field("table_prefix", "Table prefix", required=False, default="", help="db.table_prefix of app/etc/env.php"),
        Field("tls", "Encrypted database connection", required=False, default=False, help="Verified by the system."),
        Field("statement_seconds", "Longest query", required=False, default=60, help="Seconds after which one stops."),
        CHANGE_FEED,
        Field(
            "overlap_seconds", "Overlap", required=False, default=120, help="Seconds of changes that are read again."
        ),
    )

    @classmethod
    def defaults_for(cls, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        return cls.defaults if settings.get("host") else {**OVER_HTTP, **cls.defaults}

    @classmethod
    def event_forms(cls) -> tuple[type[EventForm], ...]:
        return (AdobeForm,)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)
        self._rest = rest_of(settings)
        self._given = database_of(settings)
        self._denied: set[str] = set()
        self._writer: MySql | None = None

    @cached_property
    def _database(self) -> Database | None:
        """Opened anew after ``close``: what was learned of the shop is then forgotten."""
        return Database(self._given.sql, self.settings) if self._given else None

    def change_feed(self) -> ChangeFeed | None:
        """The database's binary log, if the connection follows it."""
        wanted = self.settings.get(CHANGE_FEED.name) and self.settings.get("database")
        return Binlog(self.settings, TABLES) if wanted else None

    def check(self) -> list[Check]:
        """Findings of each way and, for each collection, the way that gives it and what is missing.

        A way that fails beside one that works is a finding; raises ConfigError where nothing can be read.
        """
        self.__dict__.pop("_database", None)
        database, failures, found = self._database, list[ConfigError](), list[Check]()
        tables: frozenset[str] = frozenset()
        if database is not None:
            try:
                found += inspect_database(database, parse(now()))
                tables = readable(database)
            except ConfigError as error:
                failures.append(error)
                found.append(Check("database", "failed", error.why, error.code.todo))
        if self._rest is not None:
            try:
                found += self._check_rest(self._rest)
            except ConfigError as error:
                failures.append(error)
                found.append(Check("rest", "failed", error.why, error.code.todo))
        if failures and len(failures) == sum([database is not None, self._rest is not None]):
            raise failures[0]
        rest = self._rest is not None and not any([check.name == "rest" for check in found])
        writes = self.newsletter_writes()
        found.append(writes.check() if writes else READ_ONLY)
        return found + check_ways(rest, tables, frozenset(self._denied))

    def _check_rest(self, rest: Shop) -> list[Check]:
        found, denied = inspect(rest)
        self._denied = denied
        if denied >= {stream.name for stream in BY_REST}:
            raise ConfigError(ACCESS_REFUSED, "None of customers, orders, carts and products may be read.")
        return found

    def websites(self) -> list[Website]:
        """The shop's websites with their store views, from the database where there is one."""
        if self._database is not None:
            return self._database.sites().websites
        return self._rest.sites().websites if self._rest is not None else []

    def streams(self) -> Mapping[str, Stream[Any]]:
        """The streams that this shop can give, from the database where both ways can."""
        return streams(self._rest, self._database, frozenset(self._denied))

    def customer_attributes(self) -> frozenset[str] | None:
        """Codes of the customer attributes, as far as the database tells them."""
        if self._database is None or "customers" not in readable(self._database):
            return None
        return frozenset(self._database.entity("customer").definitions)

    def newsletter_writes(self) -> Writes | None:
        """The newsletter table by a user of its own; else the flag of customers by REST, where the connection allows it."""
        if self._given is not None and self.settings.get("write_user"):
            self._writer = self._writer or writer_of(self.settings)
            return newsletter_table(self._writer)
        if self._rest is None or not self.settings.get("write_newsletter"):
            return None
        return CustomerFlags(self._rest.rest)

    def coupons(self) -> Coupons | None:
        """Codes of cart price rules, where there is REST."""
        return RuleCoupons(self._rest.rest) if self._rest is not None else None

    def close(self) -> None:
        """Gives back the connections; what was learned of the shop's database is forgotten."""
        if self._rest is not None:
            self._rest.rest.close()
        if self._given is not None:
            self._given.sql.close()
        if self._writer is not None:
            self._writer.close()
        self.__dict__.pop("_database", None)
