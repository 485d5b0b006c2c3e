"""All routes of the REST API: method, path below ``/V1``, what answers, and the resource that a caller needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from dotbridge.sandbox.northwind.rest import carts, catalogue, coupons, customers, inventory, sales, stores
from dotbridge.sandbox.northwind.rest.errors import no_route

Answer = Callable[..., Any]

ANONYMOUS = "anonymous"
_STORE = "Magento_Backend::store"
_CUSTOMER = "Magento_Customer::customer"
_CATEGORIES = "Magento_Catalog::categories"
_PRODUCTS = "Magento_Catalog::products"
_ATTRIBUTES = "Magento_Catalog::attributes_attributes"
_CART = "Magento_Cart::manage"

ROUTES: tuple[tuple[str, str, Answer, str], ...] = (
    ("GET", "/store/websites", stores.websites, _STORE),
    ("GET", "/store/storeGroups", stores.groups, _STORE),
    ("GET", "/store/storeViews", stores.store_views, _STORE),
    ("GET", "/store/storeConfigs", stores.configs, _STORE),
    ("GET", "/directory/currency", stores.currency, ANONYMOUS),
    ("GET", "/modules", stores.modules, ANONYMOUS),
    ("GET", "/customers/search", customers.search, _CUSTOMER),
    ("GET", "/customers/<int:customer_id>", customers.get, _CUSTOMER),
    ("PUT", "/customers/<int:customer_id>", customers.put, "Magento_Customer::manage"),
    ("POST", "/customers", customers.post, ANONYMOUS),
    ("GET", "/customerGroups/search", customers.group_search, "Magento_Customer::group"),
    ("GET", "/attributeMetadata/customer", customers.every_attribute, _CUSTOMER),
    ("GET", "/attributeMetadata/customer/custom", customers.custom_attributes, _CUSTOMER),
    ("GET", "/orders", sales.order_list, "Magento_Sales::actions_view"),
    ("GET", "/orders/<int:entity_id>", sales.order, "Magento_Sales::actions_view"),
    ("GET", "/invoices", sales.invoice_list, "Magento_Sales::sales_invoice"),
    ("GET", "/invoices/<int:entity_id>", sales.invoice, "Magento_Sales::sales_invoice"),
    ("GET", "/creditmemos", sales.creditmemo_list, "Magento_Sales::sales_creditmemo"),
    ("GET", "/creditmemo/<int:entity_id>", sales.creditmemo, "Magento_Sales::sales_creditmemo"),
    ("GET", "/shipments", sales.shipment_list, "Magento_Sales::shipment"),
    ("GET", "/shipment/<int:entity_id>", sales.shipment, "Magento_Sales::shipment"),
    ("GET", "/carts/search", carts.search, _CART),
    ("GET", "/carts/<int:cart_id>", carts.get, _CART),
    ("GET", "/carts/<int:cart_id>/totals", carts.totals, _CART),
    ("GET", "/guest-carts/<masked_id>", carts.guest, ANONYMOUS),
    ("GET", "/products", catalogue.product_list, _PRODUCTS),
    ("GET", "/products/<sku>", catalogue.product, _PRODUCTS),
    ("GET", "/products/attributes", catalogue.attribute_list, _ATTRIBUTES),
    ("GET", "/products/attributes/<code>/options", catalogue.attribute_options, _ATTRIBUTES),
    ("GET", "/configurable-products/<sku>/children", catalogue.children, _PRODUCTS),
    ("GET", "/stockItems/<sku>", catalogue.stock_item, "Magento_CatalogInventory::cataloginventory"),
    ("GET", "/categories", catalogue.category_tree, _CATEGORIES),
    ("GET", "/categories/list", catalogue.category_list, _CATEGORIES),
    ("GET", "/categories/<int:category_id>", catalogue.category, _CATEGORIES),
    ("GET", "/inventory/sources", inventory.sources, "Magento_InventoryApi::source"),
    ("GET", "/inventory/stocks", inventory.stocks, "Magento_InventoryApi::stock"),
    ("GET", "/inventory/source-items", inventory.source_items, "Magento_InventoryApi::source"),
    ("GET", "/inventory/stock-resolver/website/<code>", inventory.resolve, "Magento_InventoryApi::stock"),
    ("GET", "/inventory/get-product-salable-quantity/<sku>/<int:stock_id>", inventory.salable_quantity, _PRODUCTS),
    ("GET", "/inventory/is-product-salable/<sku>/<int:stock_id>", inventory.is_salable, _PRODUCTS),
    ("POST", "/coupons/generate", coupons.generate, "Magento_SalesRule::quote"),
    ("POST", "/coupons/deleteByCodes", coupons.delete_by_codes, "Magento_SalesRule::quote"),
)
_MAP = Map([Rule(path, methods=[method], endpoint=index) for index, (method, path, *_) in enumerate(ROUTES)])
_ADAPTER = _MAP.bind("northwind")


def find(method: str, path: str) -> tuple[Answer, str, dict[str, Any]]:
    """What answers, the resource it needs and its arguments; a wrong method is no route either (1.5)."""
    try:
        index, arguments = _ADAPTER.match(path, method)
    except HTTPException:
        raise no_route() from None
    _, _, answer, resource = ROUTES[index]
    return answer, resource, dict(arguments)
