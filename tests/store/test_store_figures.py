"""Every figure in Dotdigital is what the shop's tables say, recomputed here without the product's code."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from dotbridge.mapping.contacts.fields import SALES
from support.premises import Synced
from support.real_store import RealStore
from support.sales_by_hand import sales_by_hand

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

#: Not of orders alone: the newest cart of a customer comes before that of an order.
_CARTS = {"LAST_QUOTE_ID"}
Documents = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def orders(synced: Synced) -> Documents:
    """The order documents that Dotdigital holds, by number."""
    held: Documents = synced.seen.state["insight"]["Orders"]
    return held


def cents(amount: Decimal | None) -> float:
    return float((amount or Decimal()).quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_the_sales_fields_of_every_person_are_those_computed_by_hand(synced: Synced, shop: RealStore) -> None:
    names = {field.name for field in SALES} - _CARTS
    expected = sales_by_hand(shop)
    assert len(expected) > 2300
    wrong = {}
    for email, contact in synced.seen.state["contacts"].items():
        held = {name: value for name, value in contact["fields"].items() if name in names}
        by_hand = expected.get(
            email, {"NUMBER_OF_ORDERS": 0, "TOTAL_SPEND": 0, "TOTAL_REFUND": 0, "AVERAGE_ORDER_VALUE": 0}
        )
        if held != by_hand:
            wrong[email] = sorted(set(held.items()) ^ set(by_hand.items()))
    assert not wrong


def test_the_total_of_every_order_is_what_was_paid_and_kept(orders: Documents, shop: RealStore) -> None:
    rows = shop.rows(
        "SELECT increment_id, order_currency_code, grand_total, IFNULL(total_refunded, 0), base_currency_code,"
        " base_grand_total, IFNULL(base_total_refunded, 0) FROM sales_flat_order"
    )
    wrong = {}
    for number, currency, total, refunded, base_currency, base_total, base_refunded in rows:
        expected = {
            "currency": currency,
            "orderTotal": cents(total - refunded),
            "placedTotal": cents(total),
            "refundedTotal": cents(refunded),
            "baseCurrency": base_currency,
            "baseOrderTotal": cents(base_total - base_refunded),
        }
        held = {name: orders[number][name] for name in expected}
        if held != expected:
            wrong[number] = (held, expected)
    assert not wrong
    assert {currency for _, currency, *_ in rows} == {"GBP", "EUR", "USD"}


def test_every_order_shows_each_thing_that_was_bought_with_its_quantity_and_price(
    orders: Documents, shop: RealStore
) -> None:
    lines: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for number, parent, sku, *figures in shop.rows(
        "SELECT o.increment_id, IFNULL(p.product_type, ''), i.sku, i.qty_ordered, i.qty_refunded, i.price,"
        " i.price_incl_tax FROM sales_flat_order_item i JOIN sales_flat_order o ON o.entity_id = i.order_id"
        " LEFT JOIN sales_flat_order_item p ON p.item_id = i.parent_item_id ORDER BY i.order_id, i.item_id"
    ):
        if parent != "configurable":
            quantity, back, *prices = figures
            lines[number].append((parent == "bundle", sku, float(quantity), float(back or 0), *map(cents, prices)))
    for number, document in orders.items():
        held = [shown(line, inside=False) for line in document["products"]]
        held += [shown(part, inside=True) for line in document["products"] for part in line.get("sub_items", [])]
        assert sorted(held) == sorted(lines[number]), number


def shown(line: dict[str, Any], *, inside: bool) -> tuple[Any, ...]:
    """A line as SQL gives it."""
    return (inside, line["sku"], line["qty"], line["refundedQty"], line["price"], line["price_inc_tax"])


def test_every_refund_stands_at_its_order_with_what_came_back(orders: Documents, shop: RealStore) -> None:
    memos = shop.rows(
        "SELECT o.increment_id, m.increment_id, m.created_at, m.grand_total, m.shipping_amount,"
        " IFNULL(m.adjustment_positive, 0) - IFNULL(m.adjustment_negative, 0) FROM sales_flat_creditmemo m"
        " JOIN sales_flat_order o ON o.entity_id = m.order_id"
    )
    expected = {
        (order, memo, f"{at:%Y-%m-%dT%H:%M:%S}+00:00", cents(total), cents(shipping), cents(adjustment))
        for order, memo, at, total, shipping, adjustment in memos
    }
    held = {
        (number, one["number"], one["refundedAt"], one["total"], one["shipping"], one["adjustment"])
        for number, document in orders.items()
        for one in document.get("refunds", [])
    }
    assert held == expected
    assert len(expected) == 595
    returned = {
        number: sum([line["total"] for line in one.get("lines", [])])
        for document in orders.values()
        for one in document.get("refunds", [])
        for number in [one["number"]]
    }
    for number, subtotal in shop.rows("SELECT increment_id, IFNULL(subtotal, 0) FROM sales_flat_creditmemo"):
        assert returned[number] == pytest.approx(float(subtotal), abs=0.011), number
