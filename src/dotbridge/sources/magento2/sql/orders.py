"""Orders by the database: one query for the page's orders, one for their items, and one each for memos and parcels.

Amounts are cast to integers and instants to text by the shop's database, so that no Decimal and no datetime is made.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Literal, NamedTuple

import orjson

from dotbridge.commerce.address import Address, street_lines
from dotbridge.commerce.order import Order
from dotbridge.commerce.site import Website
from dotbridge.errors import RecordError
from dotbridge.sources.codes import ROW_BROKEN
from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.magento2.sql.relations import now_current
from dotbridge.sources.magento2.sql.stream import Slice, TableStream
from dotbridge.sources.magento2.to_commerce.line_options import line_options
from dotbridge.sources.magento2.to_commerce.order_rows import (
    REFUNDED,
    Item,
    Memo,
    MemoItem,
    Parcel,
    Rows,
    order_of,
)
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row
from dotbridge.sources.sql_schema import units

_PLACE = ("firstname", "lastname", "company", "street", "city", "region", "postcode", "country_id", "telephone")
_PLACES = 29
"""Where the two addresses begin in a row; each is its id (``None``: there is none) and nine texts."""
_CUSTOM = 49


class OrderRow(NamedTuple):
    """What the tables say of one order; ``bundles`` and ``views`` are shared by the page."""

    website_id: str
    head: Row
    items: Sequence[Item]
    memos: Sequence[tuple[Memo, Sequence[MemoItem]]]
    parcels: Sequence[Parcel]
    bundles: dict[str, str]


class Orders(TableStream[Order]):
    """All orders of a website. Those of deleted store views have none left: the first website takes them."""

    name: ClassVar[str] = "orders"
    change: ClassVar[Literal["indexed", "compare"]] = "indexed"
    compare_every: ClassVar[int] = 604_800
    compare_why: ClassVar[str] = (
        "Late tracking numbers, deleted customers and changes by SQL do not move an order's updated_at for certain;"
        " reads every order once, two to four short queries per page."
    )
    table: ClassVar[str] = "sales_order"
    key: ClassVar[str] = "entity_id"
    changed: ClassVar[str] = "updated_at"

    def __init__(self, shop: Database) -> None:
        super().__init__(shop)
        self._names: dict[tuple[str, str], str] = {}

    def scope(self, website: Website) -> str:
        """By store view."""
        return self.shop.store_scope("t.store_id", int(website.source_id))

    def guests(self, website: Website, after: str, limit: int) -> Sequence[tuple[str, str]]:
        """(order id, e-mail as typed) of the next orders without a customer; those of a deleted customer are some."""
        rows = self.shop.sql.query(
            f"SELECT CAST(t.entity_id AS CHAR), IFNULL(t.customer_email,'') {self._from(website)}"
            " AND t.customer_id IS NULL AND t.entity_id>%s ORDER BY t.entity_id LIMIT %s",
            (int(after or 0), limit),
        )
        return [(row[0], row[1]) for row in rows]

    def load(self, website: Website, part: Slice) -> tuple[Sequence[OrderRow], int]:
        """Orders of a part with all that belongs to them."""
        heads = self.shop.sql.query(f"{self._select} WHERE {part.where}{part.tail}", part.args)
        # A second payment or address row of an order, as some imports leave them, must not make a second order.
        by_id: dict[str, Row] = {}
        for head in heads:
            by_id.setdefault(head[0], head)
        ids = integers(by_id)
        if not ids:
            return (), 0
        items, memos, parcels = self._items(ids), self._memos(ids), self._parcels(ids)
        bundles = self._bundles(items)
        rows = [
            OrderRow(
                website.source_id,
                head,
                items.get(head[0], ()),
                memos.get(head[0], ()),
                parcels.get(head[0], ()),
                bundles,
            )
            for head in by_id.values()
        ]
        return rows, len(heads)

    @cached_property
    def _custom(self) -> tuple[str, ...]:
        """Further columns of the order table that the settings ask for; one that the shop lacks is left out."""
        wanted = self.shop.setting("orders.custom_columns", ())
        if not wanted:
            return ()
        rows = self.shop.sql.query(
            "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA=DATABASE() AND TABLE_NAME=%s",
            (self.shop.sql.prefix + self.table,),
        )
        present = {row[0] for row in rows}
        return tuple([column for column in wanted if column in present])

    @cached_property
    def _select(self) -> str:
        t = self.shop.schema.columns(self.table, "t")
        p = self.shop.schema.columns("sales_order_payment", "p")
        places = [self.shop.schema.columns("sales_order_address", alias) for alias in ("b", "d")]
        columns = [
            *(t.id("entity_id"), t.text("increment_id"), t.id("store_id"), t.text("store_name")),
            f"IFNULL(NULLIF({t.text('customer_email')},''),{places[0].text('email')})",
            *(t.id("customer_id"), t.text("customer_firstname"), t.text("customer_lastname")),
            *(t.text("status"), t.text("state"), t.instant("created_at"), t.instant("updated_at")),
            *(t.text("order_currency_code"), t.units("subtotal"), t.units("discount_amount")),
            *(t.units("shipping_amount"), t.units("tax_amount"), t.units("grand_total"), t.units("total_refunded")),
            *(t.text("base_currency_code"), t.units("base_grand_total"), t.units("base_total_refunded")),
            *(t.text("global_currency_code"), t.units("base_to_global_rate", 1_000_000), t.text("coupon_code")),
            f"CONCAT({p.text('method')},'\\n',{_title(p.text('additional_information'))})",
            *(t.text("shipping_description"), t.id("quote_id"), t.number("is_virtual")),
        ]
        for place in places:
            columns += [place.raw("entity_id"), *(place.text(each) for each in _PLACE)]
        columns += [f"t.`{column}`" for column in self._custom]
        joins = ""
        if self.shop.schema.has("sales_order_address"):
            for place, alias, kind in zip(places, "bd", ("billing", "shipping"), strict=True):
                joins += f" LEFT JOIN {place.source} ON {alias}.parent_id=t.entity_id AND {alias}.address_type='{kind}'"
        if self.shop.schema.has("sales_order_payment"):
            joins += f" LEFT JOIN {p.source} ON p.parent_id=t.entity_id"
        return f"SELECT {', '.join(columns)} FROM {t.source}{joins}"

    @cached_property
    def _select_items(self) -> str:
        i = self.shop.schema.columns("sales_order_item", "i")
        columns = [
            *("CAST(i.order_id AS CHAR)", i.id("item_id"), i.id("parent_item_id"), i.id("product_id"), i.text("sku")),
            *(i.text("name"), i.text("product_type"), i.units("qty_ordered"), i.units("price")),
            units(f"IFNULL({i.raw('price_incl_tax')},IFNULL(i.price,0))"),
            *(i.units("row_total"), i.units("qty_refunded"), i.text("product_options")),
        ]
        return f"SELECT {', '.join(columns)} FROM {i.source}"

    def _items(self, ids: str) -> dict[str, list[Item]]:
        return _by_first(
            self.shop.sql.query(f"{self._select_items} WHERE i.order_id IN ({ids}) ORDER BY i.order_id, i.item_id")
        )

    def _memos(self, ids: str) -> dict[str, list[tuple[Memo, Sequence[MemoItem]]]]:
        if not self.shop.schema.has("sales_creditmemo"):
            return {}
        m = self.shop.schema.columns("sales_creditmemo", "m")
        adjustment = f"IFNULL({m.raw('adjustment_positive')},0)-IFNULL({m.raw('adjustment_negative')},0)"
        memos = self.shop.sql.query(
            f"SELECT {m.id('entity_id')}, {m.id('order_id')}, {m.text('increment_id')}, {m.instant('created_at')},"
            f" {m.units('grand_total')}, {m.units('shipping_amount')}, {units(adjustment)} FROM {m.source}"
            f" WHERE m.order_id IN ({ids}) AND m.state={REFUNDED} ORDER BY m.order_id, m.entity_id"
        )
        if not memos:
            return {}
        items: dict[str, list[MemoItem]] = {}
        if self.shop.schema.has("sales_creditmemo_item"):
            c = self.shop.schema.columns("sales_creditmemo_item", "c")
            items = _by_first(
                self.shop.sql.query(
                    f"SELECT {c.id('parent_id')}, {c.id('order_item_id')}, {c.id('product_id')}, {c.text('sku')},"
                    f" {c.units('qty')}, {c.units('row_total')} FROM {c.source} WHERE c.parent_id IN"
                    f" ({integers([memo[0] for memo in memos])}) ORDER BY c.parent_id, {c.raw('entity_id')}"
                )
            )
        found: dict[str, list[tuple[Memo, Sequence[MemoItem]]]] = defaultdict(list)
        for memo in memos:
            found[memo[1]].append((memo, items.get(memo[0], ())))
        return found

    def _parcels(self, ids: str) -> dict[str, list[Parcel]]:
        if not self.shop.schema.has("sales_shipment"):
            return {}
        s, t = self.shop.schema.columns("sales_shipment", "s"), self.shop.schema.columns("sales_shipment_track", "t")
        tracked = self.shop.schema.has("sales_shipment_track")
        track = f"{t.text('title', 'carrier_code')}, {t.text('track_number')}" if tracked else "'', ''"
        return _by_first(
            self.shop.sql.query(
                f"SELECT {s.id('order_id')}, {s.id('entity_id')}, {s.text('increment_id')}, {s.instant('created_at')},"
                f" {track} FROM {s.source}"
                + (f" LEFT JOIN {t.source} ON t.parent_id=s.entity_id" if tracked else "")
                + f" WHERE s.order_id IN ({ids}) ORDER BY s.order_id, s.entity_id"
                + (", t.entity_id" if tracked else "")
            )
        )

    def _bundles(self, items: dict[str, list[Item]]) -> dict[str, str]:
        """Bundles' own skus by product: a line's sku joins those of its parts."""
        wanted = integers({item[3] for held in items.values() for item in held if item[6] == "bundle"})
        if not wanted or not self.shop.schema.has("catalog_product_entity"):
            return {}
        rows = self.shop.sql.query(
            f"SELECT CAST(e.entity_id AS CHAR), e.sku FROM {self.shop.sql.table('catalog_product_entity')}"
            f" e WHERE e.entity_id IN ({wanted}) AND {now_current(self.shop, 'e')}"
        )
        return {row[0]: row[1] for row in rows}

    def identify(self, row: OrderRow) -> tuple[str, str]:
        """(order id, updated at)."""
        return row.head[0], row.head[11]

    def to_commerce(self, row: OrderRow) -> Order:
        """The order in our words."""
        try:
            return order_of(self._rows(row), line_options)
        except (TypeError, ValueError) as error:
            raise RecordError(ROW_BROKEN, f"orders {row.head[0]}: {type(error).__name__} {error}.") from error

    def _rows(self, row: OrderRow) -> Rows:
        head = row.head
        return Rows(
            row.website_id,
            (
                *head[:3],
                self._store_name(head[2], head[3]),
                *head[4:10],
                head[10] if head[10][:1] != "0" else "",
                *head[11:25],
                _payment_title(head[25]),
                *head[26:_PLACES],
            ),
            _address(head[_PLACES : _PLACES + 10]),
            _address(head[_PLACES + 10 : _CUSTOM]),
            row.items,
            row.memos,
            row.parcels,
            row.bundles,
            _named(self._custom, head[_CUSTOM:]) if self._custom else {},
        )

    def _store_name(self, store_id: str, kept: str) -> str:
        """The store view's name; of one that is gone the last line of the order's own three-line name."""
        name = self._names.get((store_id, kept))
        if name is None:
            view = self.shop.sites().view(store_id)
            name = self._names[store_id, kept] = view.store.name if view else kept.rpartition("\n")[2]
        return name


def _title(information: str) -> str:
    """SQL: the method's title as a JSON text, "" without one; what else a gateway keeps there stays in the shop."""
    mark = '"method_title":"'
    found = f"SUBSTRING_INDEX(SUBSTRING_INDEX({information},'{mark}',-1),'\"',1)"
    return f"IF(LOCATE('{mark}',{information})>0,CONCAT('\"',{found},'\"'),'')"


@lru_cache(256)
def _payment_title(held: str) -> str:
    """The title as the shopper saw it; the method's code where the shop kept none, or one with quotes in it."""
    method, _, title = held.partition("\n")
    try:
        return str(orjson.loads(title)) or method
    except orjson.JSONDecodeError:
        return method


def _address(values: Row) -> Address | None:
    if values[0] is None:
        return None
    _, first_name, last_name, company, street, *rest = values
    line_1, line_2 = street_lines(street)
    return Address(first_name, last_name, company, line_1, line_2, *rest)


def _by_first(rows: list[Row]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _named(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Columns as JSON can hold them, empty ones dropped as the classic connectors do (behaviour contract §6.1)."""
    return {name: _plain(value) for name, value in zip(names, values, strict=True) if value}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
