"""Carts by the database: the page's quotes with their totals in REST's shape, and what the catalogue shows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from dotbridge.commerce.cart import Cart
from dotbridge.commerce.site import Website
from dotbridge.errors import RecordError
from dotbridge.sources.base import Cursor
from dotbridge.sources.codes import ROW_BROKEN
from dotbridge.sources.magento2.sql.links import page_paths
from dotbridge.sources.magento2.sql.shelf import Shelf
from dotbridge.sources.magento2.sql.stream import Slice, TableStream
from dotbridge.sources.magento2.to_commerce.cart import Shown, cart, shown
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row

Json = dict[str, Any]

_TOTALS = ("subtotal_incl_tax", "tax_amount", "shipping_amount", "discount_amount")
_ITEM = ("sku", "name", "qty", "price", "row_total", "price_incl_tax", "row_total_incl_tax", "tax_percent")


class CartRow(NamedTuple):
    """A cart and its totals as REST gives them, and what the catalogue shows of its lines, by their sku."""

    cart: Json
    website_id: str
    totals: Json
    products: Mapping[str, Shown]


class Carts(TableStream[Cart]):
    """Open carts of a website's views; among changes and by id also those that were ordered or emptied since."""

    name: ClassVar[str] = "carts"
    change: ClassVar[Literal["indexed", "compare"]] = "indexed"
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = (
        "Carts that are cleaned away or changed by SQL do not move updated_at; reads every open cart."
    )
    table: ClassVar[str] = "quote"
    key: ClassVar[str] = "entity_id"
    changed: ClassVar[str] = "updated_at"

    def scope(self, website: Website) -> str:
        """By the store view of the cart."""
        return self.shop.store_scope("t.store_id", int(website.source_id))

    def span(self, website: Website, cursor: Cursor | None = None) -> str:
        """Ordered carts stay in the shop for ever: they are read where they changed, and are no part of the whole."""
        if cursor is not None and cursor.phase == "changed":
            return self.scope(website)
        return f"t.is_active=1 AND {self.scope(website)}"

    def load(self, website: Website, part: Slice) -> tuple[Sequence[CartRow], int]:
        """Carts of a part with their lines."""
        t = self.shop.schema.columns(self.table, "t")
        heads = self.shop.sql.query(
            f"SELECT t.entity_id, {t.id('store_id')}, {t.number('customer_id')}, {t.text('customer_email')},"
            f" {t.number('is_active')}, {t.number('items_count')}, {t.instant('created_at')},"
            f" {t.instant('updated_at')}, {t.text('quote_currency_code')}, {t.raw('base_to_quote_rate')},"
            f" {t.text('reserved_order_id')}, {t.instant('converted_at')}, {t.raw('subtotal')}, t.grand_total,"
            f" {t.text('coupon_code')} FROM {t.source} WHERE {part.where}{part.tail}",
            part.args,
        )
        return (self._carts(website, heads) if heads else ()), len(heads)

    def _carts(self, website: Website, heads: list[Row]) -> list[CartRow]:
        inside = integers([head[0] for head in heads])
        items, totals, typed = self._items(inside), self._totals(inside), self._typed(inside)
        accounts = self._accounts({head[2] for head in heads if head[2]})
        open_carts = {head[0]: head[1] for head in heads if head[4]}
        products = self._products(open_carts, items)
        rows = []
        for head in heads:
            lines = items.get(head[0], [])
            row = _shaped(head, lines, accounts.get(head[2], ""), typed.get(head[0], ""))
            sums = {
                "subtotal": head[12],
                "grand_total": head[13],
                "coupon_code": head[14],
                **totals.get(head[0], {}),
                "items": lines,
            }
            rows.append(CartRow(row, website.source_id, sums if lines else {}, products.get(head[1], {})))
        return rows

    def _items(self, inside: str) -> dict[int, list[Json]]:
        """Visible lines by cart; ``sold`` is the variant of a configurable, else the product itself."""
        i = self.shop.schema.columns("quote_item", "i")
        rows = self.shop.sql.query(
            f"SELECT i.quote_id, i.item_id, {i.number('parent_item_id')}, {i.number('product_id')},"
            f" {i.text('product_type')}, {', '.join([i.raw(name) for name in _ITEM])} FROM {i.source}"
            f" WHERE i.quote_id IN ({inside}) ORDER BY i.quote_id, i.item_id"
        )
        found: dict[int, list[Json]] = defaultdict(list)
        by_item: dict[int, Json] = {}
        for quote_id, item_id, parent, product_id, kind, *values in rows:
            if parent:
                if parent in by_item and by_item[parent]["product_type"] == "configurable":
                    by_item[parent]["sold"] = product_id
                continue
            line = {"item_id": item_id, "product_type": kind, "sold": product_id}
            by_item[item_id] = {**line, **dict(zip(_ITEM, values, strict=True))}
            found[quote_id].append(by_item[item_id])
        return found

    def _totals(self, inside: str) -> dict[int, Json]:
        """Sums over the cart's addresses, which is where Magento keeps them."""
        if not self.shop.schema.has("quote_address"):
            return {}
        a = self.shop.schema.columns("quote_address", "a")
        sums = ", ".join([f"SUM({a.raw(column)})" for column in _TOTALS])
        rows = self.shop.sql.query(
            f"SELECT a.quote_id, {sums} FROM {a.source} WHERE a.quote_id IN ({inside}) GROUP BY a.quote_id"
        )
        return {row[0]: dict(zip(_TOTALS, row[1:], strict=True)) for row in rows}

    def _typed(self, inside: str) -> dict[int, str]:
        """E-mails that were typed in the checkout before the cart itself got one; the billing one first."""
        if not self.shop.schema.has("quote_address"):
            return {}
        rows = self.shop.sql.query(
            f"SELECT quote_id, email FROM {self.shop.sql.table('quote_address')}"
            f" WHERE quote_id IN ({inside}) AND IFNULL(email,'')<>'' ORDER BY address_type='billing'"
        )
        return {row[0]: row[1] for row in rows}

    def _accounts(self, ids: set[int]) -> dict[int, str]:
        if not ids or not self.shop.schema.has("customer_entity"):
            return {}
        rows = self.shop.sql.query(
            f"SELECT entity_id, IFNULL(email,'') FROM {self.shop.sql.table('customer_entity')}"
            f" WHERE entity_id IN ({integers(ids)})"
        )
        return {row[0]: row[1] for row in rows}

    def _products(self, carts: Mapping[int, str], items: Mapping[int, list[Json]]) -> dict[str, dict[str, Shown]]:
        """By store view and the line's sku. Only open carts are shown to anybody, so only theirs are looked up."""
        lines = [(store_id, line) for quote_id, store_id in carts.items() for line in items.get(quote_id, ())]
        sites = self.shop.sites()
        stores = sorted({int(store_id) for store_id, _ in lines if sites.view(store_id)})
        if not stores or not self.shop.schema.has("catalog_product_entity", "eav_attribute"):
            return {}
        shelf = Shelf(self.shop, stores, {line["sold"] for _, line in lines if line["sold"]})
        role = str(self.shop.setting("catalog.image_role", "image"))
        paths = {str(store_id): page_paths(self.shop, shelf.heads, store_id) for store_id in stores}
        found: dict[str, dict[str, Shown]] = defaultdict(dict)
        for store_id, line in lines:
            view = sites.view(store_id)
            if view and line["sold"] in shelf.heads and line["sku"] not in found[store_id]:
                number = int(store_id)
                suffix = self.shop.configuration().value("catalog/seo/product_url_suffix", store_id=number)
                row, parents = shelf.json(line["sold"], number), shelf.parents(line["sold"], number)
                found[store_id][line["sku"]] = shown(row, parents, view, role, suffix, paths[store_id])
        return found

    def identify(self, row: CartRow) -> tuple[str, str]:
        """(cart id, updated at)."""
        return str(row.cart["id"]), str(row.cart["updated_at"])

    def to_commerce(self, row: CartRow) -> Cart:
        """The cart in our words."""
        try:
            view = self.shop.sites().view(str(row.cart["store_id"]))
            return cart(row.cart, row.totals, row.website_id, view, row.products)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise RecordError(ROW_BROKEN, f"carts {row.cart['id']}: {type(error).__name__} {error}.") from error


def _shaped(head: Row, lines: list[Json], account: str, typed: str) -> Json:
    quote_id, store_id, customer_id, email, active, count, created_at, updated_at, currency, rate, order, converted = (
        head[:12]
    )
    return {
        "id": quote_id,
        "store_id": store_id,
        "customer": {"id": customer_id or "", "email": account},
        "billing_address": {"email": email or typed},
        "is_active": bool(active),
        "items_count": count,
        "created_at": created_at,
        "updated_at": updated_at,
        "currency": {"quote_currency_code": currency, "base_to_quote_rate": rate},
        "reserved_order_id": order,
        "converted_at": converted,
        "items": lines,
    }
