"""Magento 1 and OpenMage as a platform: its settings, its checks, its websites and its streams."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dotbridge.commerce.clock import now, parse
from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError
from dotbridge.sources.base import CHANGE_FEED, READ_ONLY, ChangeFeed, Check, Field, Source, Stream, Writes
from dotbridge.sources.binlog import Binlog
from dotbridge.sources.codes import SETTING_UNFIT
from dotbridge.sources.magento1.feed import TABLES
from dotbridge.sources.magento1.inspection import inspect
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.magento1.paging import Keyset
from dotbridge.sources.magento1.schema import STREAM_TABLES
from dotbridge.sources.magento1.streams.carts import Carts
from dotbridge.sources.magento1.streams.customers import Customers
from dotbridge.sources.magento1.streams.orders import Orders
from dotbridge.sources.magento1.streams.products import Products
from dotbridge.sources.magento1.streams.reviews import Reviews
from dotbridge.sources.magento1.streams.subscribers import Subscribers
from dotbridge.sources.magento1.streams.wishlists import Wishlists
from dotbridge.sources.magento1.writes import newsletter
from dotbridge.sources.mysql import Shop

STREAMS: tuple[type[Keyset[Any]], ...] = (Customers, Subscribers, Orders, Carts, Products, Reviews, Wishlists)


class Magento1(Source):
    """One Magento 1 shop, read by SQL: its remote APIs lack subscribers, carts, reviews and wishlists (§13)."""

    key = "magento1"
    label = "Magento 1 / OpenMage"
    version_range = "Magento CE 1.6 to 1.9, OpenMage 19 and 20"
    fields = (
        Field("host", "Database host", help="A replica of the shop's database is as good."),
        Field("port", "Port", required=False, default=3306),
        Field("database", "Database"),
        Field("user", "User", help="With SELECT on the tables that the how-to lists, and nothing else."),
        Field("password", "Password", secret=True),
        Field(
            "write_user",
            "User for the newsletter",
            required=False,
            help="Another user, with the two rights that the how-to lists; without one the newsletter is only read.",
        ),
        Field("write_password", "Password of the user for the newsletter", required=False, secret=True),
        Field("table_prefix", "Table prefix", required=False, default="", help="global/resources/db/table_prefix"),
        Field(
            "tls", "Encrypted connection", required=False, default=False, help="Verified by the system's authorities."
        ),
        Field("statement_seconds", "Longest query", required=False, default=60, help="Seconds after which one stops."),
        CHANGE_FEED,
        Field(
            "overlap_seconds", "Overlap", required=False, default=120, help="Seconds of changes that are read again."
        ),
    )
    collections = tuple(stream.name for stream in STREAMS)
    events = collections
    writes = ("newsletter",)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)
        for field in self.fields:
            value = settings.get(field.name)
            if field.required and value in (None, ""):
                raise ConfigError(SETTING_UNFIT, f"{field.label} is missing.", field=field.name)
            if isinstance(field.default, int) and not isinstance(field.default, bool) and not _whole(value):
                raise ConfigError(SETTING_UNFIT, f"{field.label} is {value!r}, not a number.", field=field.name)
        self._shop = self._database("user", "password")
        self._writer: Shop | None = None

    def _database(self, user: str, password: str, *, writable: bool = False) -> Shop:
        settings = self.settings
        return Shop(
            str(settings["host"]),
            int(settings.get("port") or 3306),
            str(settings[user]),
            str(settings.get(password) or ""),
            str(settings["database"]),
            str(settings.get("table_prefix") or ""),
            statement_seconds=int(settings.get("statement_seconds") or 60),
            tls=bool(settings.get("tls")),
            writable=writable,
        )

    @cached_property
    def _opened(self) -> OpenShop:
        return OpenShop(self._shop, self.settings)

    def change_feed(self) -> ChangeFeed | None:
        """The database's binary log, if the connection follows it."""
        wanted = self.settings.get(CHANGE_FEED.name) and self.settings.get("database")
        return Binlog(self.settings, TABLES) if wanted else None

    def check(self) -> list[Check]:
        """Named findings: reachable, version, rights, clock, addresses, and every table or column that is missing.

        Raises ConfigError for wrong credentials, an unknown database, or a database that is no Magento 1 shop.
        """
        writes = self.newsletter_writes()
        return [*inspect(OpenShop(self._shop, self.settings), parse(now())), writes.check() if writes else READ_ONLY]

    def websites(self) -> list[Website]:
        """The shop's websites with their store views."""
        return self._opened.sites.websites()

    def streams(self) -> Mapping[str, Stream[Any]]:
        """The streams whose tables this shop has."""
        has = self._opened.schema.has
        return {stream.name: stream(self._opened) for stream in STREAMS if has(*STREAM_TABLES[stream.name])}

    def customer_attributes(self) -> frozenset[str] | None:
        """Codes of the customer attributes, as far as the shop can give customers at all."""
        known = self._opened.known.customer.attributes if "customers" in self.streams() else None
        return None if known is None else frozenset(known)

    def newsletter_writes(self) -> Writes | None:
        """The newsletter table by its own user, where the connection names one."""
        if not self.settings.get("write_user"):
            return None
        self._writer = self._writer or self._database("write_user", "write_password", writable=True)
        return newsletter(self._writer, self._opened)

    def close(self) -> None:
        """Gives back the connections; what was learned of the shop is forgotten."""
        self._shop.close()
        if self._writer is not None:
            self._writer.close()
        self.__dict__.pop("_opened", None)


def _whole(value: Any) -> bool:
    """Whether a setting is a whole number above 0, or left to its default."""
    return value in (None, "") or (str(value).isascii() and str(value).isdigit() and int(value) > 0)
