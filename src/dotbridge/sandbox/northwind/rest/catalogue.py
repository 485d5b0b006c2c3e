"""Answers about products, their attributes and the categories (3.5)."""

from __future__ import annotations

from functools import partial

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.catalogue import attributes, categories, products, stock
from dotbridge.sandbox.northwind.rest.call import Call, unknown_attribute
from dotbridge.sandbox.northwind.rest.errors import no_entity, no_product
from dotbridge.sandbox.northwind.shop import load
from dotbridge.sandbox.northwind.tables import ATTRIBUTE, CATEGORY, PRODUCT
from dotbridge.sandbox.northwind.views import VIEWS

_WEBSITE = (
    "entity_id IN (SELECT product_id FROM (SELECT product_id, website_id AS value FROM product_website) WHERE {})"
)
# CAST gives the number an affinity, so that a text from the query compares with it
_STORES = " UNION ALL ".join(
    f"SELECT CAST({view.id} AS INTEGER) AS value, {view.website.id} AS website_id" for view in VIEWS
)
RELATIONS = {
    "website_id": _WEBSITE,
    "category_id": _WEBSITE.replace("website_id", "category_id").replace("product_website", "category_product"),
    "store_id": "entity_id IN (SELECT product_id FROM product_website JOIN store USING (website_id) WHERE {})".replace(
        "store", f"({_STORES})"
    ),
}
"""Pseudo fields of the product list, as SQL around the comparison of ``value``."""


def product_list(call: Call) -> Document:
    """A page of products with the scope's values; the list has no stock item."""
    return call.listing(
        PRODUCT,
        lambda records: [products.shown(record, call.store_id) for record in records],
        unknown=unknown_attribute,
        relations=RELATIONS,
    )


def product(call: Call, sku: str) -> Document:
    found = _product(call, sku)
    return products.shown(found, call.store_id, stock_item=stock.item(call.connection, found))


def _product(call: Call, sku: str) -> Document:
    row = call.connection.execute("SELECT entity_id FROM catalog_product_entity WHERE sku = ?", (sku,)).fetchone()
    found = load(call.connection, PRODUCT, row[0]) if row else None
    if found is None:
        raise no_product()
    return found


def stock_item(call: Call, sku: str) -> Document:
    return stock.item(call.connection, _product(call, sku))


def children(call: Call, sku: str) -> list[Document]:
    """The children of a configurable product; their record is a reduced one."""
    links = _product(call, sku)["extension_attributes"].get("configurable_product_links", [])
    found = [load(call.connection, PRODUCT, child) for child in links]
    reduced = {"extension_attributes", "options", "media_gallery_entries"}
    return [
        {name: value for name, value in products.shown(child, call.store_id).items() if name not in reduced}
        for child in found
        if child
    ]


def attribute_list(call: Call) -> Document:
    return call.listing(ATTRIBUTE, partial(_labelled, call))


def _labelled(call: Call, records: list[Document]) -> list[Document]:
    """Definitions with the option labels of the scope's language."""
    return [one | {"options": attributes.options(one["attribute_code"], call.store_id) or []} for one in records]


def attribute_options(call: Call, code: str) -> list[Document]:
    options = attributes.options(code, call.store_id)
    if options is None:
        raise no_entity("attributeCode", code)
    return options


def category_tree(call: Call) -> Document:
    return categories.tree(call.connection, call.store_id)


def category_list(call: Call) -> Document:
    return call.listing(CATEGORY, lambda records: [categories.shown(record, call.store_id) for record in records])


def category(call: Call, category_id: int) -> Document:
    found = load(call.connection, CATEGORY, category_id)
    if found is None:
        raise no_entity("id", category_id)
    return categories.shown(found, call.store_id)
