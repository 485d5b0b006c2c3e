"""Stock by source and reservation (Magento's inventory): an order reserves, a shipment takes from the source.

Nothing here moves a product's ``updated_at`` (Magento 2 data, 1.3).
"""

from __future__ import annotations

import sqlite3

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.views import WEBSITES, Website


def put(session: Session, sku: str, website: Website, quantity: int) -> None:
    """Set what the website's source holds."""
    session.connection.execute(
        "INSERT INTO inventory_source_item (sku, source_code, quantity, status) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (sku, source_code) DO UPDATE SET quantity = excluded.quantity, status = excluded.status",
        (sku, website.source_code, quantity, int(quantity > 0)),
    )


def reserve(session: Session, sku: str, website: Website, quantity: int) -> None:
    """Keep back ``quantity`` for an order; a negative one gives it free again (cancelled or shipped)."""
    session.connection.execute("INSERT INTO inventory_reservation VALUES (?, ?, ?)", (sku, website.stock_id, -quantity))


def take(session: Session, sku: str, website: Website, quantity: int) -> None:
    """A shipment leaves the source; what was reserved for it is free again."""
    reserve(session, sku, website, -quantity)
    session.connection.execute(
        "UPDATE inventory_source_item SET quantity = quantity - ? WHERE sku = ? AND source_code = ?",
        (quantity, sku, website.source_code),
    )


def salable(connection: sqlite3.Connection, sku: str, website: Website) -> int:
    """Sum of the enabled source minus what is reserved; never below nothing."""
    row = connection.execute(
        "SELECT (SELECT coalesce(sum(quantity), 0) FROM inventory_source_item"
        "        WHERE sku = :sku AND source_code = :source AND status = 1)"
        "     + (SELECT coalesce(sum(quantity), 0) FROM inventory_reservation WHERE sku = :sku AND stock_id = :stock)",
        {"sku": sku, "source": website.source_code, "stock": website.stock_id},
    ).fetchone()
    return max(0, int(row[0]))


def item(connection: sqlite3.Connection, product: Document) -> Document:
    """The legacy ``stock_item``: the default source only (3.5)."""
    row = connection.execute(
        "SELECT quantity, status FROM inventory_source_item WHERE sku = ? AND source_code = ?",
        (product["sku"], WEBSITES[0].source_code),
    ).fetchone()
    composite = product["type_id"] in {"configurable", "bundle", "grouped"}
    return {
        "item_id": product["id"],
        "product_id": product["id"],
        "stock_id": 1,
        "qty": row[0] if row else 0,
        "is_in_stock": composite or bool(row and row[1]),
        "is_qty_decimal": False,
        "show_default_notification_message": False,
        "use_config_min_qty": True,
        "min_qty": 0,
        "use_config_min_sale_qty": 1,
        "min_sale_qty": 1,
        "use_config_max_sale_qty": True,
        "max_sale_qty": 10000,
        "use_config_backorders": True,
        "backorders": 0,
        "use_config_notify_stock_qty": True,
        "notify_stock_qty": 1,
        "use_config_qty_increments": True,
        "qty_increments": 0,
        "use_config_enable_qty_inc": True,
        "enable_qty_increments": False,
        "use_config_manage_stock": True,
        "manage_stock": True,
        "low_stock_date": None,
        "is_decimal_divided": False,
        "stock_status_changed_auto": 0,
    }
