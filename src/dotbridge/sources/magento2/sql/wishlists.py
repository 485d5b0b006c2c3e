"""Wishlists with their items. An item's coming or going does not move the wishlist's time (§1.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from dotbridge.commerce.site import Website
from dotbridge.commerce.wishlist import Wishlist
from dotbridge.sources.magento2.calendar import today
from dotbridge.sources.magento2.families import TYPES
from dotbridge.sources.magento2.sql.shelf import Shelf
from dotbridge.sources.magento2.sql.stream import Slice, TableStream
from dotbridge.sources.magento2.to_commerce.opinions import WishlistRow, wishlist
from dotbridge.sources.magento2.to_commerce.prices import price_of
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row
from dotbridge.sources.sql_schema import units

_NOT_LOGGED_IN = 0


class Wishlists(TableStream[Wishlist]):
    """Wishlists of a website's customers, empty ones included, at the prices of the website's default view."""

    name: ClassVar[str] = "wishlists"
    change: ClassVar[Literal["indexed", "compare"]] = "compare"
    compare_every: ClassVar[int] = 3600
    compare_why: ClassVar[str] = (
        "Items that come or go leave no trace; reads every wishlist and the products in it, about fifteen queries a"
        " page."
    )
    table: ClassVar[str] = "wishlist"
    key: ClassVar[str] = "wishlist_id"

    def joins(self) -> str:
        """Whose it is."""
        return f" LEFT JOIN {self.shop.sql.table('customer_entity')} c ON c.entity_id=t.customer_id"

    def scope(self, website: Website) -> str:
        """By the website of the customer."""
        return self.shop.website_scope("c.website_id", int(website.source_id))

    def load(self, website: Website, part: Slice) -> tuple[Sequence[WishlistRow], int]:
        """Wishlists of a part with their items."""
        t = self.shop.schema.columns("wishlist", "t")
        c = self.shop.schema.columns("customer_entity", "c")
        heads = self.shop.sql.query(
            f"SELECT {t.id('wishlist_id')}, {c.id('store_id')}, {t.id('customer_id')}, {c.text('email')},"
            f" {t.instant('updated_at')} FROM {t.source}{self.joins()} WHERE {part.where}{part.tail}",
            part.args,
        )
        if not heads:
            return (), 0
        items: dict[str, list[Row]] = defaultdict(list)
        for item in self._items(integers([head[0] for head in heads]), website):
            items[item[0]].append(item)
        stores = [int(store.source_id) for store in website.stores]
        shelf = Shelf(self.shop, stores, {item[1] for held in items.values() for item in held})
        prices = self._prices(shelf, website)
        sites = self.shop.sites()
        default = sites.default_view(website.source_id)
        rows = []
        for wishlist_id, store_id, customer_id, email, updated_at in heads:
            view = sites.view(store_id) or default
            own = int(view.store.source_id) if view else 0
            wishes = tuple(
                [
                    (
                        str(product_id),
                        shelf.heads[product_id].sku,
                        shelf.value(product_id, "name", item_store or own) or "",
                        quantity,
                        prices.get(product_id, 0),
                    )
                    for _, product_id, quantity, item_store in items.get(wishlist_id, ())
                    if product_id in shelf.heads
                ]
            )
            rows.append(WishlistRow(wishlist_id, website.source_id, store_id, customer_id, email, updated_at, wishes))
        return rows, len(heads)

    def _items(self, inside: str, website: Website) -> list[Row]:
        """Items of these wishlists. While accounts are shared by all websites one wishlist holds wishes of all."""
        i = self.shop.schema.columns("wishlist_item", "i")
        shared = self.shop.configuration().value("customer/account_share/scope") == "0"
        stores = ",".join(["0", *[store.source_id for store in website.stores]])
        where = "" if shared else f" AND (i.store_id IS NULL OR i.store_id IN ({stores}))"
        return self.shop.sql.query(
            f"SELECT CAST(i.wishlist_id AS CHAR), i.product_id, {units('IFNULL(' + i.raw('qty') + ',1)')},"
            f" {i.number('store_id')} FROM {i.source} WHERE i.wishlist_id IN ({inside}){where}"
            " ORDER BY i.wishlist_id, i.wishlist_item_id"
        )

    def _prices(self, shelf: Shelf, website: Website) -> Mapping[int, int]:
        """What somebody who is not logged in pays today: as the shop's price index has it, price rules included.

        What is not in the index (products that are out of stock, in most shops) costs its special or regular price.
        """
        view = self.shop.sites().default_view(website.source_id)
        store_id = int(view.store.source_id) if view else 0
        day = today(website.timezone)
        found: dict[int, int] = {}
        for product_id in shelf.heads:
            parts = [shelf.json(part, store_id) for part in shelf.parts(product_id)]
            price = price_of(shelf.json(product_id, store_id), parts, day)
            given = [each for each in (price.regular, price.special) if each is not None]
            found[product_id] = min(given, default=0)
        return {**found, **self._indexed(shelf, website.source_id)}

    def _indexed(self, shelf: Shelf, website_id: str) -> dict[int, int]:
        if not shelf.heads or not self.shop.schema.has("catalog_product_index_price"):
            return {}
        rows = self.shop.sql.query(
            f"SELECT entity_id, {units('IFNULL(final_price,0)')}, {units('IFNULL(min_price,0)')}"
            f" FROM {self.shop.sql.table('catalog_product_index_price')} WHERE customer_group_id={_NOT_LOGGED_IN}"
            f" AND website_id={int(website_id)} AND entity_id IN ({integers(shelf.heads)})"
        )
        return {
            product_id: least if shelf.heads[product_id].type in TYPES else final for product_id, final, least in rows
        }

    def identify(self, row: WishlistRow) -> tuple[str, str]:
        """(wishlist id, updated at)."""
        return row.wishlist_id, row.updated_at

    def to_commerce(self, row: WishlistRow) -> Wishlist:
        """The wishlist in our words."""
        return wishlist(row, self.shop.sites())
