"""Websites, store views and their settings, read once (contract magento1-data §2).

Every record belongs to exactly one website. Records whose store view or website is gone, or is the admin's pseudo
store, count to the default website, so that no record is lost between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from dotbridge.commerce.site import Store, Website
from dotbridge.sources.magento1.schema import SITE_TABLES
from dotbridge.sources.sql_schema import Schema

#: What Magento's own XML says where the database says nothing.
BUILT_IN = {
    "general/locale/code": "en_US",
    "general/locale/timezone": "America/Los_Angeles",
    "general/country/default": "US",
    "currency/options/base": "USD",
    "currency/options/default": "USD",
    "catalog/price/scope": "0",
    "customer/account_share/scope": "1",
    "web/unsecure/base_url": "{{base_url}}",
    "web/secure/base_url": "{{base_url}}",
    "web/unsecure/base_media_url": "{{unsecure_base_url}}media/",
    "web/secure/base_media_url": "{{secure_base_url}}media/",
    "web/secure/use_in_frontend": "0",
    "web/seo/use_rewrites": "0",
    "web/url/use_store": "0",
    "tax/calculation/price_includes_tax": "0",
    "cataloginventory/item_options/manage_stock": "1",
    "cataloginventory/item_options/backorders": "0",
    "cataloginventory/item_options/min_qty": "0",
}


class View(NamedTuple):
    """One store view as the shop's tables have it."""

    id: int
    code: str
    name: str
    website_id: int
    group: str
    root_category_id: int
    active: bool


class Site(NamedTuple):
    """One website as the shop's tables have it; ``default_store_id`` is 0 where the shop names none."""

    id: int
    code: str
    name: str
    is_default: bool
    default_store_id: int


