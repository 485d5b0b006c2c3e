"""Answers about stock: sources, stocks, source items and what can be sold (3.5)."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.catalogue import stock
from dotbridge.sandbox.northwind.rest import criteria
from dotbridge.sandbox.northwind.rest.call import Call, as_is
from dotbridge.sandbox.northwind.rest.errors import no_entity
from dotbridge.sandbox.northwind.tables import SOURCE_ITEM
from dotbridge.sandbox.northwind.views import WEBSITES, Website


def source_items(call: Call) -> Document:
    return call.listing(SOURCE_ITEM, as_is)


def _listed(call: Call, items: list[Document]) -> Document:
    return {"items": items, "search_criteria": criteria.parse(call.query).echo(), "total_count": len(items)}


def sources(call: Call) -> Document:
    shared = {"enabled": True, "use_default_carrier_config": True, "carrier_links": []}
    place = {"description": "Default Source", "latitude": 0, "longitude": 0, "country_id": "GB", "postcode": "LS1 4AP"}
    default = {"source_code": WEBSITES[0].source_code, "name": "Default Source", **place, **shared}
    depot = {
        "source_code": WEBSITES[1].source_code,
        "name": "US Depot",
        "country_id": "US",
        "postcode": "97204",
        **shared,
    }
    return _listed(call, [default, depot])


def stocks(call: Call) -> Document:
    return _listed(call, [_stock(website) for website in WEBSITES])


def _stock(website: Website) -> Document:
    channels = [{"type": "website", "code": website.code}]
    name = "Default Stock" if website.stock_id == 1 else "US Stock"
    return {"stock_id": website.stock_id, "name": name, "extension_attributes": {"sales_channels": channels}}


def resolve(_call: Call, code: str) -> Document:
    for website in WEBSITES:
        if website.code == code:
            return _stock(website)
    raise no_entity("code", code)


def salable_quantity(call: Call, sku: str, stock_id: int) -> int:
    for website in WEBSITES:
        if website.stock_id == stock_id:
            return stock.salable(call.connection, sku, website)
    raise no_entity("stock_id", stock_id)


def is_salable(call: Call, sku: str, stock_id: int) -> bool:
    return salable_quantity(call, sku, stock_id) > 0
