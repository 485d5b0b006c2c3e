"""Salable quantities per website: sources of the website's stock less reservations and threshold (§3.5).

Shops without multi-source inventory have the classic stock items only. A product whose stock is not managed is always
there, and its quantity means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.magento2.stock import Stock
from dotbridge.sources.mysql import integers, texts
from dotbridge.sources.sql_schema import units

T = TypeVar("T")

_CLASSIC = 1
_PATH = "cataloginventory/item_options/"


class Item(NamedTuple):
    """One classic stock item with the shop's settings filled in; quantities in 1/10,000."""

    quantity: int
    flag: bool
    managed: bool
    backorders: bool
    least: int


def stocks(shop: Database, website_code: str, skus: Mapping[str, int]) -> dict[str, Stock]:
    """Stock by sku of products given with their ids; a composite's own entry says whether it is blocked by hand."""
    items = _items(shop, skus.values())
    stock_id = _stock_of(shop, website_code)
    held = _sources(shop, stock_id, list(skus)) if stock_id else None
    reserved = _reserved(shop, stock_id, list(skus)) if stock_id else {}
    found = {}
    for sku, product_id in skus.items():
        item = items.get(product_id) or Item(0, True, True, False, 0)
        if not item.managed:
            found[sku] = Stock(None, True)
        elif held is None:
            found[sku] = _stock(item, item.quantity, item.flag)
        else:
            quantity, there = held.get(sku, (0, False))
            found[sku] = _stock(item, quantity + reserved.get(sku, 0), there)
    return found


def blocked(shop: Database, composites: Mapping[str, int]) -> dict[str, Stock]:
    """By sku of configurable, grouped and bundle products those that the merchant took out of stock by hand."""
    items = _items(shop, composites.values())
    return {
        sku: Stock(None, False)
        for sku, product_id in composites.items()
        if (item := items.get(product_id)) and item.managed and not item.flag
    }


def _stock(item: Item, quantity: int, there: bool) -> Stock:
    salable = quantity - item.least
    return Stock(salable, there and (item.backorders or salable > 0))


def _stock_of(shop: Database, website_code: str) -> int:
    """The stock that a website sells from; 0 where the shop has no multi-source inventory."""
    tables = (
        "inventory_source",
        "inventory_source_item",
        "inventory_source_stock_link",
        "inventory_stock_sales_channel",
    )
    if not shop.schema.has(*tables):
        return 0
    rows = shop.sql.query(
        f"SELECT stock_id FROM {shop.sql.table('inventory_stock_sales_channel')} WHERE type='website' AND code=%s",
        (website_code,),
    )
    return int(rows[0][0]) if rows else -1


def _sources(shop: Database, stock_id: int, skus: list[str]) -> dict[str, tuple[int, bool]]:
    """(quantity, is there) by sku, summed over the enabled sources of a stock."""
    if not skus:
        return {}
    table = shop.sql.table
    rows = shop.sql.query(
        f"SELECT i.sku, {units('SUM(IF(i.status=1,i.quantity,0))')}, MAX(i.status)"
        f" FROM {table('inventory_source_stock_link')} l"
        f" JOIN {table('inventory_source')} s ON s.source_code=l.source_code AND s.enabled=1"
        f" JOIN {table('inventory_source_item')} i ON i.source_code=l.source_code"
        f" WHERE l.stock_id=%s AND i.sku IN ({texts(skus)}) GROUP BY i.sku",
        [stock_id, *skus],
    )
    return _by_sku(skus, {row[0]: (int(row[1]), row[2] == 1) for row in rows})


def _reserved(shop: Database, stock_id: int, skus: list[str]) -> dict[str, int]:
    """What open orders hold, as negative numbers."""
    if not skus or not shop.schema.has("inventory_reservation"):
        return {}
    rows = shop.sql.query(
        f"SELECT sku, {units('SUM(quantity)')} FROM {shop.sql.table('inventory_reservation')}"
        f" WHERE stock_id=%s AND sku IN ({texts(skus)}) GROUP BY sku",
        [stock_id, *skus],
    )
    return _by_sku(skus, {row[0]: int(row[1]) for row in rows})


def _by_sku(skus: list[str], rows: dict[str, T]) -> dict[str, T]:
    """The database groups skus without regard to case, and gives back any spelling of them."""
    by_key = {sku.lower(): value for sku, value in rows.items()}
    return {sku: by_key[sku.lower()] for sku in skus if sku.lower() in by_key}


def _items(shop: Database, ids: Iterable[int]) -> dict[int, Item]:
    inside = integers(ids)
    if not inside or not shop.schema.has("cataloginventory_stock_item"):
        return {}
    s = shop.schema.columns("cataloginventory_stock_item", "s")
    config = {name: shop.configuration().value(_PATH + name) for name in ("manage_stock", "backorders", "min_qty")}
    least = round(float(config["min_qty"] or 0) * 10_000)
    rows = shop.sql.query(
        f"SELECT s.product_id, {s.units('qty')}, s.is_in_stock, s.manage_stock, s.use_config_manage_stock,"
        f" {s.number('backorders')}, {s.number('use_config_backorders')}, {s.units('min_qty')},"
        f" {s.number('use_config_min_qty')} FROM {s.source}"
        f" WHERE s.product_id IN ({inside}) AND s.stock_id={_CLASSIC}"
    )
    return {
        product_id: Item(
            quantity,
            bool(flag),
            config["manage_stock"] == "1" if by_config else bool(managed),
            config["backorders"] not in {"", "0"} if backorders_by_config else bool(backorders),
            least if least_by_config else own_least,
        )
        for product_id, quantity, flag, managed, by_config, backorders, backorders_by_config, own_least, least_by_config in rows
    }
