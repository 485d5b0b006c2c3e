"""The shop's settings: those in its database, else what Magento ships with (contract magento2-data §2).

Values that the shop sets in env.php or config.php are in no table; where that matters, a setting of the connection
stands in.
"""

from __future__ import annotations

from collections.abc import Mapping

from dotbridge.sources.sql_schema import Schema

BUILT_IN = {
    "general/locale/code": "en_US",
    "general/locale/timezone": "America/Los_Angeles",
    "general/country/default": "US",
    "currency/options/base": "USD",
    "currency/options/default": "USD",
    "catalog/price/scope": "0",
    "catalog/seo/product_url_suffix": ".html",
    "customer/account_share/scope": "1",
    "web/unsecure/base_url": "{{base_url}}",
    "web/unsecure/base_link_url": "{{unsecure_base_url}}",
    "web/unsecure/base_media_url": "{{unsecure_base_url}}media/",
    "web/secure/base_url": "{{base_url}}",
    "web/secure/base_link_url": "{{secure_base_url}}",
    "web/secure/base_media_url": "{{secure_base_url}}media/",
    "web/seo/use_rewrites": "0",
    "web/url/use_store": "0",
    "tax/calculation/price_includes_tax": "0",
    "cataloginventory/item_options/manage_stock": "1",
    "cataloginventory/item_options/backorders": "0",
    "cataloginventory/item_options/min_qty": "0",
}
_SECTIONS = ("general", "currency", "catalog", "customer", "web", "tax", "cataloginventory")


class Configuration:
    """Effective values by path; ``views`` gives the website of each store view."""

    def __init__(self, schema: Schema, views: Mapping[int, int], base_url: str = "") -> None:
        sections = ",".join([f"'{section}'" for section in _SECTIONS])
        rows = schema.shop.query(
            f"SELECT scope, scope_id, path, value FROM {schema.shop.table('core_config_data')}"
            f" WHERE SUBSTRING_INDEX(path,'/',1) IN ({sections})"
        )
        self._values: dict[tuple[str, int, str], str] = {
            (scope, scope_id, path): value for scope, scope_id, path, value in rows if value is not None
        }
        self._views = views
        self._base_url = base_url

    def value(self, path: str, *, store_id: int = 0, website_id: int = 0) -> str:
        """What holds in a store view, a website, or by default; "" where nobody says anything."""
        website_id = self._views.get(store_id, website_id) if store_id else website_id
        for scope, scope_id in (("stores", store_id), ("websites", website_id), ("default", 0)):
            found = self._values.get((scope, scope_id, path))
            if found is not None and (scope_id or scope == "default"):
                return found
        return BUILT_IN.get(path, "")

    def url(self, name: str, kind: str, store_id: int) -> str:
        """An address of the store view (``base_url``, ``base_link_url``, ``base_media_url``), secure or unsecure.

        "" where the shop finds its own address out per request, or keeps it out of the database, and the connection
        does not tell it.
        """
        found = self.value(f"web/{kind}/{name}", store_id=store_id)
        for other in ("unsecure", "secure"):
            mark = f"{{{{{other}_base_url}}}}"
            if mark in found:
                found = found.replace(mark, self.url("base_url", other, store_id))
        found = found.replace("{{base_url}}", self._base_url and f"{self._base_url.rstrip('/')}/")
        return found if "://" in found else ""
