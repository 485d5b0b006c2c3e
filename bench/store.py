"""A store shaped as Magento 1 or 2 has it, of any size, made inside MariaDB: about 10 s for 100,000 orders.

One website with three store views; of three orders two are a customer's and one is a guest's; each has four lines, two
addresses and a payment. Keys and column types are Magento's.
"""

from __future__ import annotations

from typing import Any

from bench import store_magento2
from bench.store_options import OPTIONS

LINES = 4
PEOPLE = 40_000

_TABLES = """
CREATE TABLE core_website (website_id smallint unsigned PRIMARY KEY, code varchar(32), name varchar(64),
 sort_order smallint unsigned, default_group_id smallint unsigned, is_default smallint unsigned);
CREATE TABLE core_store_group (group_id smallint unsigned PRIMARY KEY, website_id smallint unsigned, name varchar(255),
 root_category_id int unsigned, default_store_id smallint unsigned);
CREATE TABLE core_store (store_id smallint unsigned PRIMARY KEY, code varchar(32), website_id smallint unsigned,
 group_id smallint unsigned, name varchar(255), sort_order smallint unsigned, is_active smallint unsigned);
CREATE TABLE core_config_data (config_id int unsigned PRIMARY KEY AUTO_INCREMENT, scope varchar(8), scope_id int,
 path varchar(255), value text, UNIQUE KEY (scope, scope_id, path));
CREATE TABLE eav_entity_type (entity_type_id smallint unsigned PRIMARY KEY, entity_type_code varchar(50));
CREATE TABLE eav_attribute (attribute_id smallint unsigned PRIMARY KEY, entity_type_id smallint unsigned,
 attribute_code varchar(255), backend_type varchar(8), frontend_input varchar(50), source_model varchar(255),
 default_value text, UNIQUE KEY (entity_type_id, attribute_code));
CREATE TABLE eav_attribute_option (option_id int unsigned PRIMARY KEY, attribute_id smallint unsigned);
CREATE TABLE eav_attribute_option_value (value_id int unsigned PRIMARY KEY, option_id int unsigned,
 store_id smallint unsigned, value varchar(255));
CREATE TABLE customer_group (customer_group_id smallint unsigned PRIMARY KEY, customer_group_code varchar(32),
 tax_class_id int unsigned);
CREATE TABLE customer_entity (entity_id int unsigned PRIMARY KEY, entity_type_id smallint unsigned, email varchar(255),
 website_id smallint unsigned, store_id smallint unsigned, group_id smallint unsigned,
 created_at timestamp NOT NULL DEFAULT current_timestamp(), updated_at timestamp NOT NULL DEFAULT current_timestamp(),
 KEY (email), KEY (website_id));
CREATE TABLE newsletter_subscriber (subscriber_id int unsigned PRIMARY KEY, store_id smallint unsigned,
 change_status_at timestamp NULL, customer_id int unsigned, subscriber_email varchar(150), subscriber_status int,
 KEY (customer_id), KEY (store_id));
CREATE TABLE sales_flat_order (entity_id int unsigned PRIMARY KEY, state varchar(32), status varchar(32),
 coupon_code varchar(255), shipping_description varchar(255), is_virtual smallint unsigned, store_id smallint unsigned,
 customer_id int unsigned, base_discount_amount decimal(12,4), base_grand_total decimal(12,4),
 base_to_global_rate decimal(12,4), base_total_refunded decimal(12,4), discount_amount decimal(12,4),
 grand_total decimal(12,4), shipping_amount decimal(12,4), subtotal decimal(12,4), tax_amount decimal(12,4),
 total_refunded decimal(12,4), customer_is_guest smallint unsigned, quote_id int, increment_id varchar(50),
 order_currency_code varchar(3), base_currency_code varchar(3), global_currency_code varchar(3),
 customer_email varchar(255), customer_firstname varchar(255), customer_lastname varchar(255), store_name varchar(255),
 created_at timestamp NULL, updated_at timestamp NULL, UNIQUE KEY (increment_id), KEY (status), KEY (store_id),
 KEY (created_at), KEY (customer_id), KEY (updated_at));
CREATE TABLE sales_flat_order_item (item_id int unsigned PRIMARY KEY, order_id int unsigned NOT NULL,
 parent_item_id int unsigned, product_id int unsigned, product_type varchar(255), product_options text,
 sku varchar(255), name varchar(255), qty_ordered decimal(12,4), qty_refunded decimal(12,4), price decimal(12,4),
 price_incl_tax decimal(12,4), row_total decimal(12,4), tax_amount decimal(12,4), KEY (order_id), KEY (product_id));
CREATE TABLE sales_flat_order_address (entity_id int unsigned PRIMARY KEY, parent_id int unsigned,
 address_type varchar(255), firstname varchar(255), lastname varchar(255), company varchar(255), street varchar(255),
 city varchar(255), region varchar(255), postcode varchar(255), country_id varchar(2), telephone varchar(255),
 email varchar(255), KEY (parent_id));
CREATE TABLE sales_flat_order_payment (entity_id int unsigned PRIMARY KEY, parent_id int unsigned, method varchar(255),
 KEY (parent_id));
CREATE TABLE sales_flat_creditmemo (entity_id int unsigned PRIMARY KEY, order_id int unsigned, state int,
 increment_id varchar(50), grand_total decimal(12,4), shipping_amount decimal(12,4), adjustment_positive decimal(12,4),
 adjustment_negative decimal(12,4), created_at timestamp NULL, KEY (order_id));
CREATE TABLE sales_flat_creditmemo_item (entity_id int unsigned PRIMARY KEY, parent_id int unsigned,
 order_item_id int, product_id int, sku varchar(255), qty decimal(12,4), row_total decimal(12,4), KEY (parent_id));
CREATE TABLE sales_flat_shipment (entity_id int unsigned PRIMARY KEY, order_id int unsigned, increment_id varchar(50),
 created_at timestamp NULL, KEY (order_id));
CREATE TABLE sales_flat_shipment_track (entity_id int unsigned PRIMARY KEY, parent_id int unsigned, track_number text,
 title varchar(255), carrier_code varchar(32), KEY (parent_id))
"""

