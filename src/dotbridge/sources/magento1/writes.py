"""What we may change in a Magento 1 shop: the newsletter table, in the views of one website."""

from __future__ import annotations

from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.mysql import Shop
from dotbridge.sources.newsletter_table import NewsletterTable


def newsletter(writer: Shop, shop: OpenShop) -> NewsletterTable:
    """The table, with rows of views that are gone counted to the default website, as the reader does."""
    return NewsletterTable(writer, lambda website: shop.sites.store_scope("store_id", int(website.source_id)))
