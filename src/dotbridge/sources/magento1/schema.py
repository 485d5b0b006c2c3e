"""Every table and column that is read of a Magento 1 shop, in one place (contract magento1-data).

Grants, checks and SQL are made from this list. A shop of another release lacks some of it: what it lacks is read as
"not there" instead of failing, and reported by ``Schema.gaps``.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from dotbridge.errors import ConfigError
from dotbridge.sources.codes import TABLE_MISSING
from dotbridge.sources.mysql import Shop, texts

EAV_KINDS = ("varchar", "int", "decimal", "text", "datetime")


class Table(NamedTuple):
    """Columns without which the table is of no use, columns that later releases added, and what is lost without it."""

    needed: str
    wished: str = ""
    lost: str = ""

    @property
    def columns(self) -> frozenset[str]:
        """All columns that are read."""
        return frozenset(self.needed.split()) | frozenset(self.wished.split())


_VALUE = Table("entity_id attribute_id value")
_STORE_VALUE = Table("entity_id attribute_id store_id value")

READ: dict[str, Table] = {
    "core_website": Table("website_id code name", "default_group_id is_default sort_order"),
    "core_store_group": Table("group_id website_id name", "root_category_id default_store_id"),
    "core_store": Table("store_id code website_id group_id name is_active", "sort_order"),
    "core_config_data": Table("scope scope_id path value"),
    "eav_entity_type": Table("entity_type_id entity_type_code"),
    "eav_attribute": Table(
        "attribute_id entity_type_id attribute_code backend_type", "frontend_input source_model default_value"
    ),
    "eav_attribute_option": Table("option_id attribute_id"),
    "eav_attribute_option_value": Table("option_id store_id value"),
    "eav_attribute_set": Table("attribute_set_id attribute_set_name"),
    "catalog_eav_attribute": Table("attribute_id is_global", lost="The scope of product attributes; store is assumed."),
    "customer_entity": Table("entity_id email website_id store_id group_id created_at updated_at"),
    **{f"customer_entity_{kind}": _VALUE for kind in EAV_KINDS},
    "customer_group": Table("customer_group_id customer_group_code", "tax_class_id"),
    "customer_address_entity": Table("entity_id parent_id"),
    **{f"customer_address_entity_{kind}": _VALUE for kind in ("varchar", "int", "text")},
    "directory_country_region": Table("region_id default_name", lost="Names of regions kept as ids."),
    "directory_country_region_name": Table("region_id locale name", lost="Names of regions in the store's language."),
    "directory_currency_rate": Table("currency_from currency_to rate", lost="Tier prices in another base currency."),
    "log_customer": Table("customer_id login_at", lost="The date of the last login (visitor logging is off)."),
    "newsletter_subscriber": Table(
        "subscriber_id store_id customer_id subscriber_email subscriber_status", "change_status_at"
    ),
    "sales_flat_order": Table(
        "entity_id increment_id store_id customer_id customer_email state status created_at updated_at grand_total"
        " order_currency_code",
        "store_name customer_firstname customer_lastname subtotal discount_amount shipping_amount tax_amount"
        " total_refunded base_currency_code base_grand_total base_total_refunded global_currency_code"
        " base_to_global_rate coupon_code shipping_description quote_id is_virtual",
    ),
    "sales_flat_order_item": Table(
        "order_id item_id parent_item_id product_id sku name product_type qty_ordered price row_total",
        "price_incl_tax tax_amount qty_refunded product_options",
    ),
    "sales_flat_order_address": Table(
        "entity_id parent_id address_type firstname lastname street city region postcode country_id",
        "company telephone email",
    ),
    "sales_flat_order_payment": Table("parent_id method"),
    "sales_flat_creditmemo": Table(
        "entity_id order_id state grand_total created_at",
        "increment_id shipping_amount adjustment_positive adjustment_negative",
    ),
    "sales_flat_creditmemo_item": Table("parent_id order_item_id qty row_total", "product_id sku entity_id"),
    "sales_flat_shipment": Table("entity_id order_id increment_id created_at"),
    "sales_flat_shipment_track": Table("entity_id parent_id", "track_number title carrier_code"),
    "sales_flat_quote": Table(
        "entity_id store_id customer_id customer_email is_active items_count created_at updated_at grand_total"
        " quote_currency_code",
        "subtotal coupon_code base_to_quote_rate",
    ),
    "sales_flat_quote_item": Table(
        "quote_id item_id parent_item_id product_id sku name product_type qty price row_total",
        "price_incl_tax row_total_incl_tax tax_amount",
    ),
    "sales_flat_quote_address": Table(
        "quote_id address_type email", "subtotal_incl_tax tax_amount shipping_amount discount_amount"
    ),
    "catalog_product_entity": Table("entity_id sku type_id attribute_set_id created_at updated_at"),
    **{f"catalog_product_entity_{kind}": _STORE_VALUE for kind in EAV_KINDS},
    "catalog_product_website": Table("product_id website_id"),
    "catalog_product_entity_tier_price": Table(
        "entity_id all_groups customer_group_id qty value website_id", lost="Tier prices."
    ),
    "catalog_product_entity_group_price": Table(
        "entity_id all_groups customer_group_id value website_id", "is_percent", lost="Group prices (since CE 1.7)."
    ),
    "catalogrule_product_price": Table(
        "rule_date customer_group_id product_id rule_price website_id", lost="Catalog price rules in shown prices."
    ),
    "catalog_product_super_link": Table("product_id parent_id"),
    "catalog_product_super_attribute": Table("product_super_attribute_id product_id attribute_id"),
    "catalog_product_super_attribute_pricing": Table(
        "product_super_attribute_id value_index is_percent pricing_value website_id",
        lost="Surcharges of configurable products.",
    ),
    "catalog_product_bundle_option": Table("option_id parent_id required", lost="Prices and children of bundles."),
    "catalog_product_bundle_selection": Table(
        "selection_id option_id parent_product_id product_id selection_price_type selection_price_value selection_qty",
        lost="Prices and children of bundles.",
    ),
    "catalog_product_bundle_selection_price": Table(
        "selection_id website_id selection_price_type selection_price_value", lost="Bundle prices per website."
    ),
    "catalog_product_link": Table("product_id linked_product_id link_type_id"),
    "catalog_category_entity": Table("entity_id path"),
    "catalog_category_entity_varchar": _STORE_VALUE,
    "catalog_category_product": Table("category_id product_id"),
    "cataloginventory_stock_item": Table(
        "product_id stock_id qty is_in_stock manage_stock use_config_manage_stock",
        "backorders use_config_backorders min_qty use_config_min_qty",
    ),
    "core_url_rewrite": Table(
        "url_rewrite_id store_id request_path product_id category_id is_system options",
        lost="Readable product addresses; ids are used instead.",
    ),
    "tax_calculation": Table(
        "tax_calculation_id tax_calculation_rate_id tax_calculation_rule_id customer_tax_class_id product_tax_class_id",
        lost="Prices with tax; equal to those without.",
    ),
    "tax_calculation_rate": Table(
        "tax_calculation_rate_id tax_country_id tax_region_id tax_postcode rate",
        lost="Prices with tax; equal to those without.",
    ),
    "tax_calculation_rule": Table("tax_calculation_rule_id priority", lost="The order in which taxes add up."),
    "review": Table("review_id created_at entity_id entity_pk_value status_id"),
    "review_detail": Table("review_id title detail store_id customer_id"),
    "review_entity": Table("entity_id entity_code"),
    "rating": Table("rating_id rating_code"),
    "rating_option_vote": Table("vote_id review_id rating_id value"),
    "wishlist": Table("wishlist_id customer_id", "updated_at"),
    "wishlist_item": Table("wishlist_item_id wishlist_id product_id store_id", "qty added_at"),
}

#: Tables that a stream cannot be read without; the others only cost what ``lost`` says.
STREAM_TABLES: dict[str, tuple[str, ...]] = {
    "customers": ("customer_entity", "eav_attribute", "eav_entity_type"),
    "subscribers": ("newsletter_subscriber",),
    "orders": ("sales_flat_order", "sales_flat_order_item"),
    "carts": ("sales_flat_quote", "sales_flat_quote_item"),
    "products": (
        "catalog_product_entity",
        "catalog_product_website",
        "eav_attribute",
        "eav_entity_type",
        "cataloginventory_stock_item",
    ),
    "reviews": ("review", "review_detail"),
    "wishlists": ("wishlist", "wishlist_item", "customer_entity"),
}

SITE_TABLES = ("core_website", "core_store_group", "core_store", "core_config_data")


class Gap(NamedTuple):
    """A table (``column`` is "") or a column that this shop lacks or hides, and what that costs."""

    table: str
    column: str
    lost: str


class Schema:
    """What of ``READ`` this shop has, asked once."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    @cached_property
    def found(self) -> dict[str, frozenset[str]]:
        """Columns by table, as the user of the connection may see them."""
        names = [self.shop.prefix + name for name in READ]
        rows = self.shop.query(
            "SELECT LOWER(TABLE_NAME), LOWER(COLUMN_NAME) FROM information_schema.COLUMNS"
            f" WHERE TABLE_SCHEMA=DATABASE() AND TABLE_NAME IN ({texts(names)})",
            names,
        )
        seen: dict[str, set[str]] = {}
        for table, column in rows:
            seen.setdefault(table, set()).add(column)
        prefix = self.shop.prefix.lower()
        return {name: frozenset(seen[prefix + name]) for name in READ if prefix + name in seen}

    def has(self, *tables: str) -> bool:
        """Whether the shop has these tables with the columns they need."""
        return all([set(READ[table].needed.split()) <= self.found.get(table, frozenset()) for table in tables])

    def require(self, *tables: str) -> None:
        """Raises ConfigError for the first table that is missing."""
        for table in tables:
            if not self.has(table):
                raise ConfigError(TABLE_MISSING, f"It is {self.shop.table(table)}.", field=table)

    def gaps(self) -> list[Gap]:
        """What this shop lacks: whole tables, and columns of tables that are there."""
        lacking = []
        for name, table in READ.items():
            present = self.found.get(name)
            if present is None:
                lacking.append(Gap(name, "", table.lost))
            else:
                lacking += [Gap(name, column, "") for column in sorted(table.columns - present)]
        return lacking

    def columns(self, table: str, alias: str) -> Columns:
        """SQL for the columns of a table under an alias."""
        return Columns(self, table, alias)


