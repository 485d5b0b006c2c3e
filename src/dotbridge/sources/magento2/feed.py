"""Tables of Magento 2 whose rows tell which record to read again. Products of Adobe Commerce's staging carry ``row_id``
in their values, so that there only the entity's own row tells of them."""

from __future__ import annotations

from dotbridge.sources.base import FedTable

TABLES = {
    "sales_order": FedTable("orders", "entity_id"),
    "sales_order_item": FedTable("orders", "order_id"),
    "sales_creditmemo": FedTable("orders", "order_id"),
    "sales_shipment": FedTable("orders", "order_id"),
    "quote": FedTable("carts", "entity_id"),
    "quote_item": FedTable("carts", "quote_id"),
    "customer_entity": FedTable("customers", "entity_id"),
    "customer_entity_varchar": FedTable("customers", "entity_id"),
    "customer_entity_int": FedTable("customers", "entity_id"),
    "newsletter_subscriber": FedTable("subscribers", "subscriber_id"),
    "catalog_product_entity": FedTable("products", "entity_id"),
    "catalog_product_entity_varchar": FedTable("products", "entity_id"),
    "catalog_product_entity_decimal": FedTable("products", "entity_id"),
    "cataloginventory_stock_item": FedTable("products", "product_id"),
    "review": FedTable("reviews", "review_id"),
    "wishlist": FedTable("wishlists", "wishlist_id"),
    "wishlist_item": FedTable("wishlists", "wishlist_id"),
}
