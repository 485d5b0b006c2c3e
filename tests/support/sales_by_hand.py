"""Sales fields of every person computed straight from the shop's tables, without any of the product's code.

Written from the meaning of the fields: all orders but cancelled ones count, amounts are brought into pounds with the
rate frozen in the order, days and months are those of the website's own clock.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from support.real_store import RealStore

_ZONES = {1: ZoneInfo("Europe/London"), 2: ZoneInfo("America/New_York")}
#: The first view of each website, whose words products are described in, and the root of its categories.
_VIEWS = {1: (1, 2), 2: (3, 3)}
_UTC = ZoneInfo("UTC")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FOUR, _TWO = Decimal("0.0001"), Decimal("0.01")


class Sold(NamedTuple):
    """One top-level product of an order, or a part of a bundle whose price its parts carry."""

    product: int
    total: Decimal


class Bought(NamedTuple):
    """One order that counts."""

    id: int
    number: str
    website: int
    placed: Any
    spend: Decimal
    refund: Decimal
    refunded_at: Any
    sold: list[Sold]


def sales_by_hand(shop: RealStore) -> dict[str, dict[str, Any]]:
    """Field name to value of every person with an order that counts, by address in lower case."""
    categories, brands = _categories(shop), _brands(shop)
    return {email: _fields(orders, categories, brands) for email, orders in _orders(shop).items()}


def _orders(shop: RealStore) -> dict[str, list[Bought]]:
    refunded = dict(shop.rows("SELECT order_id, MAX(created_at) FROM sales_flat_creditmemo WHERE state=2 GROUP BY 1"))
    sold = _sold(shop)
    found: dict[str, list[Bought]] = defaultdict(list)
    for order, number, website, placed, email, base, total, back, rate in shop.rows(
        "SELECT o.entity_id, o.increment_id, s.website_id, o.created_at, LOWER(TRIM(IFNULL(c.email, o.customer_email))),"
        " o.base_currency_code, o.base_grand_total, IFNULL(o.base_total_refunded, 0), o.base_to_global_rate"
        " FROM sales_flat_order o JOIN core_store s ON s.store_id = o.store_id"
        " LEFT JOIN customer_entity c ON c.entity_id = o.customer_id WHERE o.state <> 'canceled'"
    ):
        pounds = [
            amount if base == "GBP" else (amount * rate).quantize(_FOUR, ROUND_HALF_UP) for amount in (total, back)
        ]
        found[email].append(Bought(order, number, website, placed, *pounds, refunded.get(order), sold.get(order, [])))
    for orders in found.values():
        orders.sort(key=lambda one: (one.placed, one.website, one.number))
    return found


def _sold(shop: RealStore) -> dict[int, list[Sold]]:
    """A configurable is its variant; a bundle counts as itself unless its parts have prices of their own."""
    rows = shop.rows(
        "SELECT order_id, item_id, IFNULL(parent_item_id, 0), product_type, IFNULL(product_id, 0), row_total"
        " FROM sales_flat_order_item ORDER BY order_id, item_id"
    )
    parts: dict[int, list[Sold]] = defaultdict(list)
    for _, _, parent, _, product, total in rows:
        if parent:
            parts[parent].append(Sold(product, total))
    found: dict[int, list[Sold]] = defaultdict(list)
    for order, item, parent, kind, product, total in rows:
        inside = parts.get(item, [])
        if parent:
            continue
        if kind == "configurable":
            found[order].append(Sold(inside[0].product, total))
        elif any(part.total for part in inside):
            found[order] += inside
        else:
            found[order].append(Sold(product, total))
    return found


def _categories(shop: RealStore) -> dict[tuple[int, int], list[str]]:
    """Names by (website, product), for products that the website sells."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for website, (view, root) in _VIEWS.items():
        for product, name in shop.rows(
            "SELECT p.product_id, COALESCE(own.value, every.value) FROM catalog_category_product p"
            f" JOIN catalog_product_website w ON w.product_id = p.product_id AND w.website_id = {website}"
            " JOIN catalog_category_entity c ON c.entity_id = p.category_id"
            f" AND c.path LIKE '1/{root}/%' JOIN eav_attribute a ON a.attribute_code = 'name' AND a.entity_type_id = 3"
            " LEFT JOIN catalog_category_entity_varchar every ON every.entity_id = c.entity_id"
            " AND every.attribute_id = a.attribute_id AND every.store_id = 0"
            " LEFT JOIN catalog_category_entity_varchar own ON own.entity_id = c.entity_id"
            f" AND own.attribute_id = a.attribute_id AND own.store_id = {view} ORDER BY p.product_id, p.category_id"
        ):
            found[website, product].append(name)
    return found


