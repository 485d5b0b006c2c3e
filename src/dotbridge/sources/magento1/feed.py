"""Tables of Magento 1 whose rows tell which record to read again; newsletter rows change nowhere else (§6)."""

from __future__ import annotations

from dotbridge.sources.base import FedTable

TABLES = {
    "sales_flat_order": FedTable("orders", "entity_id"),
    "sales_flat_order_item": FedTable("orders", "order_id"),
    "sales_flat_creditmemo": FedTable("orders", "order_id"),
    "sales_flat_shipment": FedTable("orders", "order_id"),
    "sales_flat_quote": FedTable("carts", "entity_id"),
    "sales_flat_quote_item": FedTable("carts", "quote_id"),
    "customer_entity": FedTable("customers", "entity_id"),
    "customer_entity_varchar": FedTable("customers", "entity_id"),
    "customer_entity_int": FedTable("customers", "entity_id"),
    "customer_entity_datetime": FedTable("customers", "entity_id"),
    "newsletter_subscriber": FedTable("subscribers", "subscriber_id"),
    "catalog_product_entity": FedTable("products", "entity_id"),
    "catalog_product_entity_varchar": FedTable("products", "entity_id"),
    "catalog_product_entity_int": FedTable("products", "entity_id"),
    "catalog_product_entity_decimal": FedTable("products", "entity_id"),
    "cataloginventory_stock_item": FedTable("products", "product_id"),
    "review": FedTable("reviews", "review_id"),
    "wishlist": FedTable("wishlists", "wishlist_id"),
    "wishlist_item": FedTable("wishlists", "wishlist_id"),
}
