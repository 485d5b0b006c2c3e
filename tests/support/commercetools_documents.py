"""Finished documents of a commercetools project, as its API gives them: the shop Northwind, small and even.

Ids are UUIDs that name what they are: ``uid("order", 7)``.
"""

from __future__ import annotations

import uuid
from typing import Any

Json = dict[str, Any]

LONG_AGO = "2025-06-01T08:00:00.000Z"
PROJECT: Json = {
    "key": "demo-shop",
    "version": 1,
    "name": "Northwind",
    "countries": ["GB", "DE"],
    "currencies": ["GBP", "EUR"],
    "languages": ["en", "de"],
    "createdAt": LONG_AGO,
    "messages": {"enabled": True, "deleteDaysAfterCreation": 15},
    "carts": {"deleteDaysAfterLastModification": 90},
    "productCatalogModel": "Classic",
}


def uid(kind: str, number: int = 0) -> str:
    """A stable id."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"northwind/{kind}/{number}"))


def base(kind: str, number: int, at: str = LONG_AGO) -> Json:
    return {"id": uid(kind, number), "version": 1, "createdAt": LONG_AGO, "lastModifiedAt": at}


def money(cents: int, currency: str = "GBP", digits: int = 2) -> Json:
    return {"type": "centPrecision", "currencyCode": currency, "centAmount": cents, "fractionDigits": digits}


def taxed(net: int, gross: int, currency: str = "GBP") -> Json:
    names = {"totalNet": net, "totalGross": gross, "totalTax": gross - net}
    return {**{name: money(cents, currency) for name, cents in names.items()}, "taxPortions": []}


def _held(members: Json) -> Json:
    """Without those that are ``None``: the API leaves out what a record has not."""
    return {name: value for name, value in members.items() if value is not None}


def customer(number: int, **members: Any) -> Json:
    email = f"shopper{number}@northwind.example"
    names = {"email": email, "firstName": "Ada", "lastName": f"Number {number}", "dateOfBirth": "1980-02-29"}
    rest = {"addresses": [], "stores": [], "isEmailVerified": True, "customerGroupAssignments": []}
    found = {**base("customer", number), **names, **rest, **members}
    return {**found, "lowercaseEmail": found["email"].lower()}  # the platform asks for it and does not show it


def line(product: int = 1, quantity: int = 2, cents: int = 1200) -> Json:
    """A line of an order or a cart, 20 % tax in its price."""
    gross = cents * quantity
    return {
        "id": uid("line", product),
        "productId": uid("product", product),
        "productKey": f"p{product}",
        "name": {"en": f"Boots {product}", "de": f"Stiefel {product}"},
        "productSlug": {"en": f"boots-{product}"},
        "variant": {"id": 1, "sku": f"SKU-{product}-1", "images": [{"url": "https://img.example/1.jpg"}]},
        "price": {"id": uid("price", product), "value": money(cents)},
        "quantity": quantity,
        "totalPrice": money(gross),
        "taxedPrice": taxed(gross * 5 // 6, gross),
        "taxRate": {"name": "VAT", "amount": 0.2, "includedInPrice": True, "country": "GB"},
        "discountedPricePerQuantity": [],
        "lineItemMode": "Standard",
        "priceMode": "Platform",
    }


def order(number: int, **members: Any) -> Json:
    address = {
        "firstName": "Ada",
        "lastName": "Lovelace",
        "streetName": "High Street",
        "city": "Leeds",
        "country": "GB",
    }
    return _held(
        {
            **base("order", number),
            "orderNumber": f"N-{number}",
            "customerEmail": f"shopper{number}@northwind.example",
            "totalPrice": money(2400),
            "taxedPrice": taxed(2000, 2400),
            "orderState": "Open",
            "origin": "Customer",
            "shippingMode": "Single",
            "lineItems": [line()],
            "customLineItems": [],
            "returnInfo": [],
            "discountCodes": [],
            "billingAddress": address,
            "shippingAddress": address,
            **members,
        }
    )


def cart(number: int, **members: Any) -> Json:
    return _held(
        {
            **base("cart", number),
            "customerEmail": f"shopper{number}@northwind.example",
            "cartState": "Active",
            "origin": "Customer",
            "shippingMode": "Single",
            "totalPrice": money(2400),
            "lineItems": [line()],
            "customLineItems": [],
            "discountCodes": [],
            **members,
        }
    )


def variant(product: int, number: int = 1, cents: int | None = 1200, **members: Any) -> Json:
    prices = [] if cents is None else [{"id": uid("price", product), "value": money(cents)}]
    image = {"url": f"https://img.example/{product}.jpg", "dimensions": {"w": 1, "h": 1}}
    sku = f"SKU-{product}-{number}"
    return {"id": number, "sku": sku, "prices": prices, "images": [image], "attributes": [], **members}


def product(number: int, *variants: Json, published: bool = True, **members: Any) -> Json:
    first, *others = variants or (variant(number),)
    data = {
        "name": {"en": f"Boots {number}", "de": f"Stiefel {number}"},
        "slug": {"en": f"boots-{number}"},
        "categories": [],
        "masterVariant": first,
        "variants": others,
        **members,
    }
    catalog = {"current": data, "staged": data, "published": published, "hasStagedChanges": False}
    return {**base("product", number), "key": f"p{number}", "priceMode": "Embedded", "masterData": catalog}


def stock(number: int, sku: str, quantity: int, channel: str = "") -> Json:
    supply = {"supplyChannel": {"typeId": "channel", "id": channel}} if channel else {}
    return {
        **base("inventory", number),
        "sku": sku,
        "quantityOnStock": quantity,
        "availableQuantity": quantity,
        **supply,
    }


def review(number: int, by: int, of: int = 1, **members: Any) -> Json:
    return {
        **base("review", number),
        "target": {"typeId": "product", "id": uid("product", of)},
        "customer": {"typeId": "customer", "id": uid("customer", by)},
        "rating": 5,
        "includedInStatistics": True,
        **members,
    }


def shopping_list(number: int, by: int, *products: int) -> Json:
    return {
        **base("shopping-list", number),
        "name": {"en": "Wishlist"},
        "customer": {"typeId": "customer", "id": uid("customer", by)},
        "lineItems": [
            {
                "id": uid("wish", one),
                "productId": uid("product", one),
                "variantId": 1,
                "name": {"en": f"Boots {one}"},
                "quantity": 1,
            }
            for one in products
        ],
        "textLineItems": [],
    }


def refund(number: int, cents: int, at: str = LONG_AGO) -> Json:
    """A payment of which so much was given back."""
    given = {"type": "Refund", "state": "Success", "amount": money(cents), "timestamp": at}
    return {
        **base("payment", number, at),
        "amountPlanned": money(2400),
        "paymentMethodInfo": {"method": "CARD", "name": {"en": "Credit card"}},
        "transactions": [{"id": uid("transaction", number), **given}],
    }


def paid_by(number: int) -> Json:
    """What an order says of its payment."""
    return {"paymentInfo": {"payments": [{"typeId": "payment", "id": uid("payment", number)}]}}


def store(number: int, key: str, selections: dict[int, bool] | None = None) -> Json:
    """A store with product selections by their number, and whether each is active there."""
    chosen = [
        {"productSelection": {"typeId": "product-selection", "id": uid("selection", one)}, "active": active}
        for one, active in (selections or {}).items()
    ]
    return {
        **base("store", number),
        "key": key,
        "languages": ["en"],
        "countries": [{"code": "GB"}],
        "productSelections": chosen,
    }


def selection(number: int, mode: str = "Individual") -> Json:
    return {**base("selection", number), "name": {"en": f"Selection {number}"}, "mode": mode, "productCount": 0}


def assignment(selection_number: int, product_number: int, **variants: Any) -> Json:
    """A product's place in a selection; it has no id."""
    return {
        "productSelection": {"typeId": "product-selection", "id": uid("selection", selection_number)},
        "product": {"typeId": "product", "id": uid("product", product_number)},
        **variants,
    }


def tailoring(number: int, store_key: str, product_number: int, *, published: bool = True, **data: Any) -> Json:
    """What a store shows of a product; its staged data is never shown."""
    return {
        **base("tailoring", number),
        "store": {"typeId": "store", "key": store_key},
        "product": {"typeId": "product", "id": uid("product", product_number)},
        "published": published,
        "current": data,
        "staged": {**data, "name": {"en": "Not yet"}},
    }


def message(number: int, kind: str, about: str, at: str, **members: Any) -> Json:
    """A message about a resource, by its type id and its id."""
    type_id, _, resource = about.partition("/")
    reference = {"typeId": type_id, "id": resource}
    return {**base("message", number, at), "createdAt": at, "type": kind, "resource": reference, **members}
