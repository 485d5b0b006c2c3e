"""Products: the record with its values per store view, and how REST shows it (Magento 2 data, 3.5).

A record holds the values of the admin scope; ``overlays`` hold what a store view shows instead (website prices, Spanish
texts, a status of its own).
"""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document, amount, cents
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import PRODUCT
from dotbridge.sandbox.northwind.views import US, VIEWS, View

ENABLED, DISABLED = 1, 2
NOT_VISIBLE, EVERYWHERE = 1, 4


def save(session: Session, product: Document) -> None:
    """Write the product with its websites, categories and addresses."""
    session.save(PRODUCT, product)
    entity_id = product["id"]
    extension = product["extension_attributes"]
    for table, column, values in (
        ("product_website", "website_id", extension["website_ids"]),
        ("category_product", "category_id", [int(link["category_id"]) for link in extension.get("category_links", [])]),
    ):
        session.connection.execute(f"DELETE FROM {table} WHERE product_id = ?", (entity_id,))  # noqa: S608 - our own words
        session.connection.executemany(
            f"INSERT INTO {table} (product_id, {column}) VALUES (?, ?)",  # noqa: S608 - our own words
            [(entity_id, value) for value in values],
        )
    _rewrite(session, product)


def _rewrite(session: Session, product: Document) -> None:
    """Keep the canonical address of each store view; an older address becomes a permanent redirect to it."""
    if product["visibility"] == NOT_VISIBLE:
        return
    path = f"{product['custom']['url_key']}.html"
    for view in VIEWS:
        session.connection.execute(
            "UPDATE url_rewrite SET redirect_type = 301, target_path = ? WHERE entity_type = 'product'"
            " AND entity_id = ? AND store_id = ? AND request_path <> ?",
            (path, product["id"], view.id, path),
        )
        session.connection.execute(
            "INSERT INTO url_rewrite VALUES (?, ?, 'product', ?, ?, 0) ON CONFLICT DO UPDATE"
            " SET redirect_type = 0, target_path = excluded.target_path",
            (path, view.id, product["id"], f"catalog/product/view/id/{product['id']}"),
        )


def remove(session: Session, product: Document) -> None:
    session.delete(PRODUCT, product["id"])
    for statement in (
        "DELETE FROM product_website WHERE product_id = ?",
        "DELETE FROM category_product WHERE product_id = ?",
        "DELETE FROM url_rewrite WHERE entity_type = 'product' AND entity_id = ?",
    ):
        session.connection.execute(statement, (product["id"],))
    session.connection.execute("DELETE FROM inventory_source_item WHERE sku = ?", (product["sku"],))


def touch(session: Session, product: Document) -> None:
    """Save a change made through the product repository: ``updated_at`` moves (1.3)."""
    product["updated_at"] = session.at
    save(session, product)


def value(product: Document, view: View, name: str) -> object:
    """A top-level value as the store view shows it."""
    return product["overlays"].get(str(view.id), {}).get(name, product.get(name))


def regular_price(product: Document, view: View) -> int:
    """Cents in the website's base currency, before any special price."""
    return cents(product["overlays"].get(str(view.id), {}).get("price", product.get("price")))


def price_on(product: Document, view: View, day: str) -> int:
    """Cents that a customer pays in the website's base currency on that day (``YYYY-MM-DD``, both ends included)."""
    custom = product["custom"] | product["overlays"].get(str(view.id), {}).get("custom", {})
    regular = regular_price(product, view)
    if "special_price" not in custom:
        return regular
    begun = custom.get("special_from_date", "0000")[:10] <= day
    over = custom.get("special_to_date", "9999")[:10] < day
    return min(regular, cents(float(custom["special_price"]))) if begun and not over else regular


def set_price(product: Document, pence: int, dollars: int) -> None:
    """The base price (pounds) and the price of the American website (price scope: website)."""
    product["price"] = amount(pence)
    for view in VIEWS:
        if view.website == US:
            product["overlays"].setdefault(str(view.id), {})["price"] = amount(dollars)


def shown(product: Document, store_id: int, *, stock_item: Document | None = None) -> Document:
    """The product as REST shows it in a scope (0 = all); the single read carries the stock item."""
    overlay = product["overlays"].get(str(store_id), {})
    answer = {name: value for name, value in product.items() if name not in {"custom", "overlays"}}
    answer |= {name: value for name, value in overlay.items() if name != "custom"}
    if stock_item:
        answer["extension_attributes"] = product["extension_attributes"] | {"stock_item": stock_item}
    custom = product["custom"] | overlay.get("custom", {})
    answer["custom_attributes"] = [{"attribute_code": code, "value": value} for code, value in custom.items()]
    return answer
