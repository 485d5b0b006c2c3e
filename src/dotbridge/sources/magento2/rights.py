"""What the integration must be allowed in the shop, in one place: the check tries it and the how-to lists it.

Resources stand in System > Integrations > API of the shop's admin (magento2-data §1.4).
"""

from __future__ import annotations

from typing import NamedTuple


class Right(NamedTuple):
    """An ACL resource, a list that only it opens, and what goes without it. ``stream`` is "" where none is lost."""

    resource: str
    path: str
    stream: str
    without: str


RIGHTS = (
    Right("Magento_Customer::customer", "customers/search", "customers", "no customers"),
    Right("Magento_Sales::actions_view", "orders", "orders", "no orders"),
    Right("Magento_Sales::sales_creditmemo", "creditmemos", "orders", "no orders, since refunds would be missing"),
    Right("Magento_Sales::shipment", "shipments", "orders", "no orders, since parcels would be missing"),
    Right("Magento_Cart::manage", "carts/search", "carts", "no carts"),
    Right("Magento_Catalog::products", "products", "products", "no products, and carts without pictures and links"),
    Right("Magento_Customer::group", "customerGroups/search", "", "customers without their group's name"),
    Right("Magento_Catalog::attributes_attributes", "products/attributes", "", "ids instead of labels"),
    Right("Magento_Catalog::categories", "categories/list", "", "products without categories"),
    Right("Magento_Catalog::sets", "products/attribute-sets/sets/list", "", "products without attribute set"),
    Right("Magento_InventoryApi::stock", "inventory/stocks", "", "the classic stock items are read instead"),
    Right("Magento_InventoryApi::source", "inventory/sources", "", "products without stock"),
)

UNPROBED = (
    ("Magento_Backend::store", "websites and store views, in shops that protect them"),
    ("Magento_SalesRule::quote", "only to make and take back coupon codes"),
    ("Magento_CatalogInventory::cataloginventory", "stock in shops without multi-source inventory"),
)
"""Resources for which no list can be tried."""
