"""Northwind's records, in our words: what the mapping tests start from."""

from __future__ import annotations

from typing import Any

from dotbridge.commerce.address import Address
from dotbridge.commerce.cart import Cart, CartLine
from dotbridge.commerce.contact import Contact
from dotbridge.commerce.facts import ProductFact
from dotbridge.commerce.order import Order, OrderLine
from dotbridge.commerce.product import Product
from dotbridge.commerce.review import Review
from dotbridge.commerce.sales import Sales
from dotbridge.commerce.site import Store, Website
from dotbridge.commerce.wishlist import Wishlist, WishlistItem
from dotbridge.mapping.base import Context
from dotbridge.mapping.settings import Settings

WEBSITE = Website(
    "1", "base", "Nordic", "NOK", "Europe/Oslo", (Store("1", "en", "Nordic English", "Main", "en_GB", "NOK"),)
)
SCOPE = {"websiteName": "Nordic", "websiteCode": "base", "storeName": "Nordic English", "storeCode": "en"}
HOME = Address("Mara", "Lind", "", "Pier 4", "", "Oslo", "", "0150", "NO", "+47 22 00 00 00")

PRODUCTS = {
    "880": ProductFact(
        "880", "FJ", "Fjell Jacket", "Apparel", ("Jackets",), "Fjell", (("brand", "Fjell"), ("season", "Autumn,Winter"))
    ),
    "881": ProductFact("881", "FJ-M-RED", "Jacket", "Apparel", ("Jackets", "Outdoor"), "Fjell", (("color", "Red"),)),
    "910": ProductFact("910", "CAMP", "Camp Set", "Kits", ("Outdoor",), ""),
    "911": ProductFact("911", "MUG", "Mug", "Default", (), ""),
}


def context(**settings: Any) -> Context:
    return Context(Settings(**settings), WEBSITE, PRODUCTS)


def line(**changes: Any) -> OrderLine:
    plain: dict[str, Any] = {
        "product_id": "911",
        "sku": "MUG",
        "name": "Mug",
        "type": "simple",
        "quantity": 20_000,
        "price": 50_000,
        "price_incl_tax": 62_500,
        "total": 100_000,
    }
    return OrderLine(**{**plain, **changes})


def order(**changes: Any) -> Order:
    plain: dict[str, Any] = {
        "source_id": "317",
        "number": "000000317",
        "website_id": "1",
        "store_id": "1",
        "store_name": "Nordic English",
        "email": "Mara.Lind@example.com",
        "customer_id": "240",
        "first_name": "Mara",
        "last_name": "Lind",
        "status": "processing",
        "state": "processing",
        "placed_at": "2025-03-02T09:41:07Z",
        "updated_at": "2025-03-02T10:00:00Z",
        "currency": "NOK",
        "subtotal": 2_400_000,
        "discount": -240_000,
        "shipping": 160_000,
        "tax": 540_000,
        "total": 2_860_000,
        "refunded": 0,
        "base_currency": "EUR",
        "base_total": 250_000,
        "base_refunded": 0,
        "global_currency": "EUR",
        "global_rate": 1_000_000,
        "coupon": "DOT-7KQ",
        "payment": "Card",
        "delivery_method": "Courier - Express",
        "quote_id": "5012",
        "virtual": False,
        "billing": HOME,
        "delivery": HOME,
        "lines": (line(),),
    }
    return Order(**{**plain, **changes})


def cart(**changes: Any) -> Cart:
    plain: dict[str, Any] = {
        "source_id": "5013",
        "website_id": "1",
        "store_id": "1",
        "store_name": "Nordic English",
        "email": "mara.lind@example.com",
        "customer_id": "240",
        "phase": "open",
        "created_at": "2025-03-02T09:00:00Z",
        "updated_at": "2025-03-02T09:20:00Z",
        "currency": "NOK",
        "subtotal": 1_600_000,
        "subtotal_incl_tax": 2_000_000,
        "tax": 340_000,
        "shipping": 160_000,
        "discount": -240_000,
        "total": 1_860_000,
        "coupon": "",
        "url": "https://shop.example/cart/5013",
        "lines": (cart_line(),),
    }
    return Cart(**{**plain, **changes})


