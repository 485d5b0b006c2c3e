"""Carts: the page's quotes with totals of their addresses, their items, and whether an order came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.commerce.cart import Cart
from dotbridge.commerce.site import Website
from dotbridge.sources.magento1.links import Links
from dotbridge.sources.magento1.paging import Keyset, Slice
from dotbridge.sources.magento1.places import Places
from dotbridge.sources.magento1.shelf import Shelf
from dotbridge.sources.magento1.to_commerce.carts import CartRow, Item, cart
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row
from dotbridge.sources.sql_schema import units


class Head(NamedTuple):
    """The row of a cart itself."""

    id: int
    store_id: int
    email: str
    customer_id: int
    active: int
    items_count: int
    created_at: str
    updated_at: str
    currency: str
    subtotal: int
    total: int
    coupon: str

    @property
    def open(self) -> bool:
        """Whether a shopper could still buy it; an order number that it reserved proves nothing."""
        return bool(self.active and self.items_count)


TOTALS = ("subtotal_incl_tax", "tax_amount", "shipping_amount", "discount_amount")


class Carts(Keyset[Cart]):
    """Quotes of a website's views, open ones and those that became orders."""

    name = "carts"
    change = "indexed"
    compare_every = 86_400
    compare_why = "Carts changed by SQL or cleaned away do not move updated_at; reads every cart the shop still keeps."
    table = "sales_flat_quote"
    key = "entity_id"
    changed = "updated_at"

    def scope(self, website: Website) -> str:
        """By the store view of the cart."""
        return self.shop.sites.store_scope("t.store_id", int(website.source_id))

    def load(self, website: Website, part: Slice) -> tuple[Sequence[CartRow], int]:
        """Carts of a part with their lines."""
        t = self.shop.schema.columns(self.table, "t")
        rows = self.shop.sql.query(
            f"SELECT t.entity_id, {t.number('store_id')}, {t.text('customer_email')}, {t.number('customer_id')},"
            f" {t.number('is_active')}, {t.number('items_count')}, {t.instant('created_at')},"
            f" {t.instant('updated_at')}, {t.text('quote_currency_code')}, {t.units('subtotal')},"
            f" {t.units('grand_total')}, {t.text('coupon_code')} FROM {t.source} WHERE {part.where}{part.tail}",
            part.args,
        )
        heads = [Head(*row) for row in rows]
        return (self._carts(website, heads) if heads else ()), len(heads)

    def _carts(self, website: Website, heads: list[Head]) -> list[CartRow]:
        inside = integers([head.id for head in heads])
        items, totals, typed = self._items(inside), self._totals(inside), self._typed(inside)
        ordered = self._ordered(inside)
        accounts = self._accounts([head.customer_id for head in heads if head.customer_id and not head.email])
        places = Places(self.shop.sites, int(website.source_id))
        links = self._links(int(website.source_id), heads, items)
        carts = []
        for head in heads:
            place = places.place(head.store_id)
            view = int(place.store_id or 0)
            shown = {item[3] for item in items[head.id] if item[3]} if head.open else set()
            sums = totals.get(head.id, (0, 0, 0, 0))
            carts.append(
                CartRow(
                    cart_id=str(head.id),
                    website_id=website.source_id,
                    store_id=place.store_id,
                    store_name=place.store_name,
                    email=head.email or typed.get(head.id) or accounts.get(head.customer_id, ""),
                    customer_id=str(head.customer_id or ""),
                    open=head.open,
                    ordered=head.id in ordered,
                    created_at=head.created_at,
                    updated_at=head.updated_at,
                    currency=head.currency,
                    subtotal=head.subtotal,
                    subtotal_incl_tax=sums[0],
                    tax=sums[1],
                    shipping=sums[2],
                    discount=sums[3],
                    total=head.total,
                    coupon=head.coupon,
                    url=self._address(view),
                    items=items[head.id],
                    pages={product_id: links.page(int(product_id), view) for product_id in shown},
                    pictures={product_id: links.picture(int(product_id), view) for product_id in shown},
                )
            )
        return carts

    def _links(self, website_id: int, heads: list[Head], items: dict[int, list[Item]]) -> Links:
        """Pages and pictures. Only open carts are shown to anybody, so only their products are looked up."""
        products = {int(item[3]) for head in heads if head.open for item in items[head.id] if item[3]}
        return Links(Shelf(self.shop, website_id, products, (self._role,)), self._role)

    def _address(self, view: int) -> str:
        base = self.shop.sites.base_url(view)
        return f"{base}checkout/cart/{self.shop.sites.page_query(view)}" if base else ""

    @property
    def _role(self) -> str:
        return str(self.shop.settings.get("catalog.image_role") or "image")

    def _items(self, inside: str) -> dict[int, list[Item]]:
        i = self.shop.schema.columns("sales_flat_quote_item", "i")
        t = self.shop.schema.columns(self.table, "t")
        rate = f"IFNULL(NULLIF({t.raw('base_to_quote_rate')},0),1)"
        with_tax = f"IFNULL({i.raw('row_total_incl_tax')},i.row_total+IFNULL({i.raw('tax_amount')},0))"
        rows = self.shop.sql.query(
            # The item's price is the catalogue's, in the website's currency; totals are in the cart's (seen).
            f"SELECT i.quote_id, i.item_id, {i.number('parent_item_id')}, {i.id('product_id')}, {i.text('sku')},"
            f" {i.text('name')}, {i.text('product_type')}, {i.units('qty')}, {units(f'IFNULL(i.price,0)*{rate}')},"
            f" {i.units('row_total')}, {units(f'IFNULL({with_tax},0)')} FROM {i.source}"
            f" JOIN {t.source} ON t.entity_id=i.quote_id WHERE i.quote_id IN ({inside}) ORDER BY i.quote_id, i.item_id"
        )
        found: dict[int, list[Item]] = defaultdict(list)
        for row in rows:
            found[row[0]].append(row)
        return found

    def _totals(self, inside: str) -> dict[int, tuple[int, ...]]:
        """Sums over the cart's addresses, which is where Magento keeps them."""
        if not self.shop.schema.has("sales_flat_quote_address"):
            return {}
        a = self.shop.schema.columns("sales_flat_quote_address", "a")
        sums = ", ".join([units(f"IFNULL(SUM({a.raw(column)}),0)") for column in TOTALS])
        rows = self.shop.sql.query(
            f"SELECT a.quote_id, {sums} FROM {a.source} WHERE a.quote_id IN ({inside}) GROUP BY a.quote_id"
        )
        return {row[0]: row[1:] for row in rows}

    def _typed(self, inside: str) -> dict[int, str]:
        """E-mails that were typed in the checkout before the cart itself got one; the billing one first."""
        if not self.shop.schema.has("sales_flat_quote_address"):
            return {}
        rows = self.shop.sql.query(
            f"SELECT quote_id, email FROM {self.shop.sql.table('sales_flat_quote_address')}"
            f" WHERE quote_id IN ({inside}) AND IFNULL(email,'')<>'' ORDER BY address_type='billing'"
        )
        return {row[0]: row[1] for row in rows}

    def _ordered(self, inside: str) -> set[int]:
        if not self.shop.schema.has("sales_flat_order"):
            return set()
        o = self.shop.schema.columns("sales_flat_order", "o")
        rows: list[Row] = self.shop.sql.query(
            f"SELECT DISTINCT {o.raw('quote_id')} FROM {o.source} WHERE {o.raw('quote_id')} IN ({inside})"
        )
        return {row[0] for row in rows}

    def _accounts(self, ids: Sequence[int]) -> dict[int, str]:
        if not ids or not self.shop.schema.has("customer_entity"):
            return {}
        rows = self.shop.sql.query(
            f"SELECT entity_id, IFNULL(email,'') FROM {self.shop.sql.table('customer_entity')}"
            f" WHERE entity_id IN ({integers(ids)})"
        )
        return {row[0]: row[1] for row in rows}

    def identify(self, row: CartRow) -> tuple[str, str]:
        """(cart id, updated at)."""
        return row.cart_id, row.updated_at

    def to_commerce(self, row: CartRow) -> Cart:
        """The cart in our words."""
        return cart(row)
