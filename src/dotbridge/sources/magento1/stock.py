"""Whether a product can be bought, and how many there are (contract magento1-data §8).

A product whose stock is not managed is always there, its quantity means nothing. What consists of others is there if
one of them is.
"""

from __future__ import annotations

from typing import NamedTuple

from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.magento1.shelf import Shelf
from dotbridge.sources.mysql import integers

COMPOSITE = frozenset(("configurable", "bundle", "grouped"))
STOCK_ID = 1


class Item(NamedTuple):
    """One stock item with the shop's settings filled in; quantities in 1/10,000."""

    quantity: int
    flag: bool
    managed: bool
    backorders: bool
    least: int

    @property
    def there(self) -> bool:
        """Whether it can be ordered."""
        return not self.managed or (self.flag and (self.backorders or self.quantity > self.least))


class Stock:
    """Stock of the products of a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._items = _items(shelf.shop, {*shelf.heads})

    def of(self, product_id: int, store_id: int) -> tuple[int | None, bool]:
        """(quantity or ``None`` where it means nothing, can be bought) in a view."""
        item = self._items.get(product_id)
        head = self._shelf.heads.get(product_id)
        if head is not None and head.type in COMPOSITE:
            children = [
                child for child in self._shelf.children.get(product_id, ()) if self._shelf.enabled(child, store_id)
            ]
            stocks = [self._items[child] for child in children if child in self._items]
            blocked = item is not None and item.managed and not item.flag
            there = not blocked and any([each.there for each in stocks])
            # Of a configurable one piece is one variant; of a bundle or a group a sum would count different things.
            counted = [each.quantity for each in stocks if each.managed]
            return (sum(counted) if head.type == "configurable" and counted else None), there
        if item is None:
            return None, False
        return (item.quantity if item.managed else None), item.there


def _items(shop: OpenShop, ids: set[int]) -> dict[int, Item]:
    if not ids or not shop.schema.has("cataloginventory_stock_item"):
        return {}
    s = shop.schema.columns("cataloginventory_stock_item", "s")
    path = "cataloginventory/item_options/"
    config = {name: shop.sites.config(path + name) for name in ("manage_stock", "backorders", "min_qty")}
    rows = shop.sql.query(
        f"SELECT s.product_id, {s.units('qty')}, s.is_in_stock, s.manage_stock, s.use_config_manage_stock,"
        f" {s.number('backorders')}, {s.number('use_config_backorders')}, {s.units('min_qty')},"
        f" {s.number('use_config_min_qty')} FROM {s.source}"
        f" WHERE s.product_id IN ({integers(ids)}) AND s.stock_id={STOCK_ID}"
    )
    least = round(float(config["min_qty"] or 0) * 10_000)
    return {
        product_id: Item(
            quantity,
            bool(flag),
            (config["manage_stock"] == "1") if by_config else bool(managed),
            (config["backorders"] not in ("", "0")) if backorders_by_config else bool(backorders),
            least if least_by_config else own_least,
        )
        for (
            product_id,
            quantity,
            flag,
            managed,
            by_config,
            backorders,
            backorders_by_config,
            own_least,
            least_by_config,
        ) in rows
    }
