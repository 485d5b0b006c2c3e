"""What the shop really holds, counted by plain SQL per website: the truth that a connector is held against."""

from __future__ import annotations

import sqlite3

from dotbridge.sandbox.northwind.views import VIEWS, WEBSITES

_COUNTS = {
    "customers": "SELECT count(*) FROM customer_entity WHERE website_id = :website",
    "subscribers": "SELECT count(*) FROM newsletter_subscriber WHERE website_id = :website AND subscriber_status = 1",
    "unsubscribed": "SELECT count(*) FROM newsletter_subscriber WHERE website_id = :website AND subscriber_status = 3",
    "guests": "SELECT count(DISTINCT lower(customer_email)) FROM sales_order WHERE customer_is_guest = 1 AND {stores}",
    "orders": "SELECT count(*) FROM sales_order WHERE {stores}",
    "guest_orders": "SELECT count(*) FROM sales_order WHERE customer_is_guest = 1 AND {stores}",
    "invoices": "SELECT count(*) FROM sales_invoice WHERE {stores}",
    "shipments": "SELECT count(*) FROM sales_shipment WHERE {stores}",
    "creditmemos": "SELECT count(*) FROM sales_creditmemo WHERE {stores}",
    "carts": "SELECT count(*) FROM quote WHERE {stores}",
    "open_carts": "SELECT count(*) FROM quote WHERE is_active = 1 AND items_count > 0 AND {stores}",
    "products": "SELECT count(*) FROM product_website WHERE website_id = :website",
    "enabled_products": "SELECT count(*) FROM product_website JOIN catalog_product_entity ON entity_id = product_id"
    " WHERE website_id = :website AND status = 1",
}


def count(connection: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Website code → collection → number of records."""
    result: dict[str, dict[str, int]] = {}
    for website in WEBSITES:
        ids = ", ".join(str(view.id) for view in VIEWS if view.website == website)
        result[website.code] = {
            name: connection.execute(query.format(stores=f"store_id IN ({ids})"), {"website": website.id}).fetchone()[0]
            for name, query in _COUNTS.items()
        }
    return result