class Sites:
    """The shop's websites and what is set for them."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        schema.require(*SITE_TABLES)

    @cached_property
    def sites(self) -> dict[int, Site]:
        """Websites by id, the admin's left out; exactly one is the default."""
        website = self._schema.columns("core_website", "w")
        group = self._schema.columns("core_store_group", "g")
        rows = self._schema.shop.query(
            f"SELECT w.website_id, {website.text('code')}, {website.text('name')}, {website.number('is_default')},"
            f" {group.number('default_store_id')} FROM {website.source}"
            f" LEFT JOIN {group.source} ON g.group_id={website.raw('default_group_id')}"
            f" WHERE w.website_id<>0 ORDER BY {website.number('sort_order')}, w.website_id"
        )
        chosen = next((row[0] for row in rows if row[3]), rows[0][0] if rows else 0)
        return {row[0]: Site(row[0], row[1], row[2], row[0] == chosen, row[4]) for row in rows}

    @cached_property
    def views(self) -> dict[int, View]:
        """Store views by id, the admin's left out."""
        store = self._schema.columns("core_store", "s")
        group = self._schema.columns("core_store_group", "g")
        rows = self._schema.shop.query(
            f"SELECT s.store_id, {store.text('code')}, {store.text('name')}, s.website_id, {group.text('name')},"
            f" {group.number('root_category_id')}, {store.number('is_active')} FROM {store.source}"
            f" LEFT JOIN {group.source} ON g.group_id=s.group_id"
            f" WHERE s.store_id<>0 ORDER BY {store.number('sort_order')}, s.store_id"
        )
        return {row[0]: View(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in rows}

    @cached_property
    def _config(self) -> dict[tuple[str, int, str], str]:
        rows = self._schema.shop.query(
            f"SELECT scope, scope_id, path, IFNULL(value,'') FROM {self._schema.shop.table('core_config_data')}"
            " WHERE path LIKE 'payment/%%/title' OR SUBSTRING_INDEX(path,'/',1) IN"
            " ('general','currency','catalog','customer','web','tax','cataloginventory')"
        )
        return {(scope, scope_id, path): value for scope, scope_id, path, value in rows}

    def config(self, path: str, store_id: int = 0, website_id: int = 0) -> str:
        """The effective value for a store view, a website, or by default; "" where nobody says anything."""
        view = self.views.get(store_id)
        scopes = (("stores", store_id), ("websites", view.website_id if view else website_id), ("default", 0))
        for scope, scope_id in scopes:
            value = self._config.get((scope, scope_id, path))
            if value is not None and (scope_id or scope == "default"):
                return value
        return BUILT_IN.get(path, "")

    @cached_property
    def default_website_id(self) -> int:
        """The website that stands in where a record names none."""
        return next((site.id for site in self.sites.values() if site.is_default), 0)

    def store_ids(self, website_id: int) -> list[int]:
        """The website's store views, active or not."""
        return [view.id for view in self.views.values() if view.website_id == website_id]

    def default_store_id(self, website_id: int) -> int:
        """The view that stands for the website: the default of its default group, else its first; 0 for none."""
        site, own = self.sites.get(website_id), self.store_ids(website_id)
        return site.default_store_id if site and site.default_store_id in own else next(iter(own), 0)

    def view_of(self, store_id: int, website_id: int) -> View | None:
        """The store view, or the website's default one where the id is the admin's or gone."""
        return self.views.get(store_id) or self.views.get(self.default_store_id(website_id))

    def base_currency(self, website_id: int) -> str:
        """The accounting currency; one for all websites while prices are global."""
        return self.config("currency/options/base", website_id=website_id if self.prices_by_website else 0)

    @cached_property
    def prices_by_website(self) -> bool:
        """Whether each website has prices and a base currency of its own."""
        return self.config("catalog/price/scope") == "1"

    def store_scope(self, expression: str, website_id: int) -> str:
        """SQL: the store id ``expression`` belongs to this website, by its view or by being nobody's."""
        return self._scope(expression, self.store_ids(website_id), self.views, website_id)

    def website_scope(self, expression: str, website_id: int) -> str:
        """SQL: the website id ``expression`` is this one, or nobody's and this one is the default."""
        return self._scope(expression, [website_id], self.sites, website_id)

    def _scope(self, expression: str, own: list[int], known: Iterable[int], website_id: int) -> str:
        if website_id != self.default_website_id:
            return f"{expression} IN ({_inside(own)})"
        others = [each for each in known if each not in own]
        return f"({expression} IS NULL OR {expression} NOT IN ({_inside(others)}))" if others else "1=1"

    def websites(self) -> list[Website]:
        """The websites in our words."""
        return [
            Website(
                str(site.id),
                site.code,
                site.name,
                self.base_currency(site.id),
                self.config("general/locale/timezone", website_id=site.id),
                tuple([self._store(view) for view in self.views.values() if view.website_id == site.id]),
            )
            for site in self.sites.values()
        ]

    def _store(self, view: View) -> Store:
        return Store(
            str(view.id),
            view.code,
            view.name,
            view.group,
            self.config("general/locale/code", view.id),
            self.config("currency/options/default", view.id),
            self.base_url(view.id),
            view.active,
        )

    def base_url(self, store_id: int) -> str:
        """Where the store view's pages begin, with a slash at the end; "" where the shop finds it out per request."""
        base = self._web(store_id, "base_url")
        if base and self.config("web/seo/use_rewrites", store_id) != "1":
            base += "index.php/"
        view = self.views.get(store_id)
        if base and view and self.config("web/url/use_store") == "1":
            base += view.code + "/"
        return base

    def media_url(self, store_id: int) -> str:
        """Where the store view's media begin, with a slash at the end; "" where it is unknown."""
        return self._web(store_id, "base_media_url")

    def page_query(self, store_id: int) -> str:
        """What a link needs so that the shop shows this view: ``?___store=`` where views share one address."""
        view = self.views.get(store_id)
        if view is None or store_id == self.default_store_id(self.default_website_id):
            return ""
        if self.config("web/url/use_store") == "1":
            return ""
        base = self.base_url(store_id)
        shared = any([base == self.base_url(other) for other in self.views if other != store_id])
        return f"?___store={view.code}" if shared else ""

    def _web(self, store_id: int, name: str) -> str:
        secure = self.config("web/secure/use_in_frontend", store_id) == "1"
        value = self.config(f"web/{'secure' if secure else 'unsecure'}/{name}", store_id)
        for kind in ("unsecure", "secure"):
            mark = f"{{{{{kind}_base_url}}}}"
            if mark in value:
                value = value.replace(mark, self.config(f"web/{kind}/base_url", store_id))
        if not value or "{{" in value:
            return ""
        return value if value.endswith("/") else value + "/"


def _inside(ids: Iterable[int]) -> str:
    return ",".join([str(each) for each in ids]) or "NULL"