_SETTINGS = {
    "general/locale/code": "en_GB",
    "general/locale/timezone": "Europe/London",
    "currency/options/base": "GBP",
    "web/unsecure/base_url": "https://northwind.example/",
    "payment/checkmo/title": "Cheque",
}

_ROWS = f"""
INSERT INTO core_website VALUES (1,'base','Main Website',0,1,1);
INSERT INTO core_store_group VALUES (1,1,'Main Store',2,1);
INSERT INTO core_store VALUES (1,'default',1,1,'Default Store View',0,1),(2,'eu_en',1,1,'EU English',1,1),
 (3,'eu_de',1,1,'EU Deutsch',2,1);
INSERT INTO core_config_data (scope, scope_id, path, value)
 VALUES {", ".join([f"('default',0,'{path}','{value}')" for path, value in _SETTINGS.items()])};
INSERT INTO eav_entity_type VALUES (1,'customer'),(2,'customer_address');
INSERT INTO eav_attribute VALUES (5,1,'firstname','varchar','text',NULL,NULL),(7,1,'lastname','varchar','text',NULL,NULL);
INSERT INTO customer_group VALUES (0,'NOT LOGGED IN',3),(1,'General',3);
INSERT INTO customer_entity SELECT s.seq, 1, CONCAT('user',s.seq-1,'@example.com'), 1, 1+s.seq%3, 1,
  '2024-06-01'+INTERVAL s.seq SECOND, '2024-06-01'+INTERVAL s.seq SECOND FROM seq_1_to_{{people}} s;
INSERT INTO customer_entity_varchar SELECT 2*s.seq, 5, s.seq, CONCAT('First',s.seq%997) FROM seq_1_to_{{people}} s;
INSERT INTO customer_entity_varchar SELECT 2*s.seq+1, 7, s.seq, CONCAT('Läst',s.seq%1009) FROM seq_1_to_{{people}} s;
INSERT INTO newsletter_subscriber SELECT s.seq, 1+s.seq%3, '2024-06-01', s.seq, CONCAT('user',s.seq-1,'@example.com'), 1
  FROM seq_1_to_{{people}} s;
INSERT INTO sales_flat_order SELECT s.seq, ELT(1+s.seq%5,'new','processing','complete','closed','canceled'),
  ELT(1+s.seq%5,'pending','processing','complete','closed','canceled'), IF(s.seq%7=0,CONCAT('DOT-',MD5(s.seq)),NULL),
  'Flat Rate - Fixed', 0, 1+s.seq%3, IF(s.seq%3=0,NULL,1+s.seq%{{people}}), -(s.seq%900)/100, 20+(s.seq%90000)/100, 1,
  IF(s.seq%5=3,20+(s.seq%90000)/100,NULL), -(s.seq%900)/100, 20+(s.seq%90000)/100, 5, 15+(s.seq%90000)/100,
  (s.seq%4000)/100, IF(s.seq%5=3,20+(s.seq%90000)/100,NULL), s.seq%3=0, s.seq+500000, LPAD(s.seq,9,'0'),
  ELT(1+s.seq%3,'GBP','EUR','EUR'), 'GBP', 'GBP', CONCAT('user',s.seq%{{people}},'@example.com'),
  CONCAT('First',s.seq%997), CONCAT('Läst',s.seq%1009), 'Main Website\\nMain Store\\nDefault',
  '2025-01-01'+INTERVAL s.seq SECOND, '2025-01-02'+INTERVAL s.seq SECOND FROM seq_1_to_{{orders}} s;
INSERT INTO sales_flat_order_item SELECT s.seq, 1+(s.seq-1) DIV {LINES}, NULL, 1+s.seq%5000,
  ELT(1+s.seq%2,'simple','configurable'), {{options}},
  CONCAT('SKU-',LPAD(s.seq%5000,6,'0')), CONCAT('Product name of item number ',s.seq%5000), 1+s.seq%4, 0,
  1+(s.seq%9900)/100, 1.2*(1+(s.seq%9900)/100), 10+(s.seq%9900)/100, (s.seq%300)/100 FROM seq_1_to_{{items}} s;
INSERT INTO sales_flat_order_address SELECT s.seq, 1+(s.seq-1) DIV 2, IF(s.seq%2,'billing','shipping'),
  CONCAT('First',s.seq%997), CONCAT('Läst',s.seq%1009), NULL, CONCAT(s.seq%300,' High Street\\nFlat ',s.seq%20),
  'London', 'Greater London', CONCAT('SE',s.seq%28,' ',s.seq%9,'PA'), 'GB', '02070000000', NULL
  FROM seq_1_to_{{addresses}} s;
INSERT INTO sales_flat_order_payment SELECT s.seq, s.seq, 'checkmo' FROM seq_1_to_{{orders}} s
"""