def _brands(shop: RealStore) -> dict[tuple[int, int], str]:
    """Labels of the manufacturer by (website, product), for products that the website sells."""
    found: dict[tuple[int, int], str] = {}
    for website, (view, _) in _VIEWS.items():
        rows = shop.rows(
            "SELECT v.entity_id, COALESCE(own.value, every.value) FROM catalog_product_entity_int v"
            " JOIN eav_attribute a ON a.attribute_id = v.attribute_id AND a.attribute_code = 'manufacturer'"
            f" JOIN catalog_product_website w ON w.product_id = v.entity_id AND w.website_id = {website}"
            " LEFT JOIN eav_attribute_option_value every ON every.option_id = v.value AND every.store_id = 0"
            f" LEFT JOIN eav_attribute_option_value own ON own.option_id = v.value AND own.store_id = {view}"
            " WHERE v.store_id = 0 AND v.value IS NOT NULL"
        )
        found.update({(website, product): label for product, label in rows if label})
    return found


def _fields(
    orders: list[Bought], categories: dict[tuple[int, int], list[str]], brands: dict[tuple[int, int], str]
) -> dict[str, Any]:
    first, last = orders[0], orders[-1]
    spend = sum([one.spend for one in orders], Decimal())
    local = [one.placed.replace(tzinfo=_UTC).astimezone(_ZONES[one.website]) for one in orders]
    refunds = [one.refunded_at for one in orders if one.refunded_at]
    every = [(one.website, sold.product) for one in orders for sold in one.sold]
    fields: dict[str, Any] = {
        "NUMBER_OF_ORDERS": len(orders),
        "TOTAL_SPEND": _money(spend),
        "AVERAGE_ORDER_VALUE": _money(spend / len(orders)),
        "TOTAL_REFUND": _money(sum([one.refund for one in orders], Decimal())),
        "LAST_ORDER_DATE": f"{last.placed:%Y-%m-%dT%H:%M:%SZ}",
        "LAST_ORDER_ID": last.id,
        "LAST_INCREMENT_ID": last.number,
        "LAST_REFUND_DATE": f"{max(refunds):%Y-%m-%dT%H:%M:%SZ}" if refunds else None,
        "MOST_FREQ_PUR_DAY": _most([_DAYS[one.weekday()] for one in local], _DAYS),
        "MOST_FREQ_PUR_MON": _most([_MONTHS[one.month - 1] for one in local], _MONTHS),
        "FIRST_CATEGORY_PUR": _named(first, categories),
        "LAST_CATEGORY_PUR": _named(last, categories),
        "MOST_PUR_CATEGORY": _most([name for one in every for name in categories.get(one, [])]),
        "FIRST_BRAND_PUR": _branded(first, brands),
        "LAST_BRAND_PUR": _branded(last, brands),
        "MOST_PUR_BRAND": _most([brands[one] for one in every if one in brands]),
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _money(amount: Decimal) -> float:
    return float(amount.quantize(_TWO, ROUND_HALF_UP))


def _named(order: Bought, categories: dict[tuple[int, int], list[str]]) -> str:
    names = [name for sold in order.sold for name in categories.get((order.website, sold.product), [])]
    return ", ".join(dict.fromkeys(names))


def _branded(order: Bought, brands: dict[tuple[int, int], str]) -> str:
    """The brand of the dearest branded product, the first of equals."""
    branded = [sold for sold in order.sold if (order.website, sold.product) in brands]
    dearest = max(branded, key=lambda sold: sold.total, default=None)
    return brands[order.website, dearest.product] if dearest else ""


def _most(names: list[str], order: tuple[str, ...] = ()) -> str:
    """The most frequent; of equals the first in the week or year, else by name."""
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], order.index(name) if order else name), default="")
