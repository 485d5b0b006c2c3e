"""Every member of a catalog document (behaviour §6.4, dotdigital-api §19.2)."""

from __future__ import annotations

from dotbridge.mapping.order_members import SCOPE
from dotbridge.mapping.spelling import Member

MEMBERS = (
    Member("id", "text", "the product's id, also the record's key"),
    Member("parent_id", "text", "the configurable of a variant, else empty"),
    Member("name", "text", "name in the store view"),
    Member("sku", "text", "sku"),
    Member("status", "text", "`Enabled` or `Disabled`"),
    Member("visibility", "text", "where the shop shows it"),
    Member("type", "text", "`Simple`, `Configurable`, `Bundle` …; `Variant` for a child of a configurable"),
    Member("attribute_set", "text", "attribute set"),
    *SCOPE,
    Member("currency", "text", "currency of all amounts"),
    Member("price", "number", "price without tax, before special prices"),
    Member("price_incl_tax", "number", "the same with tax"),
    Member("specialPrice", "number", "special price while it holds, else 0", snake="specialPrice"),
    Member("specialPrice_incl_tax", "number", "the same with tax", snake="specialPrice_incl_tax"),
    Member("tierPrices", "array", "prices from a quantity upwards"),
    Member("tierPrices.customer_group", "text", "customer group"),
    Member("tierPrices.price", "number", "price without tax"),
    Member("tierPrices.price_incl_tax", "number", "price with tax"),
    Member("tierPrices.quantity", "number", "from this quantity"),
    Member("tierPrices.percentage", "number", "discount in per cent, where the shop keeps one"),
    Member("tierPrices.type", "text", "`Fixed Price` or `Percentage Discount`"),
    Member("stock", "number", "quantity to sell; absent where the shop does not track it"),
    Member("categories", "array", "categories it stands in"),
    Member("categories.Id", "text", "id of the category"),
    Member("categories.Name", "text", "name of the category"),
    Member("websites", "array", "websites that sell it"),
    Member("websites.Id", "text", "id of the website"),
    Member("websites.Name", "text", "name of the website"),
    Member("url", "text", "its page"),
    Member("imagePath", "text", "its image; without one it cannot be recommended"),
    Member("shortDescription", "text", "short description, at most 1,000 characters"),
    Member("brand", "text", "label of the brand attribute"),
    Member("created_date", "instant", "when it was created"),
    Member("attributes", "free", "mapped attributes, always text"),
)

#: What a document of the shape ``exact`` holds, and nothing else; never respelled.
EXACT = ("id", "name", "price", "specialPrice", "url", "sku", "stock", "status", "image_path", "Currency")
