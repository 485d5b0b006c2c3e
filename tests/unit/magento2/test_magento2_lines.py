"""Order lines from hand-written JSON (magento2-data §3.3)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dotbridge.commerce.order import Option
from dotbridge.sources.magento2.labels import Attribute
from dotbridge.sources.magento2.to_commerce.lines import Choices, before_discount, order_lines


def item(item_id: int, **members: Any) -> dict[str, Any]:
    plain = {"item_id": item_id, "product_id": item_id + 100, "sku": f"S{item_id}", "name": f"Thing {item_id}"}
    return {**plain, "product_type": "simple", "qty_ordered": 1, "price": 10, "row_total": 10, **members}


def chosen(**members: Any) -> dict[str, Any]:
    return {"extension_attributes": members}


def test_a_configurable_is_one_line_with_the_variants_id_and_the_parents_price() -> None:
    rows = [
        item(
            1, product_type="configurable", sku="TEE-RED", price=20.5, row_total=41, qty_ordered=2, price_incl_tax=24.6
        ),
        item(2, parent_item_id=1, sku="TEE-RED", price=0, row_total=0, qty_ordered=2),
    ]
    (line,) = order_lines(rows, Choices())
    assert (line.product_id, line.sku, line.name) == ("102", "TEE-RED", "Thing 2")
    assert (line.parent_id, line.parent_name, line.type) == ("101", "Thing 1", "configurable")
    assert (line.price, line.price_incl_tax, line.total, line.quantity) == (205_000, 246_000, 410_000, 20_000)
    assert line.children == ()


def test_a_dynamic_bundle_holds_parts_with_prices_and_has_its_own_sku() -> None:
    rows = [
        item(1, product_type="bundle", sku="SET-S2-S3", price=30, row_total=30),
        item(2, parent_item_id=1, price=10, row_total=10),
        item(3, parent_item_id=1, price=20, row_total=20, qty_refunded=1),
    ]
    (line,) = order_lines(rows, Choices(products={"101": {"sku": "SET"}}))
    assert (line.sku, line.total) == ("SET", 300_000)
    assert [part.total for part in line.children] == [100_000, 200_000]
    assert [part.parent_id for part in line.children] == ["101", "101"]
    assert line.children[1].quantity_refunded == 10_000


def test_a_fixed_bundles_parts_cost_nothing() -> None:
    rows = [item(1, product_type="bundle", price=115, row_total=115), item(2, parent_item_id=1, price=0, row_total=0)]
    (line,) = order_lines(rows, Choices())
    assert (line.total, line.children[0].total, line.sku) == (1_150_000, 0, "S1")


def test_a_part_whose_parent_is_missing_is_a_line_of_its_own() -> None:
    (line,) = order_lines([item(2, parent_item_id=1)], Choices())
    assert line.product_id == "102"


def test_grouped_lines_stand_side_by_side() -> None:
    lines = order_lines([item(1, product_type="grouped"), item(2, product_type="grouped")], Choices())
    assert [line.type for line in lines] == ["grouped", "grouped"]


def test_choices_carry_labels_of_the_catalogue() -> None:
    colour = Attribute("93", "color", "Colour", "select", {"30": "Blue"})
    option = {"option_value": 30, "option_id": "93"}
    rows = [
        item(
            1,
            product_type="configurable",
            product_option=chosen(configurable_item_options=[option]),
        ),
        item(2, parent_item_id=1),
    ]
    (line,) = order_lines(rows, Choices(attributes={"93": colour}))
    assert line.options == (Option("Colour", "Blue", "93"),)


def test_custom_options_are_titles_texts_lists_and_dates() -> None:
    product = {
        "options": [
            {"option_id": 1, "title": "Engraving"},
            {"option_id": 2, "title": "Wrap", "values": [{"option_type_id": 7, "title": "Paper"}]},
            {
                "option_id": 3,
                "title": "Extras",
                "values": [{"option_type_id": 8, "title": "Card"}, {"option_type_id": 9, "title": "Ribbon"}],
            },
            {"option_id": 4, "title": "Deliver on"},
        ]
    }
    options = [
        {"option_id": "1", "option_value": "For Zoë, with love"},
        {"option_id": "2", "option_value": "7"},
        {"option_id": "3", "option_value": "8,9"},
        {"option_id": "4", "option_value": [3, 9, 2026, "2026-03-09 00:00:00"]},
        {"option_id": "5", "option_value": "81"},
    ]
    (line,) = order_lines([item(1, product_option=chosen(custom_options=options))], Choices(products={"101": product}))
    assert [(option.label, option.value) for option in line.options] == [
        ("Engraving", "For Zoë, with love"),
        ("Wrap", "Paper"),
        ("Extras", "Card, Ribbon"),
        ("Deliver on", "2026-03-09"),
        ("Option 5", "81"),
    ]


def test_empty_php_arrays_and_absent_members_are_no_options() -> None:
    rows = [item(1, product_option={"extension_attributes": []}), item(2, product_option=[]), item(3)]
    assert [line.options for line in order_lines(rows, Choices())] == [(), (), ()]


def test_a_missing_taxed_price_is_the_plain_one() -> None:
    (line,) = order_lines([item(1, price=12.5)], Choices())
    assert line.price_incl_tax == line.price == 125_000


cents = st.integers(0, 10_000_000).map(lambda amount: amount / 100)


@given(price=cents, quantity=st.integers(1, 50), share=st.integers(0, 100))
def test_a_rows_total_is_the_same_from_shops_that_subtract_the_discount_and_from_those_that_do_not(
    price: float, quantity: int, share: int
) -> None:
    total = round(price * 100) * quantity
    discount = total * share // 100
    row = {"price": price, "qty_ordered": quantity, "discount_amount": discount / 100}
    assert before_discount({**row, "row_total": total / 100}) == total * 100
    assert before_discount({**row, "row_total": (total - discount) / 100}) == total * 100
