"""A small shop by hand: two websites, the second with an inactive store view."""

from __future__ import annotations

from dotbridge.sources.magento2.sites import Sites

WEBSITES = [
    {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0},
    {"id": 2, "code": "eu", "name": "Europe", "default_group_id": 2},
    {"id": 1, "code": "base", "name": "Home", "default_group_id": 1},
]
GROUPS = [
    {"id": 1, "website_id": 1, "root_category_id": 2, "default_store_id": 1, "name": "Main"},
    {"id": 2, "website_id": 2, "root_category_id": 9, "default_store_id": 4, "name": "Second"},
]
VIEWS = [
    {"id": 3, "code": "eu_old", "name": "Old", "website_id": 2, "store_group_id": 2, "is_active": 0},
    {"id": 4, "code": "eu_de", "name": "Deutsch", "website_id": 2, "store_group_id": 2, "is_active": 1},
    {"id": 0, "code": "admin", "name": "Admin", "website_id": 0, "store_group_id": 0, "is_active": 1},
    {"id": 1, "code": "uk", "name": "English", "website_id": 1, "store_group_id": 1, "is_active": 1},
]
CONFIGS = [
    {
        "id": 1,
        "website_id": 1,
        "locale": "en_GB",
        "base_currency_code": "GBP",
        "default_display_currency_code": "GBP",
        "timezone": "Europe/London",
        "base_link_url": "http://shop.example/uk",
        "secure_base_link_url": "https://shop.example/uk/",
        "secure_base_media_url": "https://shop.example/media",
    }
]


def sites() -> Sites:
    return Sites(WEBSITES, GROUPS, VIEWS, CONFIGS)
