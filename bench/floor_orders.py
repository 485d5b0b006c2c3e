"""The floor's reading and mapping: two queries a page, numbers and times cast in SQL, documents by position."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import asyncmy

from bench.floor_options import shown_options
from bench.store_magento2 import named

Row = tuple[Any, ...]
PAGE = 1000

ORDERS = """SELECT o.entity_id, o.increment_id, o.status, o.store_id, o.customer_id, o.customer_email,
 o.customer_is_guest, o.coupon_code, o.shipping_description, CAST(ROUND(o.discount_amount,2) AS DOUBLE),
 CAST(ROUND(o.grand_total,2) AS DOUBLE), CAST(ROUND(o.base_grand_total,2) AS DOUBLE),
 CAST(ROUND(o.shipping_amount,2) AS DOUBLE), CAST(ROUND(o.subtotal,2) AS DOUBLE), CAST(ROUND(o.tax_amount,2) AS DOUBLE),
 o.order_currency_code, o.quote_id, DATE_FORMAT(o.created_at,'%%Y-%%m-%%dT%%TZ'),
 DATE_FORMAT(o.updated_at,'%%Y-%%m-%%dT%%TZ'), s.name, s.website_id, w.name, b.street, b.city, b.region, b.postcode,
 b.country_id, d.street, d.city, d.region, d.postcode, d.country_id, p.method, CAST(o.grand_total*10000 AS SIGNED),
 CAST(o.base_grand_total*10000 AS SIGNED), CAST(IFNULL(o.base_total_refunded,0)*10000 AS SIGNED)
 FROM sales_flat_order o JOIN core_store s ON s.store_id=o.store_id JOIN core_website w ON w.website_id=s.website_id
 LEFT JOIN sales_flat_order_address b ON b.parent_id=o.entity_id AND b.address_type='billing'
 LEFT JOIN sales_flat_order_address d ON d.parent_id=o.entity_id AND d.address_type='shipping'
 LEFT JOIN sales_flat_order_payment p ON p.parent_id=o.entity_id
 WHERE o.entity_id>%s AND o.entity_id<=%s ORDER BY o.entity_id"""
ITEMS = """SELECT order_id, item_id, parent_item_id, product_type, sku, name, CAST(qty_ordered AS DOUBLE),
 CAST(ROUND(price,2) AS DOUBLE), product_options, product_id, CAST(qty_ordered*10000 AS SIGNED),
 CAST(row_total*10000 AS SIGNED) FROM sales_flat_order_item WHERE order_id>%s AND order_id<=%s
 ORDER BY order_id, item_id"""
#: What only the obligations read: amounts for the facts, as exact integers.
_ORDER_FACTS = (
    ", CAST(o.grand_total*10000 AS SIGNED)"
    + ORDERS.split(", CAST(o.grand_total*10000 AS SIGNED)")[1].split("\n FROM", maxsplit=1)[0]
)
_ITEM_FACTS = ", product_id" + ITEMS.split(", product_id")[1].split(" FROM", maxsplit=1)[0]


class Shop:
    """The store's database."""

    def __init__(self, shop: dict[str, Any]) -> None:
        self._loop = asyncio.new_event_loop()
        self._cursor = self._loop.run_until_complete(asyncmy.connect(**shop)).cursor()
        self.query("SET time_zone='+00:00'")

    def query(self, sql: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """All rows."""

        async def run() -> Any:
            await self._cursor.execute(sql, values)
            return await self._cursor.fetchall()

        return self._loop.run_until_complete(run())  # type: ignore[no-any-return] # the driver has no types


class Reader(Shop):
    """Pages of (orders, items) by ranges of ids."""

    def __init__(self, shop: dict[str, Any], platform: str, *, facts: bool) -> None:
        super().__init__(shop)
        self._orders = ORDERS if facts else ORDERS.replace(_ORDER_FACTS, "")
        self._items = ITEMS if facts else ITEMS.replace(_ITEM_FACTS, "")
        if platform == "magento2":
            self._orders, self._items = named(self._orders), named(self._items)

    def pages(self, orders: int) -> Iterator[tuple[Sequence[Row], Sequence[Row], int]]:
        """Every page up to the order with this id, with the id it ends at."""
        for low in range(0, orders, PAGE):
            high = min(low + PAGE, orders)
            yield self.query(self._orders, (low, high)), self.query(self._items, (low, high)), high


def grouped(orders: Sequence[Row], items: Sequence[Row]) -> Iterator[tuple[Row, Sequence[Row]]]:
    """Each order with its lines; both come in the order of the order's id."""
    at, size = 0, len(items)
    for order in orders:
        start, number = at, order[0]
        while at < size and items[at][0] == number:
            at += 1
        yield order, items[start:at]


def document(o: Row, lines: Sequence[Row]) -> dict[str, Any]:
    """The order as the classic connector for Magento 1 shapes it."""
    return {
        "id": o[1],
        "email": o[5],
        "order_status": o[2],
        "quote_id": o[16],
        "store_name": o[19],
        "website_name": o[21],
        "purchase_date": o[17],
        "currency": o[15],
        "order_total": o[10],
        "base_order_total": o[11],
        "order_subtotal": o[13],
        "discount_amount": o[9],
        "delivery_total": o[12],
        "tax": o[14],
        "coupon_code": o[7] or "",
        "payment": o[32],
        "delivery_method": o[8],
        "customer_id": o[4],
        "is_guest": o[6] == 1,
        "billing_address": _address(o[22:27]),
        "delivery_address": _address(o[27:32]),
        "products": [
            {
                "product_id": line[1],
                "parent_id": line[2] or "",
                "sku": line[4],
                "name": line[5],
                "qty": int(line[6]),
                "price": line[7],
                "product_type": line[3],
                "custom-options": shown_options(line[8]),
            }
            for line in lines
        ],
    }


def _address(part: Row) -> dict[str, str]:
    first, _, rest = (part[0] or "").partition("\n")
    return {
        "delivery_address_1": first,
        "delivery_address_2": rest,
        "delivery_city": part[1] or "",
        "delivery_region": part[2] or "",
        "delivery_country": part[4] or "",
        "delivery_postcode": part[3] or "",
    }
