"""Orders of the real store add up to what the store itself says, whatever lines, refunds and rows they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from dotbridge.commerce.order import Order, OrderLine
from dotbridge.sources.magento1.codes import OPTIONS_BROKEN
from dotbridge.sources.magento1.source import Magento1
from support.magento1 import Open, drain, everything
from support.mariadb import MariaDb

pytestmark = [pytest.mark.mariadb, pytest.mark.store]
CENT = 100


@pytest.fixture
def orders(shop: Magento1) -> dict[str, Order]:
    """All orders by id."""
    return {order.source_id: order for order in everything(shop, "orders")}


def lines(orders: Iterable[Order]) -> list[OrderLine]:
    """All lines, children of bundles included."""
    return [each for order in orders for line in order.lines for each in (line, *line.children)]


def test_lines_add_up_to_the_subtotal_of_every_order(orders: dict[str, Order]) -> None:
    off = [
        each.number for each in orders.values() if abs(sum([line.total for line in each.lines]) - each.subtotal) > CENT
    ]
    assert not off


def test_refunds_add_up_to_what_the_shop_refunded(
    orders: dict[str, Order], mariadb: MariaDb, magento1_store: str
) -> None:
    assert sum([len(order.refunds) for order in orders.values()]) == 595
    refunded = [order for order in orders.values() if order.refunds]
    assert len([order for order in refunded if order.refunded]) == 586
    assert all([sum([refund.total for refund in order.refunds]) == order.refunded for order in refunded])
    assert all([not order.refunded for order in orders.values() if not order.refunds])
    refunds = {refund.number: refund for order in refunded for refund in order.refunds}
    assert len([refund for refund in refunds.values() if not refund.lines]) == 53
    rows = mariadb.execute(
        magento1_store, "SELECT increment_id, CAST(IFNULL(subtotal,0)*10000 AS SIGNED) FROM sales_flat_creditmemo"
    )
    off = [
        number
        for number, subtotal in rows
        if abs(sum([line.total for line in refunds[number].lines]) - subtotal) > CENT
    ]
    assert not off


def test_refunded_products_are_those_of_the_lines(orders: dict[str, Order]) -> None:
    for order in orders.values():
        sold = {line.product_id for line in lines([order])}
        assert {line.product_id for refund in order.refunds for line in refund.lines} <= sold


def test_parcels_are_all_there_with_their_tracks(
    orders: dict[str, Order], mariadb: MariaDb, magento1_store: str
) -> None:
    parcels = [parcel for order in orders.values() for parcel in order.shipments]
    assert len(parcels) == len({parcel.number for parcel in parcels}) == 4003
    (tracks,) = mariadb.execute(magento1_store, "SELECT COUNT(*) FROM sales_flat_shipment_track")[0]
    assert sum([len(parcel.tracks) for parcel in parcels]) == tracks


def test_orders_in_euro_keep_both_currencies_apart(orders: dict[str, Order]) -> None:
    euro = [order for order in orders.values() if order.currency == "EUR"]
    assert len(euro) == 780
    assert {(order.base_currency, order.global_currency, order.store_name) for order in euro} == {
        ("GBP", "GBP", "UK Français")
    }
    assert all([order.total > order.base_total for order in euro])
    dollar = [order for order in orders.values() if order.currency == "USD"]
    assert {order.global_currency for order in dollar} == {"GBP"}
    assert all([0 < order.global_rate < 1_000_000 for order in dollar])


def test_guests_have_no_customer_and_always_an_address_to_write_to(orders: dict[str, Order]) -> None:
    assert len([order for order in orders.values() if order.is_guest]) == 1451 + 6
    assert all([order.email and order.first_name and order.last_name for order in orders.values()])


def test_states_are_our_words_and_statuses_stay_the_merchants(orders: dict[str, Order]) -> None:
    states = Counter([(order.state, order.status) for order in orders.values()])
    assert states["complete", "dispatched"] == 186
    assert states["processing", "awaiting_stock"] == 46
    assert states["cancelled", "canceled"] == 315
    assert states["held", "holded"] == 103
    assert states["new", "pending_payment"] == 70


def test_a_configurable_is_one_line_with_its_variants_id(orders: dict[str, Order]) -> None:
    line = orders["2"].lines[0]
    assert (line.product_id, line.sku, line.name) == ("308", "CFG-25-WHI-XL", "Heritage Dress 25 White XL")
    assert (line.parent_id, line.parent_name) == ("309", "Heritage Dress 25")
    assert (line.quantity, line.price, line.price_incl_tax, line.total) == (20_000, 1_006_900, 1_208_300, 2_013_800)
    assert [(option.label, option.value) for option in line.options] == [("Color", "White"), ("Size", "XL")]


def test_a_bundle_holds_its_children_and_money_counts_once(orders: dict[str, Order]) -> None:
    fixed = orders["1"].lines[0]
    assert (fixed.sku, fixed.total, [child.total for child in fixed.children]) == ("BUN-6", 714_900, [0, 0])
    dynamic = next(line for line in orders["11"].lines if line.type == "bundle")
    assert dynamic.total == sum([child.total for child in dynamic.children])
    assert all([child.parent_id == dynamic.product_id for child in dynamic.children])


def test_a_grouped_line_names_the_group_it_was_bought_from(orders: dict[str, Order]) -> None:
    grouped = [line for line in lines(orders.values()) if line.type == "grouped"]
    assert len(grouped) == 652
    assert all([line.parent_id and line.parent_id != line.product_id for line in grouped])


def test_every_item_of_the_shop_is_a_line_or_the_variant_of_one(orders: dict[str, Order]) -> None:
    kinds = Counter([line.type for line in lines(orders.values())])
    assert kinds["configurable"] == 2539
    assert kinds["bundle"] == 812
    assert sum(kinds.values()) + kinds["configurable"] == 15_462


def test_products_that_were_deleted_since_are_still_lines(orders: dict[str, Order], shop: Magento1) -> None:
    held = {each for website in shop.websites() for each in shop.streams()["products"].ids(website, "", 10_000)}
    gone = [line for line in lines(orders.values()) if line.product_id not in held]
    assert gone
    assert all([line.sku and line.name and line.quantity for line in gone])


def test_custom_options_read_as_a_person_typed_and_chose_them(orders: dict[str, Order]) -> None:
    options = [option for line in lines(orders.values()) for option in line.options]
    typed = {option.value for option in options if option.label == "Engraving text"}
    assert 'A & B "4ever"' in typed
    assert "Zoë ♥ Jürgen" in typed
    assert {option.value for option in options if option.label == "Extras"} >= {'Gift box, Ribbon, "red"'}
    assert all([option.id for option in options if option.label == "Finish"])
    assert not [notice for order in orders.values() for notice in order.notices]


def test_a_virtual_order_has_no_delivery_address(orders: dict[str, Order]) -> None:
    virtual = [order for order in orders.values() if order.virtual]
    assert virtual
    assert all([order.delivery is None and order.billing for order in virtual])
    assert all([order.delivery for order in orders.values() if not order.virtual])


def test_the_payments_title_is_that_of_the_view_and_its_code_without_one(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    mariadb.execute(
        copy,
        "INSERT INTO core_config_data (scope,scope_id,path,value) VALUES"
        " ('default',0,'payment/checkmo/title','Cheque'), ('stores',2,'payment/checkmo/title','Chèque')",
    )
    found = {(order.store_id, order.payment) for order in everything(open_shop(copy), "orders")}
    assert {("1", "Cheque"), ("2", "Chèque"), ("3", "Cheque"), ("1", "banktransfer")} <= found


def test_an_order_of_a_deleted_view_counts_to_the_website_it_names_else_to_the_default(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    mariadb.execute(
        copy,
        "UPDATE sales_flat_order SET store_id=NULL, store_name='US Website\\nUS Store\\nUS Español' WHERE entity_id=1",
        "UPDATE sales_flat_order SET store_id=NULL, store_name='Gone\\nGone\\nGone' WHERE entity_id=2",
        "UPDATE sales_flat_order SET store_id=NULL, store_name=NULL WHERE entity_id=3",
        "UPDATE sales_flat_order SET store_id=0, store_name='UK Website\\nUK Store\\nOld' WHERE entity_id=5",
    )
    shop = open_shop(copy)
    uk, us = shop.websites()
    stream = shop.streams()["orders"]
    wanted = ["1", "2", "3", "5"]
    assert {row.head[0] for row in stream.fetch(us, wanted)} == {"1"}
    assert {row.head[0] for row in stream.fetch(uk, wanted)} == {"2", "3", "5"}
    assert (stream.count(uk) or 0) + (stream.count(us) or 0) == 5297
    assert stream.to_commerce(stream.fetch(us, ["1"])[0]).store_name == "US Español"


def test_broken_options_cost_the_options_and_not_the_order(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    hostile = {
        2: 'a:1:{s:7:"options";a:1:{i:0;a:2:{s:5:"label";s:99:"Color";}}}',
        18: 'a:1:{s:15:"attributes_info";O:8:"stdClass":0:{}}',
    }
    statements = [
        "UPDATE sales_flat_order_item SET product_options='" + text.replace("'", "''") + f"' WHERE item_id={item}"
        for item, text in hostile.items()
    ]
    mariadb.execute(copy, *statements, "UPDATE sales_flat_order_item SET product_options='' WHERE item_id=5")
    orders = {order.source_id: order for order in everything(open_shop(copy), "orders")}
    assert len(orders) == 5297
    first = orders["1"]
    assert [notice[0] for notice in first.notices] == [OPTIONS_BROKEN.id]
    assert "BUN-6" in first.notices[0][2]
    assert first.lines[0].options == ()
    assert first.total == 1_842_800


def test_missing_values_are_neutral_and_a_second_payment_row_makes_no_second_order(
    mariadb: MariaDb, copy: str, open_shop: Open
) -> None:
    mariadb.execute(
        copy,
        "UPDATE sales_flat_order SET subtotal=NULL, discount_amount=NULL, shipping_amount=NULL, tax_amount=NULL,"
        " grand_total=NULL, total_refunded=NULL, base_grand_total=NULL, base_total_refunded=NULL, coupon_code=NULL,"
        " order_currency_code=NULL, state=NULL, status=NULL, customer_email=NULL, customer_firstname=NULL,"
        " customer_lastname=NULL, quote_id=NULL, shipping_description=NULL, base_to_global_rate=NULL WHERE entity_id=1",
        "UPDATE sales_flat_order_item SET product_id=NULL, sku=NULL, name=NULL, qty_ordered=NULL, price_incl_tax=NULL"
        " WHERE item_id=5",
        "DELETE FROM sales_flat_order_item WHERE item_id=9",
        "INSERT INTO sales_flat_order_payment (parent_id, method) VALUES (4,'late'), (4,'later')",
        "UPDATE sales_flat_order_address SET street=NULL, city=NULL, country_id=NULL WHERE parent_id=1",
    )
    shop = open_shop(copy)
    stream, website = shop.streams()["orders"], shop.websites()[0]
    rows, _ = drain(stream, website, 3)
    assert [row.head[0] for row in rows].count("4") == 1
    assert len(rows) == stream.count(website)
    order, orphaned = (stream.to_commerce(stream.fetch(website, [each])[0]) for each in ("1", "2"))
    assert (order.total, order.refunded, order.currency, order.state, order.quote_id) == (0, 0, "", "new", "")
    assert order.billing is not None
    assert (order.first_name, order.email) == (order.billing.first_name, "Oliviakowalska.w1.74@example.com")
    assert (order.lines[1].product_id, order.lines[1].quantity, order.lines[1].price_incl_tax) == ("", 0, 348_500)
    assert orphaned.lines[0].product_id == "308"


def test_further_columns_come_along_when_the_settings_ask_for_them(open_shop: Open, magento1_store: str) -> None:
    columns = ["remote_ip", "weight", "gift_message_id", "not_there", "customer_dob"]
    shop = open_shop(magento1_store, orders__custom_columns=columns)
    stream, website = shop.streams()["orders"], shop.websites()[0]
    found = [stream.to_commerce(row).custom for row in stream.fetch(website, stream.ids(website, "", 50))]
    assert {name for custom in found for name in custom} >= {"remote_ip", "weight"}
    assert not [custom for custom in found if "not_there" in custom or None in custom.values()]
