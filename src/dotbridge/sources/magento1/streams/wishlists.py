"""Wishlists with their items. Taking an item away leaves no sure trace, so only a full compare finds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dotbridge.commerce.site import Website
from dotbridge.commerce.wishlist import Wishlist
from dotbridge.sources.magento1.paging import Keyset, Slice
from dotbridge.sources.magento1.places import Places
from dotbridge.sources.magento1.prices import Prices
from dotbridge.sources.magento1.shelf import Shelf
from dotbridge.sources.magento1.to_commerce.opinions import WishlistRow, wishlist
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row
from dotbridge.sources.sql_schema import units


class Wishlists(Keyset[Wishlist]):
    """Wishlists of a website's customers, empty ones included, at the prices of the website's default view."""

    name = "wishlists"
    change = "compare"
    compare_every = 3600
    compare_why = (
        "Taken items leave no trace; reads every wishlist and the products in it, about fifteen queries a page."
    )
    table = "wishlist"
    key = "wishlist_id"

    def joins(self) -> str:
        """Whose it is."""
        return f" LEFT JOIN {self.shop.sql.table('customer_entity')} c ON c.entity_id=t.customer_id"

    def scope(self, website: Website) -> str:
        """By the website of the customer."""
        return self.shop.sites.website_scope("c.website_id", int(website.source_id))

    def load(self, website: Website, part: Slice) -> tuple[Sequence[WishlistRow], int]:
        """Wishlists of a part with their items."""
        t = self.shop.schema.columns("wishlist", "t")
        c = self.shop.schema.columns("customer_entity", "c")
        heads = self.shop.sql.query(
            f"SELECT {t.id('wishlist_id')}, {t.id('customer_id')}, {t.instant('updated_at')}, {c.text('email')},"
            f" {c.number('store_id')} FROM {t.source}{self.joins()} WHERE {part.where}{part.tail}",
            part.args,
        )
        if not heads:
            return (), 0
        website_id = int(website.source_id)
        items: dict[str, list[Row]] = defaultdict(list)
        for item in self._items(integers([head[0] for head in heads]), website_id):
            items[item[0]].append(item)
        shelf = Shelf(self.shop, website_id, {item[1] for held in items.values() for item in held})
        default = self.shop.sites.default_store_id(website_id)
        prices = Prices(shelf, default)
        places = Places(self.shop.sites, website_id)
        rows = []
        for wishlist_id, customer_id, updated_at, email, store_id in heads:
            place = places.place(store_id)
            view = int(place.store_id or 0)
            wishes = tuple(
                [
                    (
                        str(product_id),
                        shelf.heads[product_id].sku,
                        str(shelf.value(product_id, "name", item_store or view) or ""),
                        quantity,
                        prices.final(product_id) or 0,
                    )
                    for _, product_id, quantity, item_store in items.get(wishlist_id, ())
                    if product_id in shelf.heads
                ]
            )
            currency = self.shop.sites.base_currency(website_id)
            rows.append(WishlistRow(wishlist_id, place, customer_id, email, updated_at, currency, wishes))
        return rows, len(heads)

    def _items(self, inside: str, website_id: int) -> list[Row]:
        """Items of these wishlists. While accounts are shared by all websites one wishlist holds wishes of all."""
        i = self.shop.schema.columns("wishlist_item", "i")
        shared = self.shop.sites.config("customer/account_share/scope") == "0"
        stores = integers(self.shop.sites.store_ids(website_id)) or "NULL"
        where = "" if shared else f" AND (i.store_id IS NULL OR i.store_id IN (0,{stores}))"
        return self.shop.sql.query(
            f"SELECT CAST(i.wishlist_id AS CHAR), i.product_id, {units('IFNULL(' + i.raw('qty') + ',1)')},"
            f" {i.number('store_id')} FROM {i.source} WHERE i.wishlist_id IN ({inside}){where}"
            " ORDER BY i.wishlist_id, i.wishlist_item_id"
        )

    def identify(self, row: WishlistRow) -> tuple[str, str]:
        """(wishlist id, updated at)."""
        return row.wishlist_id, row.updated_at

    def to_commerce(self, row: WishlistRow) -> Wishlist:
        """The wishlist in our words."""
        return wishlist(row)
