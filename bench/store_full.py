"""A store of people with everything that a shop may know of them, and of a catalogue of simple products.

Shaped as Magento 1 has it. Each customer has two addresses and as many attributes of the merchant's own as make 40 data
fields; each product has its texts, a picture, a page address, stock and two categories, and is named otherwise in one of
the three store views. A tenth has a price by quantity, a third a special price that holds.
"""

from __future__ import annotations

from typing import Any

from bench import store

#: Attribute codes of the merchant's own, which are mapped to data fields of the same name in capitals.
OWN = tuple([f"profile_{number}" for number in range(1, 10)])

_VALUE = "attribute_id smallint unsigned, entity_id int unsigned, value"
_KINDS = (("varchar", "(255)"), ("int", ""), ("decimal", "(12,4)"), ("text", ""), ("datetime", ""))
_NAMED = {20: "firstname", 22: "lastname", 24: "company", 26: "city", 27: "country_id", 28: "region", 30: "postcode"}
_NAMED |= {31: "telephone"}
_ADDRESS = {20: "CONCAT('First',s.seq%997)", 22: "CONCAT('Läst',s.seq%1009)", 24: "CONCAT('Firm ',s.seq%500)"}
_ADDRESS |= {26: "'London'", 27: "'GB'", 28: "'Greater London'", 30: "CONCAT('SE',s.seq%28,' ',s.seq%9,'PA')"}
_ADDRESS |= {31: "CONCAT('0207',LPAD(s.seq,7,'0'))"}
OWN_FROM = 101
_PRODUCT = {201: ("name", "varchar", "text"), 202: ("image", "varchar", "media_image")}
_PRODUCT |= {203: ("short_description", "text", "textarea"), 204: ("manufacturer", "int", "select")}
_PRODUCT |= {205: ("status", "int", "select"), 206: ("visibility", "int", "select"), 207: ("price", "decimal", "price")}
_PRODUCT |= {208: ("special_price", "decimal", "price"), 209: ("special_from_date", "datetime", "date")}
_PRODUCT |= {210: ("tax_class_id", "int", "select")}
BRANDS, CATEGORIES = 40, 60


def _attribute(number: int, kind: int, code: str, backend: str, shown: str = "text") -> str:
    return f"INSERT INTO eav_attribute VALUES ({number},{kind},'{code}','{backend}','{shown}',NULL,NULL)"


def _values(table: str, attribute: int, value: str, rows: int, store: str = "", where: str = "") -> str:
    stores = f",{store}" if store else ""
    named = "attribute_id, entity_id, value" + (", store_id" if store else "")
    return f"INSERT INTO {table} ({named}) SELECT {attribute}, s.seq, {value}{stores} FROM seq_1_to_{rows} s{where}"


def _people(people: int) -> list[str]:
    address = "customer_address_entity"
    made = [
        "CREATE TABLE customer_address_entity (entity_id int unsigned PRIMARY KEY, parent_id int unsigned, KEY (parent_id))",
        *[
            f"CREATE TABLE {address}_{kind} (value_id int AUTO_INCREMENT PRIMARY KEY, {_VALUE} {kind}{size},"
            " UNIQUE KEY (entity_id, attribute_id))"
            for kind, size in _KINDS
        ],
        *[f"ALTER TABLE customer_entity_{kind} MODIFY value_id int AUTO_INCREMENT" for kind, _ in _KINDS],
        _attribute(4, 1, "prefix", "varchar"),
        _attribute(11, 1, "dob", "datetime", "date"),
        _attribute(13, 1, "default_billing", "int"),
        _attribute(14, 1, "default_shipping", "int"),
        _attribute(18, 1, "gender", "int", "select"),
        *[_attribute(number, 2, code, "varchar") for number, code in _NAMED.items()],
        _attribute(25, 2, "street", "text", "multiline"),
        *[_attribute(OWN_FROM + number, 1, code, "varchar") for number, code in enumerate(OWN)],
        "INSERT INTO eav_attribute_option VALUES (1,18),(2,18)",
        "INSERT INTO eav_attribute_option_value VALUES (1,1,0,'Male'),(2,2,0,'Female')",
        f"INSERT INTO {address} SELECT s.seq, 1+(s.seq-1) DIV 2 FROM seq_1_to_{2 * people} s",
        _values(f"{address}_text", 25, "CONCAT(s.seq%300,' High Street\\nFlat ',s.seq%20)", 2 * people),
        *[_values(f"{address}_varchar", number, value, 2 * people) for number, value in _ADDRESS.items()],
        _values("customer_entity_varchar", 4, "IF(s.seq%2,'Ms','Mr')", people),
        _values("customer_entity_datetime", 11, "'1960-01-01'+INTERVAL s.seq%18000 DAY", people),
        _values("customer_entity_int", 13, "2*s.seq-1", people),
        _values("customer_entity_int", 14, "2*s.seq", people),
        _values("customer_entity_int", 18, "1+s.seq%2", people),
    ]
    for number in range(len(OWN)):
        value = f"CONCAT('Value ',s.seq%{7 + number})"
        made.append(_values("customer_entity_varchar", OWN_FROM + number, value, people))
    return made


