"""OroCommerce and OroCRM as a platform: what a connection needs, what is found at the other end, which streams it gives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from dotbridge.commerce.clock import now, parse
from dotbridge.commerce.site import Website
from dotbridge.sources.base import OVER_HTTP, READ_ONLY, Check, EventForm, Field, Source, Stream, Writes
from dotbridge.sources.orocommerce.events import Webhook
from dotbridge.sources.orocommerce.inspection import inspect
from dotbridge.sources.orocommerce.marketing_lists import MarketingLists
from dotbridge.sources.orocommerce.newsletter import ITEMS, UnsubscribedItems
from dotbridge.sources.orocommerce.open_shop import OpenShop
from dotbridge.sources.orocommerce.streams.carts import Carts
from dotbridge.sources.orocommerce.streams.customers import Customers
from dotbridge.sources.orocommerce.streams.orders import Orders
from dotbridge.sources.orocommerce.streams.products import Products
from dotbridge.sources.orocommerce.streams.wishlists import Wishlists
from dotbridge.sources.orocommerce.to_commerce.customers import ATTRIBUTES
from dotbridge.sources.orocommerce.writes import MarketingActivities


class OroCommerce(Source):
    """One Oro, read over its API, from its database, or both: then the database reads and the API writes."""

    key: ClassVar[str] = "orocommerce"
    label: ClassVar[str] = "OroCommerce / OroCRM"
    version_range: ClassVar[str] = "4.2 and newer"
    collections: ClassVar[tuple[str, ...]] = ("customers", "orders", "carts", "products", "wishlists")
    events: ClassVar[tuple[str, ...]] = ("customers", "orders", "carts", "products", "wishlists")
    writes: ClassVar[tuple[str, ...]] = ("newsletter", "marketing activities")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "base_url", "Base URL", required=False, help="The shop's address, e.g. https://shop.example, for the API."
        ),
        Field(
            "api_path",
            "API path",
            required=False,
            default="/admin/api",
            help="`/admin/api` in OroCommerce, `/api` in OroCRM alone.",
        ),
        Field("client_id", "Client id", required=False, help="Of an OAuth application with client credentials."),
        Field("client_secret", "Client secret", required=False, secret=True),
        Field("db_host", "Database host", required=False, help="PostgreSQL; a replica is as good."),
        Field("db_port", "Database port", required=False, default=5432),
        Field("db_name", "Database", required=False),
        Field("db_user", "Database user", required=False, help="With SELECT on the tables that the how-to lists."),
        Field("db_password", "Database password", required=False, secret=True),
        Field("db_tls", "Encrypted connection", required=False, default=False, help="To the database, verified."),
        Field("statement_seconds", "Longest query", required=False, default=60, help="Seconds after which one stops."),
        Field("currency", "Currency", required=False, default="USD", help="Of accounting, and of the prices to show."),
        Field("timezone", "Time zone", required=False, default="UTC", help="IANA name, for calendar fields."),
        Field(
            "price_list",
            "Price list",
            required=False,
            default="1",
            help="Id of the price list whose prices are shown, or pairs of website and price list: `1=3, 2=5`.",
        ),
        Field(
            "localizations",
            "Localisations",
            required=False,
            default="",
            help="Ids or names of those to show as store views, joined by commas; empty: all.",
        ),
        Field("consent", "Consent", required=False, default="", help="Id or name of the consent to marketing e-mail."),
        Field(
            "unsubscribe_lists",
            "Marketing lists",
            required=False,
            default="",
            help="Ids of static or dynamic lists of customer users in which who unsubscribes is marked, joined by commas;"
            " needs both accesses.",
        ),
        Field(
            "storefront_url", "Storefront URL", required=False, default="", help="Where it differs from the base URL."
        ),
        Field(
            "image_url",
            "Address of pictures",
            required=False,
            default="",
            help="With {id} and {filename} of the file, where only the database is read.",
        ),
        Field(
            "allow_private",
            "Allow private addresses",
            required=False,
            default=False,
            help="Only for a shop inside your own network.",
        ),
    )

    @cached_property
    def _opened(self) -> OpenShop:
        return OpenShop(self.settings)

    @classmethod
    def defaults_for(cls, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        return cls.defaults if settings.get("db_host") else {**OVER_HTTP, **cls.defaults}

    @classmethod
    def event_forms(cls) -> tuple[type[EventForm], ...]:
        return (Webhook,)

    def check(self) -> list[Check]:
        writes = self.newsletter_writes()
        return [*inspect(self._opened, parse(now())), writes.check() if writes else READ_ONLY]

    def websites(self) -> list[Website]:
        return self._opened.sites.websites()

    def streams(self) -> Mapping[str, Stream[Any]]:
        shop = self._opened
        found: dict[str, Stream[Any]] = {}
        for kind in (Customers, Orders, Carts, Wishlists):
            if shop.ways[kind.name]:
                found[kind.name] = kind(shop.reader(kind.name), shop.overlap, shop.sites)
        if shop.ways["products"]:
            level = str(self.settings.get("catalog.level") or "store")
            found["products"] = Products(shop.reader("products"), shop.overlap, shop.sites, level=level)
        return found

    def customer_attributes(self) -> frozenset[str] | None:
        return ATTRIBUTES

    def newsletter_writes(self) -> Writes | None:
        """Unsubscribed items of marketing lists, where the API writes them and the database reads them."""
        shop = self._opened
        lists = shop.unsubscribe_lists
        if not lists or shop.api is None or shop.schema is None or not shop.schema.has(ITEMS):
            return None
        return UnsubscribedItems(shop.api, shop.schema, shop.sites, lists)

    def marketing_lists(self) -> MarketingLists | None:
        """Marketing lists, where the database may be read."""
        return MarketingLists(self._opened.schema) if self._opened.schema else None

    def marketing_activities(self) -> MarketingActivities | None:
        """The writer of marketing activities, where there is an API access."""
        return MarketingActivities(self._opened.api) if self._opened.api else None

    def close(self) -> None:
        if "_opened" in self.__dict__:
            self._opened.close()
            del self.__dict__["_opened"]
