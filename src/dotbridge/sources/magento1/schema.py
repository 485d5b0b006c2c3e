"""Every table and column that is read of a Magento 1 shop, in one place (contract magento1-data).

Grants, checks and SQL are made from this list; a shop of another release lacks some of it.
"""

from __future__ import annotations

from dotbridge.sources.sql_schema import Table

EAV_KINDS = ("varchar", "int", "decimal", "text", "datetime")


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
