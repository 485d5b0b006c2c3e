"""A shop of CE 1.6 lacks tables and columns that came later; it is read all the same, and says what it lacks."""

from __future__ import annotations

import pytest

from dotbridge.commerce.order import Order
from dotbridge.sources.magento1.source import Magento1
from support.magento1 import Open, everything
from support.mariadb import MariaDb

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

# What CE 1.7 and later brought, and what a shop of 2012 may never have filled.
GONE_TABLES = ("catalog_product_entity_group_price", "catalog_product_bundle_selection_price", "tax_calculation_rule")
GONE_COLUMNS = {
    "customer_entity": ("disable_auto_group_change",),
    "sales_flat_order": ("coupon_rule_name", "hidden_tax_amount", "base_hidden_tax_amount", "base_to_global_rate"),
    "sales_flat_order_item": ("price_incl_tax", "hidden_tax_amount"),
    "sales_flat_order_address": ("vat_id", "company"),
    "sales_flat_quote_item": ("row_total_incl_tax",),
    "sales_flat_quote_address": ("subtotal_incl_tax",),
    "catalog_product_link": (),
    "core_config_data": ("updated_at",),
    "newsletter_subscriber": ("change_status_at",),
    "wishlist": ("updated_at",),
}


@pytest.fixture
def old_shop(mariadb: MariaDb, copy: str, open_shop: Open) -> Magento1:
    """The store in the shape of CE 1.6."""
    mariadb.execute(copy, *[f"DROP TABLE {table}" for table in GONE_TABLES])
    for table, columns in GONE_COLUMNS.items():
        mariadb.execute(copy, *[f"ALTER TABLE {table} DROP COLUMN {column}" for column in columns])
    return open_shop(copy)


def test_an_older_shop_says_what_it_lacks(old_shop: Magento1) -> None:
    findings = {check.name: check.text for check in old_shop.check() if check.state == "missing"}
    assert {f"table {table}" for table in GONE_TABLES} <= set(findings)
    assert "base_to_global_rate" in findings["columns of sales_flat_order"]
    assert "price_incl_tax" in findings["columns of sales_flat_order_item"]
    assert "row_total_incl_tax" in findings["columns of sales_flat_quote_item"]
    assert "CE 1.6" in next(check.text for check in old_shop.check() if check.name == "version")


def test_an_older_shop_gives_every_record(old_shop: Magento1) -> None:
    counts = {"customers": 2197, "subscribers": 1843, "carts": 5806, "reviews": 700, "wishlists": 329, "products": 1294}
    assert {name: len(everything(old_shop, name)) for name in counts} == counts
    orders: list[Order] = everything(old_shop, "orders")
    assert len(orders) == 5297
    assert {order.global_rate for order in orders} == {0}
    # Without its column the price with tax is that without and the tax of one unit.
    teapot = next(order for order in orders if order.source_id == "1").lines[1]
    assert (teapot.price, teapot.price_incl_tax) == (348_500, 418_200)


def test_a_shop_without_whole_areas_gives_what_is_left(mariadb: MariaDb, copy: str, open_shop: Open) -> None:
    tables = (
        *(
            "review",
            "wishlist",
            "sales_flat_creditmemo",
            "sales_flat_shipment_track",
            "core_url_rewrite",
            "customer_group",
        ),
        *("eav_attribute_option_value", "catalog_product_super_attribute_pricing", "cataloginventory_stock_item"),
        *("directory_country_region", "directory_currency_rate", "newsletter_subscriber", "sales_flat_quote_address"),
    )
    mariadb.execute(copy, *[f"DROP TABLE {table}" for table in tables])
    shop = open_shop(copy)
    assert set(shop.streams()) == {"customers", "orders", "carts"}
    customers = everything(shop, "customers")
    assert {customer.review_count for customer in customers} == {None}
    assert {customer.subscription for customer in customers} == {""}
    assert not any([order.refunds for order in everything(shop, "orders")])
    assert len(everything(shop, "carts")) == 5806
