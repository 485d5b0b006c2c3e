"""Orders: one query for the page's orders, one for their items, and one each for memos and parcels.

Amounts are cast to integers and instants to text by the shop's database, so that no Decimal and no datetime is made.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from dotbridge.commerce.order import Order
from dotbridge.commerce.site import Website
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.magento1.paging import Keyset, Slice
from dotbridge.sources.magento1.to_commerce.orders import Item, Memo, MemoItem, OrderRow, Parcel, order
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row
from dotbridge.sources.sql_schema import units

REFUNDED = 2


class Orders(Keyset[Order]):
    """All orders of a website, those whose store view was deleted included."""

    name = "orders"
    change = "indexed"
    compare_every = 604_800
    compare_why = "Changes made by SQL do not move updated_at; reads every order once, two short queries per page."
    table = "sales_flat_order"
    key = "entity_id"
    changed = "updated_at"

    def __init__(self, shop: OpenShop) -> None:
        super().__init__(shop)
        self._titles: dict[tuple[str, str], str] = {}
        self._names: dict[tuple[str, str], str] = {}

    def guests(self, website: Website, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """(order id, e-mail as typed) of the next orders without a customer; those of a deleted customer are some."""
        rows = self.shop.sql.query(
            f"SELECT CAST(t.entity_id AS CHAR), IFNULL(t.customer_email,'') {self._from(website)}"
            " AND t.customer_id IS NULL AND t.entity_id>%s ORDER BY t.entity_id LIMIT %s",
            (int(after or 0), limit),
        )
        return [(row[0], row[1]) for row in rows]

    def scope(self, website: Website) -> str:
        """By store view; without one by the website's name in the order, else the default website takes it.

        Where several websites have one name the first has it, so that an order counts once.
        """
        sites = self.shop.sites
        website_id = int(website.source_id)
        views = ",".join([str(view) for view in sites.views]) or "NULL"
        own = ",".join([str(view) for view in sites.store_ids(website_id)]) or "NULL"
        first: dict[str, int] = {}
        for site in sites.sites.values():
            first.setdefault(site.name, site.id)
        kept = self.shop.schema.columns(self.table, "t").raw("store_name")
        name = f"BINARY SUBSTRING_INDEX(IFNULL({kept},''),'\\n',1)"
        # Names go in as hex of their bytes: nothing to escape, and no collation that takes é for e.
        names = {site_id: f"0x{(each.encode().hex() or '00')}" for each, site_id in first.items()}
        if website_id == sites.default_website_id:
            others = [value for site_id, value in names.items() if site_id != website_id]
            named = f"{name} NOT IN ({','.join(others)})" if others else "1=1"
        else:
            named = f"{name}={names[website_id]}" if website_id in names else "1=0"
        return f"(t.store_id IN ({own}) OR ((t.store_id IS NULL OR t.store_id NOT IN ({views})) AND {named}))"

    def load(self, website: Website, part: Slice) -> tuple[Sequence[OrderRow], int]:
        """Orders of a part with all that belongs to them."""
        heads = self.shop.sql.query(f"{self._select} WHERE {part.where}{part.tail}", part.args)
        # A second payment or address row of an order, as some imports leave them, must not make a second order.
        by_id: dict[str, Row] = {}
        for head in heads:
            by_id.setdefault(head[0], head)
        ids = ",".join(by_id)
        items = self._items(ids) if ids else {}
        memos = self._memos(ids) if ids else {}
        parcels = self._parcels(ids) if ids else {}
        custom = len(self._custom)
        rows = [
            OrderRow(
                website.source_id,
                head,
                items.get(head[0], ()),
                memos.get(head[0], ()),
                parcels.get(head[0], ()),
                _custom(self._custom, head[-custom:]) if custom else (),
            )
            for head in by_id.values()
        ]
        return rows, len(heads)

    @cached_property
    def _custom(self) -> tuple[str, ...]:
        """Further columns of the order table that the settings ask for; one that the shop lacks is left out."""
        wanted = self.shop.settings.get("orders.custom_columns") or ()
        name = self.shop.sql.prefix + self.table
        rows = self.shop.sql.query(
            "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA=DATABASE() AND TABLE_NAME=%s",
            (name,),
        )
        present = {row[0] for row in rows}
        return tuple([column for column in wanted if column in present])

    @cached_property
    def _select(self) -> str:
        t = self.shop.schema.columns(self.table, "t")
        address = [self.shop.schema.columns("sales_flat_order_address", alias) for alias in ("b", "d")]
        columns = [
            *(t.id("entity_id"), t.text("increment_id"), t.id("store_id"), t.text("store_name")),
            *(t.text("customer_email"), t.id("customer_id"), t.text("customer_firstname"), t.text("customer_lastname")),
            *(t.text("status"), t.text("state"), t.instant("created_at"), t.instant("updated_at")),
            *(t.text("order_currency_code"), t.units("subtotal"), t.units("discount_amount")),
            *(t.units("shipping_amount"), t.units("tax_amount"), t.units("grand_total"), t.units("total_refunded")),
            *(t.text("base_currency_code"), t.units("base_grand_total"), t.units("base_total_refunded")),
            *(t.text("global_currency_code"), t.units("base_to_global_rate", 1_000_000), t.text("coupon_code")),
            *("IFNULL(p.method,'')", t.text("shipping_description"), t.id("quote_id"), t.number("is_virtual")),
        ]
        for place in address:
            texts = (
                "firstname",
                "lastname",
                "company",
                "street",
                "city",
                "region",
                "postcode",
                "country_id",
                "telephone",
            )
            columns += [place.raw("entity_id"), *(place.text(text) for text in texts)]
        columns.append(address[0].text("email"))
        columns += [f"t.`{column}`" for column in self._custom]
        payment = self.shop.schema.columns("sales_flat_order_payment", "p")
        return (
            f"SELECT {', '.join(columns)} FROM {t.source}"
            f" LEFT JOIN {address[0].source} ON b.parent_id=t.entity_id AND b.address_type='billing'"
            f" LEFT JOIN {address[1].source} ON d.parent_id=t.entity_id AND d.address_type='shipping'"
            f" LEFT JOIN {payment.source} ON p.parent_id=t.entity_id"
        )

    def _items(self, ids: str) -> dict[str, list[Item]]:
        i = self.shop.schema.columns("sales_flat_order_item", "i")
        # Old releases and some imports leave the price with tax empty; then it is price and tax per unit.
        per_unit = f"i.price+IFNULL({i.raw('tax_amount')}/NULLIF(i.qty_ordered,0),0)"
        columns = [
            *("CAST(i.order_id AS CHAR)", "i.item_id", i.number("parent_item_id"), i.id("product_id"), i.text("sku")),
            *(i.text("name"), i.text("product_type"), i.units("qty_ordered"), i.units("price")),
            units(f"IFNULL({i.raw('price_incl_tax')},IFNULL({per_unit},0))"),
            *(i.units("row_total"), i.units("qty_refunded"), i.text("product_options")),
        ]
        rows = self.shop.sql.query(
            f"SELECT {', '.join(columns)} FROM {i.source} WHERE i.order_id IN ({ids}) ORDER BY i.order_id, i.item_id"
        )
        return _by_order(rows, 0)

    def _memos(self, ids: str) -> dict[str, list[tuple[Memo, Sequence[MemoItem]]]]:
        if not self.shop.schema.has("sales_flat_creditmemo"):
            return {}
        m = self.shop.schema.columns("sales_flat_creditmemo", "m")
        adjustment = f"IFNULL({m.raw('adjustment_positive')},0)-IFNULL({m.raw('adjustment_negative')},0)"
        memos = self.shop.sql.query(
            f"SELECT m.entity_id, CAST(m.order_id AS CHAR), {m.text('increment_id')}, {m.instant('created_at')},"
            f" {m.units('grand_total')}, {m.units('shipping_amount')}, {units(adjustment)} FROM {m.source}"
            f" WHERE m.order_id IN ({ids}) AND m.state={REFUNDED} ORDER BY m.order_id, m.entity_id"
        )
        if not memos:
            return {}
        items = _by_order(self._memo_items(integers([memo[0] for memo in memos])), 0)
        found: dict[str, list[tuple[Memo, Sequence[MemoItem]]]] = defaultdict(list)
        for memo in memos:
            found[memo[1]].append((memo, items.get(memo[0], ())))
        return found

    def _memo_items(self, memo_ids: str) -> list[Row]:
        if not self.shop.schema.has("sales_flat_creditmemo_item"):
            return []
        c = self.shop.schema.columns("sales_flat_creditmemo_item", "c")
        return self.shop.sql.query(
            f"SELECT c.parent_id, {c.number('order_item_id')}, {c.id('product_id')}, {c.text('sku')},"
            f" {c.units('qty')}, {c.units('row_total')} FROM {c.source}"
            f" WHERE c.parent_id IN ({memo_ids}) ORDER BY c.parent_id, {c.raw('entity_id')}"
        )

    def _parcels(self, ids: str) -> dict[str, list[Parcel]]:
        if not self.shop.schema.has("sales_flat_shipment"):
            return {}
        s = self.shop.schema.columns("sales_flat_shipment", "s")
        t = self.shop.schema.columns("sales_flat_shipment_track", "t")
        tracked = self.shop.schema.has("sales_flat_shipment_track")
        track = f"{t.text('title', 'carrier_code')}, {t.text('track_number')}" if tracked else "'', ''"
        rows = self.shop.sql.query(
            f"SELECT CAST(s.order_id AS CHAR), s.entity_id, {s.text('increment_id')}, {s.instant('created_at')},"
            f" {track} FROM {s.source}"
            + (f" LEFT JOIN {t.source} ON t.parent_id=s.entity_id" if tracked else "")
            + f" WHERE s.order_id IN ({ids}) ORDER BY s.order_id, s.entity_id"
            + (", t.entity_id" if tracked else "")
        )
        return _by_order(rows, 0)

    def identify(self, row: OrderRow) -> tuple[str, str]:
        """(order id, updated at)."""
        return row.head[0], row.head[11]

    def to_commerce(self, row: OrderRow) -> Order:
        """The order in our words."""
        return order(row, self._store_name, self._payment_title)

    def _store_name(self, store_id: str, kept: str) -> str:
        name = self._names.get((store_id, kept))
        if name is None:
            view = self.shop.sites.views.get(int(store_id or 0))
            name = kept.rsplit("\n", 1)[-1].strip() if view is None else view.name
            self._names[store_id, kept] = name
        return name

    def _payment_title(self, method: str, store_id: str) -> str:
        title = self._titles.get((method, store_id))
        if title is None:
            title = self.shop.sites.config(f"payment/{method}/title", int(store_id or 0)).strip() or method
            self._titles[method, store_id] = title
        return title


def _by_order(rows: list[Row], place: int) -> dict[Any, list[Any]]:
    """The rows by what stands in this place, by which they are sorted."""
    return {key: list(same) for key, same in groupby(rows, itemgetter(place))}


def _custom(names: Sequence[str], values: Sequence[Any]) -> tuple[tuple[str, Any], ...]:
    """Columns as JSON can hold them, empty ones dropped as the classic connectors do (behaviour contract §6.1)."""
    return tuple([(name, _plain(value)) for name, value in zip(names, values, strict=True) if value])


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
