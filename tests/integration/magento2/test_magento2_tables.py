"""What the database's records say of the store's own oddities (magento2-data, content of the fixture)."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.commerce.order import Order
from dotbridge.commerce.product import Product
from dotbridge.sources.magento2.source import Magento2
from dotbridge.sources.magento2.sql.schema import READ
from support.magento2_tables import OpenTables, everything
from support.mariadb import MariaDb

pytestmark = [pytest.mark.mariadb, pytest.mark.store]


@pytest.fixture(scope="module")
def shop(open_tables: OpenTables, magento2_store: str) -> Magento2:
    return open_tables(magento2_store)


@pytest.fixture(scope="module")
def orders(shop: Magento2) -> list[Order]:
    return everything(shop, "orders")


@pytest.fixture(scope="module")
def products(shop: Magento2) -> dict[tuple[str, str], Product]:
    return {(product.source_id, product.store_id): product for product in everything(shop, "products")}


def test_every_order_adds_up(orders: list[Order]) -> None:
    for order in orders:
        assert sum([line.total for line in order.lines]) == order.subtotal, order.number
        assert order.subtotal + order.discount + order.shipping + order.tax == order.total, order.number


def test_refunds_add_up_to_what_the_order_says(orders: list[Order]) -> None:
    refunded = [order for order in orders if order.refunds]
    assert len(refunded) > 400
    for order in refunded:
        assert sum([refund.total for refund in order.refunds]) == order.refunded, order.number


def test_lines_of_deleted_products_and_orders_of_deleted_customers_are_still_there(
    orders: list[Order], shop: Magento2
) -> None:
    sold = {line.sku[:8] for order in orders for line in order.lines}  # custom options add theirs
    assert {"SIM-0167", "SIM-0168"} <= sold
    known = {person.source_id for person in everything(shop, "customers")}
    assert {order.customer_id for order in orders if order.customer_id} <= known


def test_guests_are_listed_page_by_page(shop: Magento2, orders: list[Order]) -> None:
    found: list[tuple[str, str]] = []
    stream = shop.streams()["orders"]
    for website in shop.websites():
        after = ""
        while page := stream.guests(website, after, 100):
            found += page
            after = page[-1][0]
    assert dict(found) == {order.source_id: order.email for order in orders if order.is_guest}
    assert len(found) >= 908


def test_columns_of_the_order_table_go_along_where_they_are_asked_for(
    open_tables: OpenTables, magento2_store: str
) -> None:
    columns = ["weight", "total_qty_ordered", "no_such_column"]
    shop = open_tables(magento2_store, orders__custom_columns=columns)
    row = next(iter(shop.streams()["orders"].fetch(shop.websites()[0], ["1"])))
    custom = shop.streams()["orders"].to_commerce(row).custom
    assert set(custom) <= {"weight", "total_qty_ordered"}
    assert isinstance(custom["total_qty_ordered"], float)


def test_each_store_view_shows_its_own_texts_and_prices(products: dict[tuple[str, str], Product]) -> None:
    english, german = products["1", "1"], products["1", "3"]
    assert german.name != english.name
    assert german.name.endswith("(DE)")
    assert (english.price, german.price) == (1_599_100, 1_950_900)
    assert (english.currency, german.currency) == ("GBP", "EUR")
    assert german.url.startswith("https://magento.example.test/eu_de/")


def test_a_variant_leads_to_the_page_of_its_configurable(products: dict[tuple[str, str], Product]) -> None:
    variant, parent = products["171", "1"], products["177", "1"]
    assert (variant.visibility, variant.parents, variant.parent_type) == ("none", ("177",), "configurable")
    assert variant.url == parent.url
    assert parent.price == min([products[child, "1"].price or 0 for child in map(str, range(171, 177))])
    assert parent.stock == sum([products[child, "1"].stock or 0 for child in map(str, range(171, 177))])


def test_prices_with_tax_are_those_of_the_countrys_guests(products: dict[tuple[str, str], Product]) -> None:
    english, german = products["1", "1"], products["1", "3"]
    assert english.price_incl_tax == 1_918_920
    assert german.price_incl_tax == 2_321_571


def test_general_tiers_are_turned_into_the_websites_currency(products: dict[tuple[str, str], Product]) -> None:
    english, german = products["9", "1"].tier_prices, products["9", "3"].tier_prices
    assert [tier.price for tier in english] == [1_234_300, 1_306_900]
    assert [tier.price for tier in german] == [1_444_131, 1_529_073]
    assert [tier.group for tier in english] == ["Wholesale", "ALL GROUPS"]


def test_one_record_a_product_where_the_catalog_is_kept_by_website(
    open_tables: OpenTables, magento2_store: str
) -> None:
    shop = open_tables(magento2_store, catalog__level="default")
    for website in shop.websites():
        stream = shop.streams()["products"]
        rows = stream.fetch(website, list(stream.ids(website, "", 1000)))
        assert len(rows) == stream.count(website)


def test_orders_of_a_deleted_store_view_belong_to_the_first_website(
    mariadb: MariaDb, magento2_store: str, open_tables: OpenTables
) -> None:
    tables = [name for name in READ if name.startswith(("sales_order", "store", "core_"))]
    mariadb.copy(magento2_store, "magento2_closed", tables)
    mariadb.execute(
        "magento2_closed",
        "DELETE FROM store WHERE store_id = 4",
        "UPDATE sales_order SET store_id = NULL, updated_at = updated_at WHERE store_id = 4",
    )
    shop = open_tables("magento2_closed")
    first, second = shop.websites()
    stream = shop.streams()["orders"]
    assert (stream.count(first) or 0) + (stream.count(second) or 0) == 3341
    (closed,) = mariadb.execute("magento2_closed", "SELECT MIN(entity_id) FROM sales_order WHERE store_id IS NULL")
    (row,) = stream.fetch(first, [str(closed[0])])
    order: Any = stream.to_commerce(row)
    assert (order.store_id, order.store_name) == ("", "English (US)")


def test_a_changed_address_keeps_the_subscription_that_was_made_by_the_account(shop: Magento2) -> None:
    """REST looks a subscription up by the address of today, and misses it."""
    (row,) = shop.streams()["customers"].fetch(shop.websites()[1], ["1187"])
    person = shop.streams()["customers"].to_commerce(row)
    assert (person.email, person.subscription) == ("changed.cust1187@example.test", "subscribed")
