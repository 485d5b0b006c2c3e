"""One opened Oro: its API, its database, or both, and which of them reads what."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from dotbridge.errors import ConfigError
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from dotbridge.sources.codes import SETTING_UNFIT
from dotbridge.sources.orocommerce.by_api import orders as api_orders
from dotbridge.sources.orocommerce.by_api import people as api_people
from dotbridge.sources.orocommerce.by_api import products as api_products
from dotbridge.sources.orocommerce.by_api.capabilities import Capabilities
from dotbridge.sources.orocommerce.by_api.memory import Memory
from dotbridge.sources.orocommerce.by_sql import carts as sql_carts
from dotbridge.sources.orocommerce.by_sql import orders as sql_orders
from dotbridge.sources.orocommerce.by_sql import people as sql_people
from dotbridge.sources.orocommerce.by_sql import products as sql_products
from dotbridge.sources.orocommerce.by_sql.schema import VITAL, Schema, text
from dotbridge.sources.orocommerce.client import Api, optional
from dotbridge.sources.orocommerce.codes import ACCESS_INCOMPLETE
from dotbridge.sources.orocommerce.jsonapi import Query, Resource
from dotbridge.sources.orocommerce.reader import Reader
from dotbridge.sources.orocommerce.sites import Localization, Place, Sites
from dotbridge.sources.postgresql import Database

Way = Literal["database", "api", ""]
API_FIELDS = ("base_url", "client_id", "client_secret")
DATABASE_FIELDS = ("db_host", "db_name", "db_user")
FRESH_SECONDS = 300.0
_LISTS = "unsubscribe_lists"


class OpenShop:
    """Made of a connection's settings; nothing is called before something is asked."""

    def __init__(self, settings: Mapping[str, Any], *, retries: Retries | None = None) -> None:
        self.settings = settings
        self.api = self._api(retries) if self._given(API_FIELDS) else None
        self.database = self._database() if self._given(DATABASE_FIELDS) else None
        if self.api is None and self.database is None:
            missing = [name for name in API_FIELDS if not settings.get(name)]
            raise ConfigError(ACCESS_INCOMPLETE, f"Missing of the API: {', '.join(missing)}.", field=missing[0])
        self._sites: tuple[float, Sites] | None = None
        self._memory = Memory()

    @cached_property
    def schema(self) -> Schema | None:
        """What the database has."""
        return Schema(self.database) if self.database else None

    @cached_property
    def capabilities(self) -> Capabilities | None:
        """What the API can do."""
        return Capabilities(self.api) if self.api else None

    @property
    def overlap(self) -> float:
        """Seconds that a window of changes reaches back behind the one before."""
        given = self.settings.get("overlap_seconds")
        return 120.0 if given in (None, "") else float(given)

    @property
    def unsubscribe_lists(self) -> list[int]:
        """The marketing lists whose unsubscribed items are read and written; raises ConfigError."""
        given = [part.strip() for part in str(self.settings.get(_LISTS) or "").split(",") if part.strip()]
        if not all(one.isascii() and one.isdigit() for one in given):
            raise ConfigError(SETTING_UNFIT, f"{', '.join(given)!r} are no ids of marketing lists.", field=_LISTS)
        return [int(one) for one in given]

    @cached_property
    def people(self) -> str:
        """``customers`` where there is commerce, ``contacts`` in OroCRM alone."""
        if self.schema and self.schema.has(*VITAL["customers"]):
            return "customers"
        if self.capabilities and self.capabilities.commerce:
            return "customers"
        return "contacts"

    @cached_property
    def ways(self) -> dict[str, Way]:
        """How each stream is read: from the database where its tables are there, else over the API."""
        lists = {
            "customers": "customerusers" if self.people == "customers" else "contacts",
            "orders": "orders",
            "products": "products",
        }
        found: dict[str, Way] = {}
        for name in ("customers", "orders", "carts", "products", "wishlists"):
            vital = VITAL[self.people if name == "customers" else name]
            if self.schema and self.schema.has(*vital) and (name != "wishlists" or self._saves()):
                found[name] = "database"
            elif self.capabilities and name in lists and self.capabilities.reads(lists[name]):
                found[name] = "api"
            else:
                found[name] = ""
        return found

    def _saves(self) -> bool:
        """Whether this version lets shoppers save lines for later."""
        return bool(self.schema and self.schema.knows("oro_shopping_list_line_item", "saved_for_later_list_id"))

    @property
    def sites(self) -> Sites:
        """Websites and localisations, at most some minutes old."""
        if self._sites is None or self._sites[0] <= time.monotonic():
            found = Sites(self._places(), self._localizations(), self.settings)
            self._sites = (time.monotonic() + FRESH_SECONDS, found)
        return self._sites[1]

    def reader(self, name: str) -> Reader:
        """The reader of a stream, by its way."""
        if self.schema and self.ways[name] == "database":
            return self._by_database(name, self.schema)
        if self.api and self.capabilities:
            return self._by_api(name, self.api, self.capabilities)
        raise ConfigError(ACCESS_INCOMPLETE, f"Nothing reads {name}.")

    def close(self) -> None:
        """Gives back connections."""
        if self.api:
            self.api.close()
        if self.database:
            self.database.close()

    def _by_database(self, name: str, schema: Schema) -> Reader:
        sites = self.sites
        if name == "customers" and self.people == "contacts":
            return sql_people.Contacts(schema, sites)
        make: dict[str, Callable[[], Reader]] = {
            "customers": lambda: sql_people.CustomerUsers(
                schema, sites, str(self.settings.get("consent") or ""), self.unsubscribe_lists
            ),
            "orders": lambda: sql_orders.Orders(schema, sites),
            "products": lambda: sql_products.Products(schema, sites),
            "carts": lambda: sql_carts.Carts(schema, sites),
            "wishlists": lambda: sql_carts.Wishlists(schema, sites),
        }
        return make[name]()

    def _by_api(self, name: str, api: Api, can: Capabilities) -> Reader:
        sites = self.sites
        if name == "customers" and self.people == "contacts":
            return api_people.Contacts(api, sites, dated=can.dated("contacts"), by_website=False)
        several = len(sites.places) > 1
        make: dict[str, Callable[[], Reader]] = {
            "customers": lambda: api_people.CustomerUsers(
                api, sites, dated=can.dated("customerusers"), by_website=several
            ),
            "orders": lambda: api_orders.Orders(
                api, sites, dated=can.dated("orders"), by_website=several, known=can.sample_order
            ),
            "products": lambda: api_products.Products(api, sites, self._memory, dated=can.dated("products")),
        }
        return make[name]()

    def _places(self) -> list[Place]:
        if self.schema and self.schema.has("oro_website"):
            default = self.schema.column("w", "oro_website", "is_default", "FALSE")
            rows = self.schema.database.query(
                f"SELECT w.id::text, w.name, COALESCE({default}, FALSE) FROM oro_website w ORDER BY w.id"
            )
            return [Place(*row) for row in rows]
        # Only the enterprise edition tells its websites.
        return [Place(one.id, one.text("name"), one.value("default") is True) for one in self._listed("websites")]

    def _localizations(self) -> list[Localization]:
        if self.schema and self.schema.has("oro_localization"):
            rows = self.schema.database.query(
                f"SELECT l.id::text, l.name, {text('l.parent_id')},"
                f" {text(self.schema.column('l', 'oro_localization', 'formatting_code'))}"
                " FROM oro_localization l ORDER BY l.id"
            )
            return [Localization(*row) for row in rows]
        return [
            Localization(one.id, one.text("name"), one.link("parentLocalization"), one.text("formattingCode"))
            for one in self._listed("localizations")
        ]

    def _listed(self, resource: str) -> Sequence[Resource]:
        """A short list of the API, empty where this Oro has none or does not show it."""
        api, can = self.api, self.capabilities
        if api is None or can is None:
            return ()
        query = Query(resource, size=500)
        return can.remember(f"list {resource}", lambda: optional(lambda: list(api.every(query))) or ())

    def _given(self, names: tuple[str, ...]) -> bool:
        return all(str(self.settings.get(name) or "").strip() for name in names)

    def _api(self, retries: Retries | None) -> Api:
        settings = self.settings
        return Api(
            str(settings["base_url"]),
            str(settings.get("api_path") or "/admin/api"),
            str(settings["client_id"]).strip(),
            Secret(str(settings["client_secret"]).strip()),
            allow_private=bool(settings.get("allow_private")),
            retries=retries,
        )

    def _database(self) -> Database:
        settings = self.settings
        return Database(
            str(settings["db_host"]).strip(),
            self._whole("db_port", 5432),
            str(settings["db_user"]).strip(),
            str(settings.get("db_password") or ""),
            str(settings["db_name"]).strip(),
            statement_seconds=self._whole("statement_seconds", 60),
            tls=bool(settings.get("db_tls")),
        )

    def _whole(self, name: str, default: int) -> int:
        value = self.settings.get(name)
        if value in (None, ""):
            return default
        if not (str(value).isascii() and str(value).isdigit() and int(str(value)) > 0):
            raise ConfigError(SETTING_UNFIT, f"{name} is {value!r}, not a whole number above 0.", field=name)
        return int(str(value))
