"""Websites and store views out of the database, in the shape of REST's ``store/*`` arrays (magento2-data §2)."""

from __future__ import annotations

from typing import Any

from dotbridge.sources.magento2.sites import Sites
from dotbridge.sources.magento2.sql.configuration import Configuration
from dotbridge.sources.sql_schema import Schema

Rows = list[dict[str, Any]]


def read_sites(schema: Schema, configuration: Configuration) -> Sites:
    """All websites and store views with what is set for them."""
    views = _views(schema)
    return Sites(_websites(schema), _groups(schema), views, [_config(view, configuration) for view in views])


def website_by_view(schema: Schema) -> dict[int, int]:
    """The website of each store view."""
    return dict(schema.shop.query(f"SELECT store_id, website_id FROM {schema.shop.table('store')}"))


def _websites(schema: Schema) -> Rows:
    w = schema.columns("store_website", "w")
    rows = schema.shop.query(
        f"SELECT w.website_id, {w.text('code')}, {w.text('name')}, {w.number('default_group_id')} FROM {w.source}"
    )
    return [dict(zip(("id", "code", "name", "default_group_id"), row, strict=True)) for row in rows]


def _groups(schema: Schema) -> Rows:
    g = schema.columns("store_group", "g")
    rows = schema.shop.query(
        f"SELECT g.group_id, g.website_id, {g.number('root_category_id')}, {g.number('default_store_id')},"
        f" {g.text('name')} FROM {g.source}"
    )
    names = ("id", "website_id", "root_category_id", "default_store_id", "name")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _views(schema: Schema) -> Rows:
    s = schema.columns("store", "s")
    rows = schema.shop.query(
        f"SELECT s.store_id, {s.text('code')}, {s.text('name')}, s.website_id, s.group_id, s.is_active FROM {s.source}"
    )
    names = ("id", "code", "name", "website_id", "store_group_id", "is_active")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _config(view: dict[str, Any], configuration: Configuration) -> dict[str, Any]:
    store_id = int(view["id"])

    def value(path: str) -> str:
        return configuration.value(path, store_id=store_id)

    # One base currency for all websites while prices are global, whatever is set for a website (§2).
    own = configuration.value("catalog/price/scope") == "1"
    website_id = int(view["website_id"]) if own else 0
    return {
        "id": store_id,
        "website_id": view["website_id"],
        "locale": value("general/locale/code"),
        "base_currency_code": configuration.value("currency/options/base", website_id=website_id),
        "default_display_currency_code": value("currency/options/default"),
        "timezone": configuration.value("general/locale/timezone", website_id=int(view["website_id"])),
        "base_link_url": _link(view, configuration, "unsecure"),
        "secure_base_link_url": _link(view, configuration, "secure"),
        "base_media_url": configuration.url("base_media_url", "unsecure", store_id),
        "secure_base_media_url": configuration.url("base_media_url", "secure", store_id),
    }


def _link(view: dict[str, Any], configuration: Configuration, kind: str) -> str:
    store_id = int(view["id"])
    base = configuration.url("base_link_url", kind, store_id)
    if base and configuration.value("web/seo/use_rewrites", store_id=store_id) != "1":
        base = f"{base.rstrip('/')}/index.php/"
    if base and configuration.value("web/url/use_store") == "1":
        base = f"{base.rstrip('/')}/{view['code']}/"
    return base
