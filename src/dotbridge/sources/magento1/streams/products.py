"""Products: one record per store view, or one per website, with everything that a view shows of them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from dotbridge.commerce.notice import Notice
from dotbridge.commerce.product import Product, TierPrice
from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Page
from dotbridge.sources.magento1.categories import Categories
from dotbridge.sources.magento1.links import Links
from dotbridge.sources.magento1.paging import Keyset, Slice
from dotbridge.sources.magento1.prices import ALL_GROUPS, Prices
from dotbridge.sources.magento1.shelf import Head, Shelf
from dotbridge.sources.magento1.stock import Stock
from dotbridge.sources.magento1.to_commerce.products import ProductRow, product
from dotbridge.sources.mysql import integers

EVERYBODY = "ALL GROUPS"


class Shown(NamedTuple):
    """What is known of the products of one page, in all views."""

    website_id: str
    shelf: Shelf
    links: Links
    stock: Stock
    categories: Categories
    websites: dict[int, list[tuple[str, str]]]


class Products(Keyset[Product]):
    """Products of a website. With ``catalog.level`` store each active view has a record of its own; ``count`` is of
    records, ``ids`` of products. Otherwise one record a product, with the default view's values and no store id.
    """

    name = "products"
    change = "indexed"
    in_parts = False  # its cursor may stand between two views of a product
    compare_every = 3600
    compare_why = (
        "Stock, mass changes of attributes, tier prices and categories do not move updated_at; reads every product in"
        " pages of about fifteen short queries."
    )
    table = "catalog_product_entity"
    key = "entity_id"
    changed = "updated_at"

    def scope(self, website: Website) -> str:
        """By the websites where the product is sold."""
        sold = self.shop.sql.table("catalog_product_website")
        website_id = int(website.source_id)
        return f"EXISTS (SELECT 1 FROM {sold} w WHERE w.product_id=t.entity_id AND w.website_id={website_id})"

    def scopes(self, website: Website) -> list[tuple[str, int]]:
        """(store id of the record, view that its values come from) of the website's records of one product."""
        sites = self.shop.sites
        website_id = int(website.source_id)
        if self.shop.settings.get("catalog.level", "store") == "store":
            active = [view for view in sites.store_ids(website_id) if sites.views[view].active]
            return [(str(view), view) for view in active]
        return [("", sites.default_store_id(website_id))]

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Product]:
        """The next at most ``limit`` records; a page may end between two views of a product ("17:2" in the cursor)."""
        clock = time.time()
        scopes = [store_id for store_id, _ in self.scopes(website)]
        if cursor.phase == "done" or not scopes:
            return Page((), cursor, False, clock)
        limit = max(1, limit)
        if not cursor.started:
            cursor = self._begin(cursor)
        key, _, half = (cursor.after if cursor.phase == "all" else cursor.since_id).partition(":")
        # A product that was left half read is read again; one more product makes sure that something new comes.
        back = str(int(key) - 1) if half else key
        where, args, order = self._behind(
            Cursor(cursor.phase, back, cursor.since, back, cursor.started),
        )
        wanted = -(-limit // len(scopes)) + 1
        rows, held = self.load(website, Slice(f"{where} AND {self.scope(website)}", args, order, wanted))
        rows = [row for row in rows if not self._had(row, key, half, cursor, scopes)]
        if len(rows) <= limit and held < wanted:
            return Page(rows, self._finished(cursor), False, clock)
        page = rows[:limit]
        last = page[-1]
        split = len(rows) > limit and rows[limit].product_id == last.product_id
        place = f"{last.product_id}:{last.store_id}" if split else last.product_id
        if cursor.phase == "all":
            return Page(page, Cursor("all", place, cursor.since, "", cursor.started), True, clock)
        return Page(page, Cursor("changed", "", last.updated_at, place, cursor.started), True, clock)

    @staticmethod
    def _had(row: ProductRow, key: str, half: str, cursor: Cursor, scopes: list[str]) -> bool:
        """Whether the row was on the page before; a product that changed in between is read anew as a whole."""
        if not half or half not in scopes or row.product_id != key:
            return False
        same = cursor.phase == "all" or row.updated_at == cursor.since
        return same and scopes.index(row.store_id) <= scopes.index(half)

    def load(self, website: Website, part: Slice) -> tuple[Sequence[ProductRow], int]:
        """Records of a part, the views of one product after each other."""
        rows = self.shop.sql.query(
            f"SELECT t.entity_id FROM {self.shop.sql.table(self.table)} t WHERE {part.where}{part.tail}", part.args
        )
        ids = [row[0] for row in rows]
        return (self._records(website, ids), len(ids)) if ids else ((), 0)

    def _records(self, website: Website, ids: list[int]) -> list[ProductRow]:
        website_id = int(website.source_id)
        shelf = Shelf(self.shop, website_id, ids, {self._role, self._brand, "short_description", *self._further})
        views = [(scope, view, Prices(shelf, view)) for scope, view in self.scopes(website)]
        page = Shown(
            website.source_id,
            shelf,
            Links(shelf, self._role),
            Stock(shelf),
            Categories(self.shop, ids, shelf.stores),
            self._websites(ids),
        )
        return [
            self._record(page, shelf.heads[product_id], scope, view, prices)
            for product_id in ids
            if product_id in shelf.heads
            for scope, view, prices in views
        ]

    def _record(self, page: Shown, head: Head, scope: str, view: int, prices: Prices) -> ProductRow:
        shelf = page.shelf
        price, special = prices.regular(head.id), prices.special(head.id)
        brand, _ = self._label(shelf, head.id, self._brand, view)
        attributes, notices = self._attributes(shelf, head, self._further, view)
        return ProductRow(
            product_id=str(head.id),
            website_id=page.website_id,
            store_id=scope,
            sku=head.sku,
            type=head.type,
            created_at=head.created_at,
            updated_at=head.updated_at,
            name=shelf.value(head.id, "name", view) or "",
            status=shelf.value(head.id, "status", view),
            visibility=shelf.value(head.id, "visibility", view),
            currency=self.shop.sites.base_currency(shelf.website_id),
            price=(price, self._with_tax(shelf, head.id, price, view)),
            special_price=(special, self._with_tax(shelf, head.id, special, view)),
            stock=page.stock.of(head.id, view),
            url=page.links.page(head.id, view),
            image_url=page.links.picture(head.id, view),
            short_description=shelf.value(head.id, "short_description", view) or "",
            attribute_set=self.shop.known.attribute_sets.get(head.set_id, ""),
            brand=str(brand or ""),
            categories=page.categories.of(head.id, view),
            websites=tuple(page.websites.get(head.id, ())),
            tier_prices=self._tiers(shelf, head, prices, view),
            parents=tuple(shelf.parents.get(head.id, ())),
            attributes=attributes,
            notices=notices,
        )

    @property
    def _role(self) -> str:
        return str(self.shop.settings.get("catalog.image_role") or "image")

    @property
    def _brand(self) -> str:
        settings = self.shop.settings
        return str(settings.get("catalog.brand_attribute") or settings.get("brand_attribute") or "manufacturer")

    @property
    def _further(self) -> list[str]:
        return [code for code in self.shop.settings.get("catalog.attributes") or () if code]

    def _with_tax(self, shelf: Shelf, product_id: int, price: int | None, view: int) -> int | None:
        if price is None:
            return None
        tax_class = shelf.value(product_id, "tax_class_id", view) or 0
        if not tax_class and shelf.children.get(product_id):
            # Groups and bundles of dynamic price have no tax class of their own; their first part's stands for it.
            tax_class = shelf.value(shelf.children[product_id][0], "tax_class_id", view) or 0
        return self.shop.known.taxes.with_tax(price, tax_class, view)

    def _label(self, shelf: Shelf, product_id: int, code: str, view: int) -> tuple[Any, Notice | None]:
        if code not in shelf.attributes:
            return None, None
        return self.shop.known.product.shown(code, shelf.value(product_id, code, view), view)

    def _attributes(
        self, shelf: Shelf, head: Head, codes: Sequence[str], view: int
    ) -> tuple[dict[str, Any], tuple[Notice, ...]]:
        attributes: dict[str, Any] = {}
        notices: list[Notice] = []
        for code in codes:
            if not shelf.has_row(head.id, code, view):
                continue
            value, notice = self._label(shelf, head.id, code, view)
            if value is not None:
                attributes[code] = value
            if notice:
                notices.append(notice)
        return attributes, tuple(notices)

    def _tiers(self, shelf: Shelf, head: Head, prices: Prices, view: int) -> tuple[TierPrice, ...]:
        """Tier prices and group prices (from one piece on), those of this website before general ones."""
        tiers = []
        for group, quantity, value, percent in shelf.own_prices.get(head.id, ()):
            name = EVERYBODY if group == ALL_GROUPS else self.shop.known.groups.get(group, "")
            price = prices.percentage(head.id, value) if percent else value
            if price is None:
                continue
            with_tax = self._with_tax(shelf, head.id, price, view) or 0
            tiers.append(TierPrice(name, quantity, price, with_tax, value if percent else None))
        return tuple(tiers)

    def _websites(self, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
        rows = self.shop.sql.query(
            f"SELECT product_id, website_id FROM {self.shop.sql.table('catalog_product_website')}"
            f" WHERE product_id IN ({integers(ids)}) ORDER BY product_id, website_id"
        )
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for product_id, website_id in rows:
            site = self.shop.sites.sites.get(website_id)
            if site is not None:
                found[product_id].append((str(website_id), site.name))
        return found

    def count(self, website: Website) -> int | None:
        """How many records the website holds: products times views."""
        return (super().count(website) or 0) * len(self.scopes(website))

    def identify(self, row: ProductRow) -> tuple[str, str]:
        """(product id, updated at)."""
        return row.product_id, row.updated_at

    def to_commerce(self, row: ProductRow) -> Product:
        """The product in our words."""
        return product(row)