def cart_line(**changes: Any) -> CartLine:
    plain: dict[str, Any] = {
        "product_id": "881",
        "sku": "FJ-M-RED",
        "name": "Fjell Jacket",
        "quantity": 10_000,
        "unit_price": 1_800_000,
        "unit_price_incl_tax": 2_250_000,
        "sale_price": 1_600_000,
        "sale_price_incl_tax": 2_000_000,
        "total": 1_600_000,
        "total_incl_tax": 2_000_000,
        "image_url": "https://shop.example/media/fj-red.jpg",
        "product_url": "https://shop.example/fjell-jacket.html",
    }
    return CartLine(**{**plain, **changes})


def product(**changes: Any) -> Product:
    plain: dict[str, Any] = {
        "source_id": "881",
        "website_id": "1",
        "store_id": "1",
        "sku": "FJ-M-RED",
        "name": "Fjell Jacket-M-Red",
        "type": "simple",
        "status": "enabled",
        "visibility": "none",
        "currency": "NOK",
        "created_at": "2024-11-05T08:12:00Z",
        "updated_at": "2025-01-01T00:00:00Z",
        "price": 1_800_000,
        "price_incl_tax": 2_250_000,
        "special_price": None,
        "special_price_incl_tax": None,
        "stock": 370_000,
        "in_stock": True,
        "url": "https://shop.example/fjell-jacket.html",
        "image_url": "https://shop.example/media/fj-red.jpg",
        "short_description": "Warm.",
        "attribute_set": "Apparel",
        "brand": "Fjell",
    }
    return Product(**{**plain, **changes})


def wishlist(**changes: Any) -> Wishlist:
    plain: dict[str, Any] = {
        "source_id": "71",
        "website_id": "1",
        "store_id": "1",
        "store_name": "Nordic English",
        "customer_id": "240",
        "email": "mara.lind@example.com",
        "updated_at": "2025-03-02T09:30:00Z",
        "currency": "NOK",
        "items": (WishlistItem("911", "MUG", "Mug", 20_000, 50_000),),
    }
    return Wishlist(**{**plain, **changes})


def review(**changes: Any) -> Review:
    plain: dict[str, Any] = {
        "source_id": "19",
        "website_id": "1",
        "store_id": "1",
        "store_name": "Nordic English",
        "website_name": "Nordic",
        "customer_id": "240",
        "email": "mara.lind@example.com",
        "product_id": "880",
        "product_name": "Fjell Jacket",
        "product_sku": "FJ",
        "reviewed_at": "2025-03-01T18:00:00Z",
        "state": "approved",
        "title": "Warm",
        "text": "Warm and dry.",
        "ratings": (("Quality", 5), ("Fit", 4)),
    }
    return Review(**{**plain, **changes})


def contact(**changes: Any) -> Contact:
    plain: dict[str, Any] = {
        "kind": "customer",
        "source_id": "240",
        "website_id": "1",
        "store_id": "1",
        "store_name": "Nordic English",
        "store_group": "Main",
        "website_name": "Nordic",
        "email": "Mara.Lind@example.com",
        "updated_at": "2025-03-01T00:00:00Z",
    }
    return Contact(**{**plain, **changes})


def sales(**changes: Any) -> Sales:
    plain: dict[str, Any] = {
        "orders": 3,
        "spend": 1_000_000,
        "refund": 125_050,
        "currency": "NOK",
        "last_order_at": "2025-03-02T09:41:07Z",
        "last_order_id": "317",
        "last_order_number": "SE-000317",
        "last_quote_id": "5012",
        "first_categories": "Outdoor",
        "last_categories": "Jackets,Outdoor",
        "most_category": "Jackets",
        "first_brand": "Fjell",
        "last_brand": "",
        "most_brand": "Fjell",
        "most_day": "Sunday",
        "most_month": "March",
        "last_refund_at": "2025-03-09T12:00:00Z",
    }
    return Sales(**{**plain, **changes})
