"""Rows of order tables into lines, refunds and parcels, without a shop."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dotbridge.sources.magento1.codes import OPTIONS_BROKEN
from dotbridge.sources.magento1.to_commerce.orders import Item, OrderRow, order, order_lines


def item(number: int, kind: str = "simple", parent: int = 0, **other: Any) -> Item:
    """One item row; money in 1/10,000."""
    text = other.get("options", "")
    total, quantity = other.get("total", 100_000), other.get("quantity", 10_000)
    return (
        "1",
        number,
        parent,
        f"p{number}",
        f"sku{number}",
        f"name{number}",
        kind,
        quantity,
        total,
        total,
        total,
        0,
        text,
    )


def row(items: list[Item], memos: Any = (), parcels: Any = (), **head: Any) -> OrderRow:
    """An order row with plain values."""
    start = ["1", "100000001", "1", "W\nG\nV", "ada@example.com", "7", "Ada", "Lovelace", "pending", "new"]
    start += ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "GBP"]
    money = [100_000, 0, 0, 0, 100_000, 0, "GBP", 100_000, 0, "GBP", 1_000_000]
    rest = ["", "checkmo", "Courier", "9", 0]
    address = [1, "Ada", "Lovelace", "", "1 High St\nFlat 2\n", "London", "", "E1", "GB", ""]
    values = [*start, *money, *rest, *address, *([None] * 10), ""]
    for place, value in head.items():
        values[int(place[1:])] = value
    return OrderRow("1", tuple(values), items, memos, parcels)


def made(given: OrderRow) -> Any:
    """The order in our words."""
    return order(given, lambda store_id, _: f"view {store_id}", lambda method, _: method.title())


def test_a_child_without_its_parent_is_a_line_of_its_own() -> None:
    lines, _ = order_lines([item(2, parent=1), item(3)])
    assert [line.product_id for line in lines] == ["p2", "p3"]


def test_a_configurable_without_a_child_stays_itself() -> None:
    lines, _ = order_lines([item(1, "configurable")])
    assert [(line.product_id, line.parent_id) for line in lines] == [("p1", "")]


@given(
    st.lists(st.tuples(st.sampled_from(["simple", "bundle", "configurable", "grouped"]), st.integers(0, 8)), max_size=8)
)
def test_every_item_is_found_once_in_the_lines_or_as_a_variant(shapes: list[tuple[str, int]]) -> None:
    items = [item(number, kind, parent) for number, (kind, parent) in enumerate(shapes, 1)]
    tops = {each[1] for each in items if not each[2]}
    lines, _ = order_lines(items)
    assert len(lines) == len([each for each in items if each[2] not in tops])


def test_broken_options_are_said_once_for_a_line() -> None:
    broken = 'a:1:{s:7:"options";a:1:{'
    lines, notices = order_lines([item(1, "grouped", options=broken), item(2)])
    assert [line.options for line in lines] == [(), ()]
    assert [notice[:2] for notice in notices] == [(OPTIONS_BROKEN.id, "product_options")]


def test_a_refund_without_rows_keeps_its_amount() -> None:
    memo = (5, "1", "100000005", "2026-02-01T00:00:00Z", 15_000, 0, 15_000)
    (refund,) = made(row([item(1)], memos=[(memo, ())])).refunds
    assert (refund.number, refund.total, refund.adjustment, refund.lines) == ("100000005", 15_000, 15_000, ())


def test_refunded_variants_and_bundles_count_their_money_once() -> None:
    items = [item(1, "configurable"), item(2, parent=1, total=0), item(3, "bundle"), item(4, parent=3, total=60_000)]
    memo = (5, "1", "5", "2026-02-01T00:00:00Z", 160_000, 0, 0)
    rows = [(5, 1, "p1", "s", 10_000, 100_000), (5, 2, "p2", "s", 10_000, 0)]
    rows += [(5, 3, "p3", "b", 10_000, 0), (5, 4, "p4", "c", 10_000, 60_000)]
    (refund,) = made(row(items, memos=[(memo, rows)])).refunds
    assert [(line.product_id, line.total) for line in refund.lines] == [("p2", 100_000), ("p4", 60_000)]


def test_parcels_gather_their_tracks() -> None:
    parcels = [
        ("1", 8, "1001", "2026-01-03T00:00:00Z", "DHL", "A1"),
        ("1", 8, "1001", "2026-01-03T00:00:00Z", "UPS", "B2"),
    ]
    parcels.append(("1", 9, "1002", "2026-01-04T00:00:00Z", "", ""))
    first, second = made(row([item(1)], parcels=parcels)).shipments
    assert (first.number, first.tracks, second.tracks) == ("1001", (("DHL", "A1"), ("UPS", "B2")), ())


def test_addresses_names_and_odd_instants() -> None:
    plain = made(row([item(1)], _6="", _7="", _10="0000-00-00T00:00:00Z", _9="invented"))
    assert (plain.billing.line_1, plain.billing.line_2, plain.delivery) == ("1 High St", "Flat 2", None)
    assert (plain.first_name, plain.last_name) == ("Ada", "Lovelace")
    assert (plain.placed_at, plain.state, plain.payment, plain.store_name) == ("", "processing", "Checkmo", "view 1")
