"""Every table and column that is read of a Magento 2 shop's database, in one place (contract magento2-data §2, 3).

Grants, checks and SQL are made from this list; a shop of another release or edition lacks some of it. Content staging
of Adobe Commerce gives catalogue tables a ``row_id`` beside or instead of the ``entity_id`` (§3.5).
"""

from __future__ import annotations

from dotbridge.sources.sql_schema import Table

EAV_KINDS = ("varchar", "int", "decimal", "text", "datetime")

_OWNER = "entity_id row_id"
_VALUE = Table("entity_id attribute_id value")
_STORE_VALUE = Table("attribute_id store_id value", sometimes=_OWNER)
_MSI = "Stock by source; the classic stock items are read instead."

READ: dict[str, Table] = {
    "store_website": Table("website_id code name", "default_group_id is_default"),
    "store_group": Table("group_id website_id name", "root_category_id default_store_id"),
    "store": Table("store_id code website_id group_id name is_active", "sort_order"),
    "core_config_data": Table("scope scope_id path value"),
    "eav_entity_type": Table("entity_type_id entity_type_code"),
    "eav_attribute": Table(
        "attribute_id entity_type_id attribute_code backend_type", "frontend_input frontend_label source_model"
    ),
    "eav_attribute_label": Table("attribute_id store_id value", lost="Names of attributes in the store's language."),
    "eav_attribute_option": Table("option_id attribute_id", "sort_order"),
    "eav_attribute_option_value": Table("option_id store_id value"),
    "eav_attribute_set": Table("attribute_set_id attribute_set_name"),
    "catalog_eav_attribute": Table("attribute_id is_global", lost="The scope of product attributes; store is assumed."),
    "customer_entity": Table(
        "entity_id email website_id store_id group_id created_at updated_at",
        "created_in prefix firstname lastname dob gender taxvat default_billing default_shipping",
    ),
    **{f"customer_entity_{kind}": _VALUE for kind in EAV_KINDS},
    "customer_group": Table("customer_group_id customer_group_code", "tax_class_id"),
    "customer_address_entity": Table(
        "entity_id parent_id", "firstname lastname company street city region postcode country_id telephone"
    ),
    "directory_currency_rate": Table("currency_from currency_to rate", lost="Tier prices in another base currency."),
    "customer_log": Table("customer_id last_login_at", lost="The date of the last login."),
    "company": Table("entity_id company_name", "status", "Companies of business customers.", extra=True),
    "company_advanced_customer_entity": Table(
        "customer_id company_id", "job_title status telephone", "Companies of business customers.", extra=True
    ),
    "newsletter_subscriber": Table(
        "subscriber_id store_id customer_id subscriber_email subscriber_status", "change_status_at"
    ),
    "sales_order": Table(
        "entity_id increment_id store_id customer_id customer_email state status created_at updated_at grand_total"
        " order_currency_code",
        "store_name customer_firstname customer_lastname subtotal discount_amount shipping_amount tax_amount"
        " total_refunded base_currency_code base_grand_total base_total_refunded global_currency_code"
        " base_to_global_rate coupon_code shipping_description quote_id is_virtual",
    ),
    "sales_order_item": Table(
        "order_id item_id parent_item_id product_id sku name product_type qty_ordered price row_total",
        "price_incl_tax qty_refunded product_options",
    ),
    "sales_order_address": Table(
        "entity_id parent_id address_type firstname lastname street city region postcode country_id",
        "company telephone email",
    ),
    "sales_order_payment": Table("parent_id method", "additional_information"),
    "sales_creditmemo": Table(
        "entity_id order_id state grand_total created_at",
        "increment_id shipping_amount adjustment_positive adjustment_negative",
    ),
    "sales_creditmemo_item": Table("parent_id order_item_id qty row_total", "product_id sku entity_id"),
    "sales_shipment": Table("entity_id order_id increment_id created_at"),
    "sales_shipment_track": Table("entity_id parent_id", "track_number title carrier_code"),
    "quote": Table(
        "entity_id store_id customer_id customer_email is_active items_count created_at updated_at grand_total"
        " quote_currency_code",
        "subtotal coupon_code base_to_quote_rate reserved_order_id converted_at",
    ),
    "quote_item": Table(
        "quote_id item_id parent_item_id product_id sku name product_type qty price row_total",
        "price_incl_tax row_total_incl_tax tax_percent",
    ),
    "quote_address": Table(
        "quote_id address_type email", "subtotal_incl_tax tax_amount shipping_amount discount_amount"
    ),
    "catalog_product_entity": Table(
        "entity_id sku type_id attribute_set_id created_at updated_at",
        "required_options",
        sometimes="row_id created_in updated_in",
    ),
    **{f"catalog_product_entity_{kind}": _STORE_VALUE for kind in EAV_KINDS},
    "catalog_product_website": Table("product_id website_id"),
    "catalog_product_entity_tier_price": Table(
        "all_groups customer_group_id qty value website_id", "percentage_value", "Tier prices.", sometimes=_OWNER
    ),
    "catalog_product_entity_media_gallery": Table("value_id value", "disabled", "Pictures without a role."),
    "catalog_product_entity_media_gallery_value": Table("value_id store_id disabled", "position", sometimes=_OWNER),
    "catalog_product_entity_media_gallery_value_to_entity": Table("value_id", sometimes=_OWNER),
    "catalog_product_super_link": Table("product_id parent_id"),
    "catalog_product_bundle_option": Table("option_id parent_id required", "position", "Prices and parts of bundles."),
    "catalog_product_bundle_selection": Table(
        "selection_id option_id product_id selection_price_type selection_price_value selection_qty",
        "parent_product_id position",
        "Prices and parts of bundles.",
    ),
    "catalog_product_link": Table("link_id product_id linked_product_id link_type_id"),
    "catalog_category_entity": Table("entity_id path", sometimes="row_id created_in updated_in"),
    **{f"catalog_category_entity_{kind}": _STORE_VALUE for kind in ("varchar", "int")},
    "catalog_category_product": Table("category_id product_id", "position"),
    "cataloginventory_stock_item": Table(
        "product_id stock_id qty is_in_stock manage_stock use_config_manage_stock",
        "backorders use_config_backorders min_qty use_config_min_qty",
    ),
    "inventory_source": Table("source_code enabled", lost=_MSI),
    "inventory_source_item": Table("source_code sku quantity status", lost=_MSI),
    "inventory_source_stock_link": Table("stock_id source_code", lost=_MSI),
    "inventory_stock_sales_channel": Table("type code stock_id", lost=_MSI),
    "inventory_reservation": Table("stock_id sku quantity", lost="Pieces that open orders hold are not subtracted."),
    "url_rewrite": Table(
        "url_rewrite_id entity_type entity_id request_path redirect_type store_id",
        "metadata",
        "Page addresses; url keys with the suffix stand in.",
    ),
    "tax_class": Table("class_id class_name", lost="Names of tax classes."),
    "tax_calculation": Table(
        "tax_calculation_id tax_calculation_rate_id tax_calculation_rule_id customer_tax_class_id product_tax_class_id",
        lost="Prices with tax; equal to those without.",
    ),
    "tax_calculation_rate": Table(
        "tax_calculation_rate_id tax_country_id tax_region_id tax_postcode rate",
        lost="Prices with tax; equal to those without.",
    ),
    "tax_calculation_rule": Table("tax_calculation_rule_id priority", lost="The order in which taxes add up."),
    "catalog_product_index_price": Table(
        "entity_id customer_group_id website_id final_price min_price", lost="What wishes cost after price rules."
    ),
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
    "orders": ("sales_order", "sales_order_item"),
    "carts": ("quote", "quote_item"),
    "products": ("catalog_product_entity", "catalog_product_website", "eav_attribute", "eav_entity_type"),
    "reviews": ("review", "review_detail"),
    "wishlists": ("wishlist", "wishlist_item", "customer_entity"),
}

SITE_TABLES = ("store_website", "store_group", "store", "core_config_data")