def _products(products: int) -> list[str]:
    table = "catalog_product_entity"
    stores = [
        f"CREATE TABLE {of}_{kind} (value_id int AUTO_INCREMENT PRIMARY KEY, {_VALUE} {kind}{size},"
        " store_id smallint unsigned, UNIQUE KEY (entity_id, attribute_id, store_id))"
        for of, kinds in ((table, _KINDS), ("catalog_category_entity", _KINDS[:1]))
        for kind, size in kinds
    ]
    return [
        *[part.strip() for part in _CATALOGUE.split(";\n")],
        *stores,
        "INSERT INTO eav_entity_type VALUES (3,'catalog_category'),(4,'catalog_product')",
        "INSERT INTO eav_attribute_set VALUES (4,'Default')",
        _attribute(41, 3, "name", "varchar"),
        *[_attribute(number, 4, *named) for number, named in _PRODUCT.items()],
        f"INSERT INTO eav_attribute_option SELECT 10+s.seq, 204 FROM seq_1_to_{BRANDS} s",
        "INSERT INTO eav_attribute_option_value SELECT 10+s.seq, 10+s.seq, 0, CONCAT('Brand ',s.seq)"
        f" FROM seq_1_to_{BRANDS} s",
        f"INSERT INTO catalog_category_entity SELECT s.seq, IF(s.seq=2,'1/2',CONCAT('1/2/',s.seq))"
        f" FROM seq_2_to_{CATEGORIES} s",
        _values("catalog_category_entity_varchar", 41, "CONCAT('Category ',s.seq)", CATEGORIES, "0"),
        f"INSERT INTO {table} SELECT s.seq, CONCAT('SKU-',LPAD(s.seq,6,'0')), 'simple', 4,"
        f" '2024-01-01'+INTERVAL s.seq SECOND, '2024-02-01'+INTERVAL s.seq SECOND FROM seq_1_to_{products} s",
        f"INSERT INTO catalog_product_website SELECT s.seq, 1 FROM seq_1_to_{products} s",
        *[
            f"INSERT INTO catalog_category_product SELECT 3+(s.seq*{step})%{CATEGORIES // 2 - 3}+{first}, s.seq"
            f" FROM seq_1_to_{products} s"
            for step, first in ((1, 0), (7, CATEGORIES // 2))
        ],
        f"INSERT INTO cataloginventory_stock_item SELECT s.seq, 1, s.seq%90, 1, 1, 0, 0, 0, 0, 0 FROM seq_1_to_{products} s",
        "INSERT INTO core_url_rewrite SELECT 3*s.seq+v.store_id, v.store_id, CONCAT('item-',s.seq,'.html'), s.seq, NULL, 1, ''"
        f" FROM seq_1_to_{products} s JOIN core_store v",
        f"INSERT INTO {table}_tier_price SELECT s.seq, 1, 0, 5, 8+s.seq%50, 0 FROM seq_1_to_{products} s WHERE s.seq%10=0",
        _values(f"{table}_varchar", 201, "CONCAT('Product name of item number ',s.seq)", products, "0"),
        _values(f"{table}_varchar", 201, "CONCAT('Name des Artikels Nummer ',s.seq)", products, "3"),
        _values(f"{table}_varchar", 202, "CONCAT('/p/i/item-',s.seq,'.jpg')", products, "0"),
        _values(f"{table}_text", 203, f"CONCAT('What is good about ',s.seq,{_TEXT!r})", products, "0"),
        _values(f"{table}_int", 204, f"11+s.seq%{BRANDS}", products, "0"),
        _values(f"{table}_int", 205, "1", products, "0"),
        _values(f"{table}_int", 206, "4", products, "0"),
        _values(f"{table}_decimal", 207, "10+(s.seq%9900)/100", products, "0"),
        _values(f"{table}_decimal", 208, "9+(s.seq%9900)/100", products, "0", " WHERE s.seq%3=0"),
        _values(f"{table}_datetime", 209, "'2024-01-01'", products, "0", " WHERE s.seq%3=0"),
        _values(f"{table}_int", 210, "2", products, "0"),
    ]


_TEXT = ": it lasts, it is made of <b>oak &amp; steel</b>, and it comes with everything that is needed."
_CATALOGUE = """
CREATE TABLE eav_attribute_set (attribute_set_id smallint unsigned PRIMARY KEY, attribute_set_name varchar(255));
CREATE TABLE catalog_product_entity (entity_id int unsigned PRIMARY KEY, sku varchar(64), type_id varchar(32),
 attribute_set_id smallint unsigned, created_at timestamp NULL, updated_at timestamp NULL, KEY (updated_at));
CREATE TABLE catalog_product_website (product_id int unsigned, website_id smallint unsigned,
 PRIMARY KEY (product_id, website_id), KEY (website_id));
CREATE TABLE catalog_product_entity_tier_price (entity_id int unsigned, all_groups smallint, customer_group_id smallint,
 qty decimal(12,4), value decimal(12,4), website_id smallint unsigned, KEY (entity_id));
CREATE TABLE catalog_category_entity (entity_id int unsigned PRIMARY KEY, path varchar(255));
CREATE TABLE catalog_category_product (category_id int unsigned, product_id int unsigned,
 PRIMARY KEY (category_id, product_id), KEY (product_id));
CREATE TABLE cataloginventory_stock_item (product_id int unsigned PRIMARY KEY, stock_id smallint unsigned,
 qty decimal(12,4), is_in_stock smallint, manage_stock smallint, use_config_manage_stock smallint, backorders smallint,
 use_config_backorders smallint, min_qty decimal(12,4), use_config_min_qty smallint);
CREATE TABLE core_url_rewrite (url_rewrite_id int unsigned PRIMARY KEY, store_id smallint unsigned,
 request_path varchar(255), product_id int unsigned, category_id int unsigned, is_system smallint, options varchar(255),
 KEY (product_id, store_id))
"""


def make(server: Any, database: str, people: int, products: int) -> None:
    """Makes the store in a fresh database of a running server, with one order."""
    server.execute("mysql", f"DROP DATABASE IF EXISTS `{database}`", f"CREATE DATABASE `{database}`")
    statements = [*store.statements(1, people=people), *_people(people), *_products(products)]
    server.execute(database, *statements, "ANALYZE TABLE customer_entity, catalog_product_entity")
