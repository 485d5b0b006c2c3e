"""Table prefixes, content staging, older and barer shops: the same records from tables of other shapes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dotbridge.sources.magento2.source import Magento2
from dotbridge.sources.magento2.sql.schema import READ
from support.magento2_staging import stage
from support.magento2_tables import OpenTables, everything
from support.mariadb import MariaDb

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

STREAMS = ("customers", "subscribers", "orders", "carts", "products", "reviews", "wishlists")
BRAND = {"catalog__brand_attribute": "brand", "catalog__attributes": ["material", "eco_friendly"]}
SITES = ("store", "store_group", "store_website", "core_config_data")
CATALOGUE = tuple([name for name in READ if name.startswith(("catalog", "inventory", "eav", "store", "core", "tax"))])
PLANNED = (1, 5, 177, 339, 351)
"""Products with a version that is planned: two simple ones, a configurable, a bundle and a group."""


@pytest.fixture(scope="module")
def plain(open_tables: OpenTables, magento2_store: str) -> dict[str, list[Any]]:
    shop = open_tables(magento2_store, **BRAND)
    return {name: everything(shop, name) for name in STREAMS}


@pytest.fixture(scope="module")
def staged(mariadb: MariaDb, magento2_store: str, open_tables: OpenTables) -> Magento2:
    mariadb.copy(magento2_store, "magento2_staged", READ)
    stage(mariadb, "magento2_staged", PLANNED)
    names = [row[0] for row in mariadb.execute("magento2_staged", "SHOW TABLES")]
    renamed = ", ".join([f"`{name}` TO `mage_{name}`" for name in names])
    mariadb.execute("magento2_staged", f"RENAME TABLE {renamed}")
    return open_tables("magento2_staged", table_prefix="mage_", **BRAND)


def test_the_store_has_what_the_contract_says(plain: dict[str, list[Any]]) -> None:
    counted = {name: len(records) for name, records in plain.items()}
    assert counted == {
        "customers": 1197,
        "subscribers": 747,
        "orders": 3341,
        "carts": 550,
        "products": 353 * 4 - 2 * 10,
        "reviews": 517,
        "wishlists": 199,
    }


@pytest.mark.parametrize("name", STREAMS)
def test_a_prefix_and_versions_of_products_change_nothing(
    name: str, plain: dict[str, list[Any]], staged: Magento2
) -> None:
    assert everything(staged, name) == plain[name]


def test_ids_of_versioned_products_are_each_given_once(staged: Magento2, plain: dict[str, list[Any]]) -> None:
    stream = staged.streams()["products"]
    for website in staged.websites():
        ids = list(stream.ids(website, "", 1000))
        assert ids == sorted(set(ids), key=int)
        assert len(ids) == stream.count(website)
        assert set(ids) == {one.source_id for one in plain["products"] if one.website_id == website.source_id}


def test_the_check_names_the_edition(staged: Magento2, open_tables: OpenTables, magento2_store: str) -> None:
    for shop, word in ((staged, "Adobe Commerce"), (open_tables(magento2_store), "Open Source")):
        (found,) = [check for check in shop.check() if check.name == "edition"]
        assert word in found.text


def test_a_business_customer_has_the_company(mariadb: MariaDb, magento2_store: str, open_tables: OpenTables) -> None:
    tables = ("customer_entity", "eav_attribute", "eav_entity_type", *SITES)
    mariadb.copy(magento2_store, "magento2_b2b", tables)
    mariadb.execute(
        "magento2_b2b",
        "CREATE TABLE company (entity_id int PRIMARY KEY, company_name varchar(40), status int)",
        "CREATE TABLE company_advanced_customer_entity (customer_id int, company_id int, job_title text, status int,"
        " telephone varchar(20))",
        "INSERT INTO company VALUES (1, 'Northwind Traders', 1)",
        "INSERT INTO company_advanced_customer_entity VALUES (2, 1, 'Buyer', 1, '')",
    )
    shop = open_tables("magento2_b2b")
    people = {person.source_id: person.attributes for person in everything(shop, "customers")}
    assert people["2"] == {"company": "Northwind Traders", "company_status": "Approved", "job_title": "Buyer"}
    assert not [source_id for source_id, held in people.items() if "company" in held and source_id != "2"]


def test_a_shop_without_multi_source_inventory_has_its_classic_stock(
    mariadb: MariaDb, magento2_store: str, open_tables: OpenTables
) -> None:
    mariadb.copy(magento2_store, "magento2_classic", [name for name in CATALOGUE if not name.startswith("inventory_")])
    quantity = mariadb.execute("magento2_classic", "SELECT qty FROM cataloginventory_stock_item WHERE product_id = 1")
    shop = open_tables("magento2_classic")
    stream = shop.streams()["products"]
    row = next(iter(stream.fetch(shop.websites()[0], ["1"])))
    assert stream.to_commerce(row).stock == int(quantity[0][0] * 10_000)


def test_unmanaged_and_blocked_products_are_what_the_merchant_made_them(
    mariadb: MariaDb, magento2_store: str, open_tables: OpenTables
) -> None:
    mariadb.copy(magento2_store, "magento2_stock", CATALOGUE)
    mariadb.execute(
        "magento2_stock",
        "UPDATE cataloginventory_stock_item SET manage_stock = 0, use_config_manage_stock = 0 WHERE product_id = 1",
        "UPDATE cataloginventory_stock_item SET is_in_stock = 0 WHERE product_id = 177",
        "UPDATE cataloginventory_stock_item SET min_qty = 50, use_config_min_qty = 0 WHERE product_id = 2",
        "UPDATE inventory_source_item SET quantity = 40 WHERE sku = 'SIM-0002'",
        "DELETE FROM inventory_reservation WHERE sku = 'SIM-0002'",
    )
    shop = open_tables("magento2_stock")
    stream = shop.streams()["products"]
    found = {}
    for row in stream.fetch(shop.websites()[0], ["1", "2", "177"]):
        made = stream.to_commerce(row)
        found[made.source_id] = (made.stock, made.in_stock)
    assert found["1"] == (None, True)
    assert found["2"] == (-100_000, False)
    assert found["177"][1] is False


def test_a_shop_that_lacks_tables_gives_what_it_can_and_says_the_rest(
    mariadb: MariaDb, magento2_store: str, open_tables: OpenTables
) -> None:
    tables = ("sales_order", "sales_order_item", "sales_order_address", *SITES)
    mariadb.copy(magento2_store, "magento2_bare", tables)
    shop = open_tables("magento2_bare")
    assert set(shop.streams()) == {"orders"}
    found = {check.name: check for check in shop.check()}
    assert found["collection orders"].state == "ok"
    assert found["collection reviews"].state == "missing"
    assert found["table sales_creditmemo"].state == "missing"
    orders = everything(shop, "orders")
    assert len(orders) == 3341
    assert {order.payment for order in orders} == {""}
    assert msgspec.json.encode(orders[0])
