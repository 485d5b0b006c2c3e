"""The floor's reading and mapping of simple products: ten queries a page by ranges of ids, a document for each view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bench.floor_orders import PAGE, Row, Shop

_HEADS = """SELECT e.entity_id, e.sku, e.type_id, s.attribute_set_name, DATE_FORMAT(e.created_at,'%%Y-%%m-%%dT%%T+00:00'),
 DATE_FORMAT(e.updated_at,'%%Y-%%m-%%dT%%TZ'), IF(i.manage_stock,CAST(i.qty AS SIGNED),NULL)
 FROM catalog_product_entity e LEFT JOIN eav_attribute_set s ON s.attribute_set_id=e.attribute_set_id
 LEFT JOIN cataloginventory_stock_item i ON i.product_id=e.entity_id AND i.stock_id=1
 WHERE e.entity_id>%s AND e.entity_id<=%s ORDER BY e.entity_id"""
_READ_AS = {"varchar": "value", "int": "value", "text": "value", "decimal": "CAST(ROUND(value,2) AS DOUBLE)"}
_READ_AS |= {"datetime": "CAST(value AS CHAR)"}
_VALUES = [
    f"SELECT entity_id, attribute_id, store_id, {value} FROM catalog_product_entity_{kind}"
    " WHERE entity_id>%s AND entity_id<=%s"
    for kind, value in _READ_AS.items()
]
_WEBSITES = """SELECT p.product_id, w.website_id, w.name FROM catalog_product_website p
 JOIN core_website w ON w.website_id=p.website_id WHERE p.product_id>%s AND p.product_id<=%s"""
_CATEGORIES = """SELECT product_id, category_id FROM catalog_category_product
 WHERE product_id>%s AND product_id<=%s ORDER BY product_id, category_id"""
_PATHS = """SELECT product_id, store_id, request_path FROM core_url_rewrite WHERE product_id>%s AND product_id<=%s
 AND is_system=1 AND category_id IS NULL"""
_TIERS = """SELECT entity_id, CAST(qty AS SIGNED), CAST(ROUND(value,2) AS DOUBLE) FROM catalog_product_entity_tier_price
 WHERE entity_id>%s AND entity_id<=%s AND all_groups=1"""
_LABELS = "SELECT option_id, value FROM eav_attribute_option_value WHERE store_id=0"
_NAMES = "SELECT entity_id, value FROM catalog_category_entity_varchar WHERE store_id=0 AND entity_id>2"
_STORES = """SELECT s.store_id, s.code, s.name, w.code, w.name FROM core_store s
 JOIN core_website w ON w.website_id=s.website_id ORDER BY s.store_id"""
_SHOP = "https://northwind.example/"
_SHOWN = {1: "Not Visible Individually", 2: "Catalog", 3: "Search", 4: "Catalog, Search"}
#: (product, view, key of the document, document) of each view, then the product's brand and categories.
Shown = tuple[int, int, str, dict[str, Any]]


class Shelf(Shop):
    """Pages of products as the views show them."""

    def __init__(self, shop: dict[str, Any]) -> None:
        super().__init__(shop)
        self.stores = self.query(_STORES)
        self._labels, self._names = dict(self.query(_LABELS)), dict(self.query(_NAMES))
        self._today = datetime.now(UTC).date().isoformat()

    def pages(self, products: int) -> Iterator[tuple[list[tuple[Row, list[dict[str, Any]]]], int]]:
        """Every page up to the product with this id, with the id it ends at: rows with a document for each view."""
        for low in range(0, products, PAGE):
            self._high = low, min(low + PAGE, products)
            yield self._page(), self._high[1]

    def _page(self) -> list[tuple[Row, list[dict[str, Any]]]]:
        values: dict[tuple[int, int, int], Any] = {}
        for sql in _VALUES:
            values.update({(e, a, s): value for e, a, s, value in self.query(sql, self._high)})
        paths = {(product, store): path for product, store, path in self.query(_PATHS, self._high)}
        categories, websites, tiers = self._lists(_CATEGORIES), self._lists(_WEBSITES), self._lists(_TIERS)
        page = []
        for head in self.query(_HEADS, self._high):
            number = head[0]
            shared = {
                "categories": [{"Id": str(one), "Name": self._names[one]} for (one,) in categories[number]],
                "websites": [{"Id": str(one), "Name": name} for one, name in websites[number]],
            }
            if number in tiers:
                shared["tierPrices"] = [
                    {
                        "customer_group": "ALL GROUPS",
                        "price": price,
                        "price_incl_tax": price,
                        "quantity": quantity,
                        "type": "Fixed Price",
                    }
                    for quantity, price in tiers[number]
                ]
            views = [self._document(head, store, values, paths) | shared for store in self.stores]
            page.append((head, views))
        return page

    def _lists(self, sql: str) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.query(sql, self._high):
            found[row[0]].append(row[1:])
        return found

    def _document(self, head: Row, store: Row, values: Any, paths: Any) -> dict[str, Any]:
        number, view = head[0], store[0]

        def value(attribute: int) -> Any:
            own = number, attribute, view
            return values[own] if own in values else values.get((number, attribute, 0))

        price, special, since = value(207), value(208), value(209)
        special = special if special and since and since[:10] <= self._today and special < price else 0.0
        document = {
            "id": str(number),
            "parent_id": "",
            "name": value(201),
            "sku": head[1],
            "status": "Enabled" if value(205) == 1 else "Disabled",
            "visibility": _SHOWN[value(206)],
            "type": head[2].capitalize(),
            "attribute_set": head[3],
            "websiteName": store[4],
            "websiteCode": store[3],
            "storeName": store[2],
            "storeCode": store[1],
            "currency": "GBP",
            "price": price,
            "price_incl_tax": price,
            "specialPrice": special,
            "specialPrice_incl_tax": special,
            "url": f"{_SHOP}index.php/{paths[number, view]}" + ("" if view == 1 else f"?___store={store[1]}"),
            "shortDescription": value(203) or "",
            "brand": self._labels.get(value(204), ""),
            "imagePath": f"{_SHOP}media/catalog/product{value(202)}",
            "created_date": head[4],
        }
        if head[6] is not None:
            document["stock"] = head[6]
        return document
