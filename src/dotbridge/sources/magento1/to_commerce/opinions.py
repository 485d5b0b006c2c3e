"""Reviews and wishlists in our words (contract magento1-data §9 and §10)."""

from __future__ import annotations

from typing import NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.review import Review
from dotbridge.commerce.wishlist import Wishlist, WishlistItem
from dotbridge.sources.magento1.to_commerce.contacts import Place

STATES = {1: "approved", 2: "pending", 3: "refused"}


class ReviewRow(NamedTuple):
    """One review with its votes; a guest's has neither customer nor e-mail."""

    review_id: str
    place: Place
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


def review(row: ReviewRow) -> Review:
    """The review; a status that nobody knows counts as pending."""
    return Review(
        source_id=row.review_id,
        website_id=row.place.website_id,
        store_id=row.place.store_id,
        store_name=row.place.store_name,
        website_name=row.place.website_name,
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
    place: Place
    customer_id: str
    email: str
    updated_at: str
    currency: str
    items: tuple[tuple[str, str, str, int, int], ...]


def wishlist(row: WishlistRow) -> Wishlist:
    """The wishlist, also an empty one."""
    return Wishlist(
        source_id=row.wishlist_id,
        website_id=row.place.website_id,
        store_id=row.place.store_id,
        store_name=row.place.store_name,
        customer_id=row.customer_id,
        email=row.email,
        updated_at=instant(row.updated_at),
        currency=row.currency,
        items=tuple([WishlistItem(*item) for item in row.items]),
    )
