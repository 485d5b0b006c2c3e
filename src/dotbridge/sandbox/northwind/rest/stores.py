"""Answers about the shop itself: websites, groups, views, configuration, currencies, modules (2)."""

from __future__ import annotations

from dotbridge.sandbox.northwind import views
from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.rest.call import Call
from dotbridge.sandbox.northwind.views import BY_CODE, DEFAULT_VIEW

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
_MODULES = (
    "Store Config Directory Theme Backend Eav Customer Indexer Cms Rule Catalog CatalogRule CatalogUrlRewrite Payment "
    "Quote Bundle Authorization SalesSequence Sales CatalogInventory Downloadable GroupedProduct ConfigurableProduct "
    "Integration Inventory InventoryApi InventorySales InventorySalesApi Newsletter SalesRule Shipping Tax UrlRewrite "
    "Webapi Wishlist"
)


def websites(_call: Call) -> list[Document]:
    return views.websites()


def groups(_call: Call) -> list[Document]:
    return views.groups()


def store_views(_call: Call) -> list[Document]:
    return views.store_views()


def configs(call: Call) -> list[Document]:
    """Configuration of all store views, or of those named in ``storeCodes[]``."""
    codes = {value for name, value in call.query if name.startswith("storeCodes")}
    return [one for one in views.configs(call.url) if not codes or one["code"] in codes]


def currency(call: Call) -> Document:
    view = BY_CODE.get(call.scope, DEFAULT_VIEW)
    base, shown = view.base_currency, view.currency
    rates = {one.currency: one.rate for one in views.VIEWS if one.website == view.website}
    return {
        "base_currency_code": base,
        "base_currency_symbol": _SYMBOLS[base],
        "default_display_currency_code": shown,
        "default_display_currency_symbol": _SYMBOLS[shown],
        "available_currency_codes": list(rates),
        "exchange_rates": [{"currency_to": code, "rate": rate} for code, rate in rates.items()],
    }


def modules(_call: Call) -> list[str]:
    return [f"Magento_{name}" for name in _MODULES.split()]
