"""The tables of the shop: one document per row, and the columns that can be filtered and sorted.

Each row keeps its record as JSON; the columns are computed from it by SQLite, so that a column can never disagree with
the record. A field that is no column here is an unknown field for searchCriteria.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TEXT, INTEGER, REAL = "TEXT COLLATE NOCASE", "INTEGER", "REAL"


@dataclass(frozen=True, slots=True)
class Table:
    """``key`` names the member that holds the id; ``custom`` columns read the EAV attributes of the record."""

    name: str
    key: str
    columns: dict[str, str]
    custom: dict[str, str] = field(default_factory=dict)
    indexes: tuple[str, ...] = ("updated_at",)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset({"entity_id", *self.columns, *self.custom})

    def schema(self) -> list[str]:
        parts = ["entity_id INTEGER PRIMARY KEY", "body TEXT NOT NULL"]
        for prefix, columns in (("$.", self.columns), ("$.custom.", self.custom)):
            parts += [
                f"{column} {kind} GENERATED ALWAYS AS (json_extract(body, '{prefix}{column}')) VIRTUAL"
                for column, kind in columns.items()
            ]
        statements = [f"CREATE TABLE {self.name} ({', '.join(parts)})"]
        statements += [f"CREATE INDEX {self.name}_{column} ON {self.name} ({column})" for column in self.indexes]
        return statements


def _columns(kind: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), kind)


_TIMES = _columns(TEXT, "created_at updated_at")
_AMOUNTS = "grand_total subtotal tax_amount discount_amount shipping_amount"
_MONEY = _columns(REAL, " ".join([_AMOUNTS, *(f"base_{name}" for name in _AMOUNTS.split())]))

CUSTOMER = Table(
    "customer_entity",
    "id",
    _TIMES
    | _columns(INTEGER, "website_id store_id group_id gender default_billing default_shipping")
    | _columns(TEXT, "email firstname middlename lastname prefix dob taxvat created_in confirmation"),
    _columns(INTEGER, "loyalty_tier") | _columns(TEXT, "interests shoe_size"),
    ("updated_at", "email"),
)
PRODUCT = Table(
    "catalog_product_entity",
    "id",
    _TIMES
    | _columns(INTEGER, "attribute_set_id status visibility")
    | _columns(REAL, "price weight")
    | _columns(TEXT, "sku name type_id"),
    _columns(INTEGER, "brand color size eco_friendly tax_class_id has_options required_options")
    | _columns(REAL, "special_price cost")
    | _columns(TEXT, "url_key image description short_description material launch_date")
    | _columns(TEXT, "special_from_date special_to_date"),
    ("updated_at", "sku"),
)
ORDER = Table(
    "sales_order",
    "entity_id",
    _TIMES
    | _MONEY
    | _columns(INTEGER, "store_id customer_id customer_is_guest customer_group_id quote_id is_virtual total_item_count")
    | _columns(REAL, "total_paid total_due total_refunded total_qty_ordered base_to_order_rate weight")
    | _columns(TEXT, "increment_id state status customer_email customer_firstname customer_lastname coupon_code")
    | _columns(
        TEXT, "remote_ip base_currency_code order_currency_code store_currency_code protect_code shipping_description"
    ),
    {},
    ("updated_at", "created_at", "customer_id", "customer_email", "store_id"),
)
_DOCUMENT = _TIMES | _columns(INTEGER, "store_id order_id") | _columns(TEXT, "increment_id")
INVOICE = Table("sales_invoice", "entity_id", _DOCUMENT | _MONEY | _columns(INTEGER, "state"), {}, ("order_id",))
SHIPMENT = Table(
    "sales_shipment", "entity_id", _DOCUMENT | _columns(INTEGER, "customer_id total_qty"), {}, ("order_id",)
)
CREDITMEMO = Table(
    "sales_creditmemo", "entity_id", _DOCUMENT | _MONEY | _columns(INTEGER, "state"), {}, ("updated_at", "order_id")
)
QUOTE = Table(
    "quote",
    "id",
    _TIMES
    | _columns(INTEGER, "is_active is_virtual store_id customer_id customer_is_guest items_count items_qty")
    | _columns(TEXT, "customer_email coupon_code converted_at reserved_order_id masked_id")
    | _columns(REAL, "grand_total subtotal"),
    {},
    ("customer_id",),
)
CATEGORY = Table(
    "catalog_category_entity",
    "id",
    _TIMES | _columns(INTEGER, "parent_id position level is_active") | _columns(TEXT, "name path"),
    _columns(TEXT, "url_key url_path"),
    (),
)
ATTRIBUTE = Table(
    "eav_attribute",
    "attribute_id",
    _columns(INTEGER, "attribute_id is_user_defined is_visible") | _columns(TEXT, "attribute_code frontend_input"),
    {},
    (),
)
GROUP = Table("customer_group", "id", _columns(TEXT, "code tax_class_name") | _columns(INTEGER, "tax_class_id"), {}, ())
TABLES = (CUSTOMER, PRODUCT, ORDER, INVOICE, SHIPMENT, CREDITMEMO, QUOTE, CATEGORY, ATTRIBUTE, GROUP)

SOURCE_ITEM = Table(
    "source_item", "source_item_id", _columns(TEXT, "sku source_code") | _columns(INTEGER, "quantity status"), {}, ()
)
"""A view: stock is kept in plain columns."""

PLAIN = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE sequence (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    """CREATE TABLE newsletter_subscriber (subscriber_id INTEGER PRIMARY KEY, store_id INTEGER NOT NULL,
       website_id INTEGER NOT NULL, customer_id INTEGER NOT NULL, subscriber_email TEXT NOT NULL,
       subscriber_status INTEGER NOT NULL, change_status_at TEXT NOT NULL)""",
    "CREATE INDEX newsletter_email ON newsletter_subscriber (subscriber_email)",
    "CREATE INDEX newsletter_customer ON newsletter_subscriber (customer_id)",
    "CREATE TABLE product_website (product_id INTEGER, website_id INTEGER, PRIMARY KEY (product_id, website_id))",
    "CREATE TABLE category_product (product_id INTEGER, category_id INTEGER, PRIMARY KEY (product_id, category_id))",
    """CREATE TABLE url_rewrite (request_path TEXT, store_id INTEGER, entity_type TEXT NOT NULL,
       entity_id INTEGER NOT NULL, target_path TEXT NOT NULL, redirect_type INTEGER NOT NULL,
       PRIMARY KEY (request_path, store_id))""",
    """CREATE TABLE inventory_source_item (source_item_id INTEGER PRIMARY KEY, sku TEXT NOT NULL COLLATE NOCASE,
       source_code TEXT NOT NULL, quantity INTEGER NOT NULL, status INTEGER NOT NULL, UNIQUE (sku, source_code))""",
    """CREATE VIEW source_item AS SELECT source_item_id AS entity_id, sku, source_code, quantity, status,
       json_object('sku', sku, 'source_code', source_code, 'quantity', quantity, 'status', status) AS body
       FROM inventory_source_item""",
    "CREATE TABLE inventory_reservation (sku TEXT NOT NULL, stock_id INTEGER NOT NULL, quantity INTEGER NOT NULL)",
    "CREATE INDEX inventory_reservation_sku ON inventory_reservation (sku, stock_id)",
    "CREATE TABLE coupon (code TEXT PRIMARY KEY, rule_id INTEGER NOT NULL, created_at TEXT NOT NULL)",
)
