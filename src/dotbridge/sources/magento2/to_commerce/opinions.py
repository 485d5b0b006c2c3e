"""Reviews and wishlists, whom only the database tells (magento2-data §3.7)."""

from __future__ import annotations

from typing import NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.review import Review
from dotbridge.commerce.wishlist import Wishlist, WishlistItem
from dotbridge.sources.magento2.sites import Sites, View

STATES = {1: "approved", 2: "pending", 3: "refused"}


class ReviewRow(NamedTuple):
    """One review with its votes; a guest's has neither customer nor e-mail."""

    review_id: str
    website_id: str
    store_id: str
    customer_id: str
    email: str
    product_id: str
    product_name: str
    product_sku: str
    reviewed_at: str
    status: int
    title: str
    text: str
    votes: tuple[tuple[str, int], ...]


def review(row: ReviewRow, sites: Sites) -> Review:
    """The review; a status that nobody knows counts as pending."""
    view, website = _view(row.store_id, row.website_id, sites), sites.website(row.website_id)
    return Review(
        source_id=row.review_id,
        website_id=row.website_id,
        store_id=view.store.source_id if view else "",
        store_name=view.store.name if view else "",
        website_name=website.name if website else "",
        customer_id=row.customer_id,
        email=row.email,
        product_id=row.product_id,
        product_name=row.product_name,
        product_sku=row.product_sku,
        reviewed_at=instant(row.reviewed_at),
        state=STATES.get(row.status, "pending"),
        title=row.title,
        text=row.text,
        ratings=row.votes,
    )


class WishlistRow(NamedTuple):
    """One wishlist; items are (product id, sku, name, quantity, price)."""

    wishlist_id: str
    website_id: str
    store_id: str
    customer_id: str
    email: str
    updated_at: str
    items: tuple[tuple[str, str, str, int, int], ...]


def wishlist(row: WishlistRow, sites: Sites) -> Wishlist:
    """The wishlist, also an empty one."""
    view, website = _view(row.store_id, row.website_id, sites), sites.website(row.website_id)
    return Wishlist(
        source_id=row.wishlist_id,
        website_id=row.website_id,
        store_id=view.store.source_id if view else "",
        store_name=view.store.name if view else "",
        customer_id=row.customer_id,
        email=row.email,
        updated_at=instant(row.updated_at),
        currency=website.base_currency if website else "",
        items=tuple([WishlistItem(*item) for item in row.items]),
    )


def _view(store_id: str, website_id: str, sites: Sites) -> View | None:
    """The store view, or the website's default one where the id is the admin's or gone."""
    return sites.view(store_id) or sites.default_view(website_id)