class Columns:
    """SQL expressions that give plain Python values: exact integers, text, never NULL where a neutral value exists.

    A column that the shop lacks reads as the neutral value. A column that ``READ`` does not declare is a bug.
    """

    def __init__(self, schema: Schema, table: str, alias: str) -> None:
        self._declared = READ[table].columns
        self._present = schema.found.get(table, frozenset())
        self._alias = alias
        self.source = f"{schema.shop.table(table)} {alias}"

    def raw(self, column: str) -> str:
        """The column as it is, NULL included."""
        if column not in self._declared:
            raise KeyError(column)
        return f"{self._alias}.`{column}`" if column in self._present else "NULL"

    def text(self, *columns: str) -> str:
        """The first text that is not empty, else ''."""
        first, *rest = [self.raw(column) for column in columns]
        for other in rest:
            first = f"IFNULL(NULLIF({first},''),{other})"
        return f"IFNULL({first},'')"

    def id(self, column: str) -> str:
        """An id as text; '' for NULL and 0."""
        return f"IFNULL(CAST(NULLIF({self.raw(column)},0) AS CHAR),'')"

    def number(self, column: str) -> str:
        """A whole number; 0 for NULL. Without the cast MariaDB makes a DECIMAL of an unsigned column."""
        return f"CAST(IFNULL({self.raw(column)},0) AS SIGNED)"

    def units(self, column: str, scale: int = 10_000) -> str:
        """A decimal in units of 1/10,000, exactly; 0 for NULL."""
        return units(f"IFNULL({self.raw(column)},0)", scale)

    def instant(self, column: str) -> str:
        """A UTC instant in our form; '' for NULL. A zero date keeps its zeros."""
        return f"IFNULL(DATE_FORMAT({self.raw(column)},'%%Y-%%m-%%dT%%TZ'),'')"


def units(expression: str, scale: int = 10_000) -> str:
    """SQL for a decimal expression as an integer of 1/``scale``; rounds half away from zero."""
    return f"CAST(({expression})*{scale} AS SIGNED)"