def statements(orders: int, platform: str = "magento1", people: int = PEOPLE) -> list[str]:
    """The SQL that makes the store, one statement each."""
    options = OPTIONS if platform == "magento1" else store_magento2.OPTIONS
    values = [
        f"CREATE TABLE customer_entity_{kind} (value_id int PRIMARY KEY, attribute_id smallint unsigned,"
        f" entity_id int unsigned, value {kind}{size}, UNIQUE KEY (entity_id, attribute_id))"
        for kind, size in (("varchar", "(255)"), ("int", ""), ("decimal", "(12,4)"), ("text", ""), ("datetime", ""))
    ]
    rows = _ROWS.format(people=people, orders=orders, items=orders * LINES, addresses=orders * 2, options=options)
    made = [
        *[part.strip() for part in _TABLES.split(";\n")],
        *values,
        *[part.strip() for part in rows.split(";\n")],
        "ANALYZE TABLE sales_flat_order, sales_flat_order_item, sales_flat_order_address, sales_flat_order_payment",
    ]
    if platform == "magento1":
        return made
    further = [part.strip() for part in store_magento2.FURTHER.split(";\n")]
    return [store_magento2.named(statement) for statement in (*made, *further)]


def make(server: Any, database: str, orders: int, platform: str = "magento1", people: int = PEOPLE) -> None:
    """Makes the store in a fresh database of a running server (``tests.support.mariadb.MariaDb``)."""
    server.execute("mysql", f"DROP DATABASE IF EXISTS `{database}`", f"CREATE DATABASE `{database}`")
    server.execute(database, *statements(orders, platform, people))
