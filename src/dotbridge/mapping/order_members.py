"""Every member of an order document: those of the Magento 2 connector, and what dotbridge adds (behaviour §6.1)."""

from __future__ import annotations

from dotbridge.mapping.spelling import Member, under

SCOPE = (
    Member("websiteName", "text", "name of the website"),
    Member("websiteCode", "text", "code of the website"),
    Member("storeName", "text", "name of the store view; a deleted one keeps the name that the record remembers"),
    Member("storeCode", "text", "code of the store view; empty for a deleted one"),
)


def _address(kind: str) -> tuple[Member, ...]:
    parts = (
        ("address_1", "first line of the street"),
        ("address_2", "the other lines of the street"),
        ("city", "city"),
        ("region", "region or state by name"),
        ("country", "country, ISO 3166-1 alpha-2"),
        ("postcode", "postcode"),
    )
    return tuple([Member(f"{kind}_{name}", "text", meaning) for name, meaning in parts])


_LINE = (
    Member("product_id", "text", "the product sold; of a configurable the variant"),
    Member("parent_id", "text", "its configurable or bundle, empty without one"),
    Member("name", "text", "name when it was bought"),
    Member("parent_name", "text", "name of the configurable or bundle"),
    Member("sku", "text", "sku, equal to the catalog's"),
    Member("qty", "number", "quantity ordered, with decimals where it has them"),
    Member("refundedQty", "number", "quantity that came back"),
    Member("price", "number", "price per unit without tax; a variant has its configurable's"),
    Member("price_inc_tax", "number", "price per unit with tax"),
    Member("attribute-set", "text", "attribute set, empty for a deleted product"),
    Member("categories", "array", "categories of the product and of its parent"),
    Member("categories.Name", "text", "name of the category"),
    Member("product_attributes", "free", "mapped attributes of the product, of a variant those of its parent"),
    Member("child_product_attributes", "free", "mapped attributes of the variant"),
    Member("custom-options", "free array", "what the shopper chose or typed: one label and value each"),
)

_REFUND = (
    Member("number", "text", "number of the credit memo"),
    Member("refundedAt", "instant", "when it was given"),
    Member("total", "number", "amount given back, with tax"),
    Member("shipping", "number", "of it: shipping"),
    Member("adjustment", "number", "of it: adjustment"),
    Member("lines", "array", "what came back"),
    Member("lines.sku", "text", "sku"),
    Member("lines.product_id", "text", "product"),
    Member("lines.qty", "number", "quantity"),
    Member("lines.total", "number", "amount"),
)

MEMBERS = (
    Member("id", "text", "order number, also the record's key"),
    Member("email", "text", "address of the buyer as typed"),
    Member("quoteId", "text", "the cart it came from"),
    *SCOPE,
    Member("purchaseDate", "moment", "when it was placed, UTC; ISO 8601 in snake_case accounts"),
    Member("currency", "text", "currency of all amounts without `base`"),
    Member("orderSubtotal", "number", "goods without tax, before discount"),
    Member("discountAmount", "number", "discount, negative"),
    Member("deliveryTotal", "number", "shipping without tax"),
    Member("taxTotal", "number", "tax"),
    Member("orderTotal", "number", "what was paid, with tax, less refunds"),
    Member("placedTotal", "number", "what was paid, with tax, before refunds"),
    Member("refundedTotal", "number", "what was given back"),
    Member("baseCurrency", "text", "the website's accounting currency; absent where a platform has none"),
    Member("baseOrderTotal", "number", "orderTotal in it"),
    Member("basePlacedTotal", "number", "placedTotal in it"),
    Member("baseRefundedTotal", "number", "refundedTotal in it"),
    Member("payment", "text", "title of the payment method"),
    Member("deliveryMethod", "text", "title of the shipping method"),
    Member("couponCode", "text", "coupon, empty without one", snake="couponCode"),
    Member("orderStatus", "text", "the merchant's status code"),
    Member("billingAddress", "object", "billing address"),
    *under("billingAddress", _address("billing")),
    Member("deliveryAddress", "object", "delivery address; a virtual order has none"),
    *under("deliveryAddress", _address("delivery")),
    Member("products", "array", "the lines; a configurable is one line, a bundle holds its parts"),
    *under("products", _LINE),
    Member("products.sub_items", "array", "parts of a bundle"),
    *under("products.sub_items", _LINE),
    Member("refunds", "array", "credit memos"),
    *under("refunds", _REFUND),
    Member("shipments", "array", "parcels"),
    Member("shipments.number", "text", "number of the shipment"),
    Member("shipments.shippedAt", "instant", "when it was made"),
    Member("shipments.tracks", "array", "tracking"),
    Member("shipments.tracks.carrier", "text", "carrier's title"),
    Member("shipments.tracks.number", "text", "tracking number"),
    Member("custom", "free", "mapped columns of the order"),
)
