"""Catalog: products of one store view, or of the default scope (behaviour §6.4, dotdigital-api §19.2).

In the shape ``exact`` a document holds the ten names of `EXACT` and no others, ``Currency`` with its capital included
(commercetools §1).
"""

from __future__ import annotations

from dotbridge.commerce.money import number, quantity
from dotbridge.commerce.product import Product, TierPrice
from dotbridge.errors import RecordError
from dotbridge.mapping.attributes import labels
from dotbridge.mapping.base import Collection, Context, Document
from dotbridge.mapping.catalog_members import MEMBERS
from dotbridge.mapping.codes import IMAGE_MISSING, NAME_MISSING, PRICE_MISSING, SKU_MISSING, URL_MISSING
from dotbridge.mapping.instants import iso
from dotbridge.mapping.names import collection_name

WITHDRAWN = "product_withdrawn"
_VISIBILITY = {
    "none": "Not Visible Individually",
    "catalog": "Catalog",
    "search": "Search",
    "both": "Catalog, Search",
}


class Catalog(Collection[Product]):
    """Products; key is the product id, so that a renamed sku replaces its record."""

    key = "catalog"
    label = "Catalog"
    stream = "products"
    scope = "account"
    type = "catalog"
    table = "email_catalog"
    leaves = "remove"
    members = MEMBERS

    def name(self, ctx: Context, record: Product) -> str:
        if ctx.settings.catalog_level == "website":
            return collection_name("Catalog", ctx.website.code)
        store = ctx.store(record.store_id) if ctx.settings.catalog_level == "store" else None
        return collection_name("Catalog", ctx.website.code, store.code) if store else "Catalog_Default"

    def document_key(self, record: Product) -> str:
        return record.source_id

    def excluded(self, record: Product, ctx: Context) -> str:
        types, visibility = ctx.settings.catalog_types, ctx.settings.catalog_visibility
        if types and record.type not in types:
            return "product_type"
        unpublished = ctx.settings.catalog_unpublished
        if not record.offered:
            return WITHDRAWN if unpublished == "delete" else "product_not_offered"
        if record.status == "disabled" and unpublished != "send":
            return WITHDRAWN if unpublished == "delete" else "product_unpublished"
        return "product_visibility" if visibility and record.visibility not in visibility else ""

    def removes(self, rule: str) -> bool:
        # One that was sent while it was for sale stays, shown as disabled.
        return rule not in ("product_unpublished", "product_not_offered")

    def email(self, record: Product) -> str:  # noqa: ARG002 - a product belongs to the account
        return ""

    def customer_id(self, record: Product) -> str:  # noqa: ARG002 - as above
        return ""

    def document(self, record: Product, ctx: Context) -> Document:
        # Names of the exact shape are the same in every account.
        return self.build(record, ctx) if ctx.settings.catalog_shape == "exact" else super().document(record, ctx)

    def build(self, record: Product, ctx: Context) -> Document:
        price = _required(record)
        if not record.image_url:
            ctx.warn(
                IMAGE_MISSING,
                "image_path" if ctx.settings.catalog_shape == "exact" else "imagePath",
                f"The sku is {record.sku}.",
            )
        step = ctx.step(record.currency)
        if ctx.settings.catalog_shape == "exact":
            return _exact(record, price, step, ctx)
        document = _head(record, price, step, ctx)
        if record.stock is not None:
            document["stock"] = quantity(record.stock)
        if record.image_url:
            document["imagePath"] = record.image_url
        if record.created_at:
            document["created_date"] = iso(record.created_at)
        if record.categories:
            document["categories"] = [{"Id": c.id, "Name": ctx.text(c.name, "categories")} for c in record.categories]
        if record.websites:
            document["websites"] = [{"Id": site_id, "Name": name} for site_id, name in record.websites]
        if record.tier_prices:
            document["tierPrices"] = [_tier(tier, step, ctx) for tier in record.tier_prices]
        if attributes := labels(record.attributes.items(), ctx, "attributes"):
            document["attributes"] = attributes
        return document


def _required(product: Product) -> int:
    """The price of a product that Dotdigital can take; raises RecordError for the first thing that is missing."""
    which = f"The product is {product.source_id} ({product.sku or 'without sku'})."
    if not product.sku:
        raise RecordError(SKU_MISSING, which, field="sku")
    if not product.name:
        raise RecordError(NAME_MISSING, which, field="name")
    if product.price is None:
        raise RecordError(PRICE_MISSING, which, field="price")
    if not product.url.startswith(("https://", "http://")):
        raise RecordError(URL_MISSING, which, field="url")
    return product.price


def _head(product: Product, price: int, step: int, ctx: Context) -> Document:
    website_name, website_code, store_name, store_code = ctx.scope(product.store_id, "")
    parent = product.parents[0] if product.parents else ""
    variant = bool(parent) and product.parent_type == "configurable"
    document: Document = {
        "id": product.source_id,
        "parent_id": parent if variant else "",
        "name": ctx.text(product.name, "name"),
        "sku": ctx.text(product.sku, "sku"),
        "status": product.status.capitalize(),
        "visibility": _VISIBILITY.get(product.visibility, product.visibility),
        "type": "Variant" if variant else product.type.capitalize(),
        "attribute_set": product.attribute_set,
        "websiteName": website_name,
        "websiteCode": website_code,
        "storeName": store_name,
        "storeCode": store_code,
        "currency": product.currency,
        "price": number(price, step),
        "specialPrice": number(product.special_price or 0, step),
        "specialPrice_incl_tax": number(product.special_price_incl_tax or 0, step),
        "url": product.url,
        "shortDescription": ctx.text(product.short_description, "shortDescription"),
        "brand": ctx.text(product.brand, "brand"),
    }
    if product.price_incl_tax is not None:
        document["price_incl_tax"] = number(product.price_incl_tax, step)
    return document


def _tier(tier: TierPrice, step: int, ctx: Context) -> Document:
    document: Document = {
        "customer_group": ctx.text(tier.group, "tierPrices.customer_group"),
        "price": number(tier.price, step),
        "price_incl_tax": number(tier.price_incl_tax, step),
        "quantity": quantity(tier.quantity),
        "type": "Fixed Price" if tier.percentage is None else "Percentage Discount",
    }
    if tier.percentage is not None:
        document["percentage"] = quantity(tier.percentage)
    return document


def _exact(product: Product, price: int, step: int, ctx: Context) -> Document:
    document: Document = {
        "id": product.source_id,
        "name": ctx.text(product.name, "name"),
        "price": number(price, step),
        "url": product.url,
        "sku": ctx.text(product.sku, "sku"),
        "status": product.status.capitalize(),
        "Currency": product.currency,
    }
    if product.special_price is not None:
        document["specialPrice"] = number(product.special_price, step)
    if product.stock is not None:
        document["stock"] = quantity(product.stock)
    if product.image_url:
        document["image_path"] = product.image_url
    return document


COLLECTION = Catalog()
