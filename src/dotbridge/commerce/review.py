"""Reviews of products by known people."""

from __future__ import annotations

import msgspec


class Review(msgspec.Struct, frozen=True, gc=False):
    """One review; ``ratings`` are (rating name, stars 1-5), ``state`` is approved, pending or refused."""

    source_id: str
    website_id: str
    store_id: str
    store_name: str
    website_name: str
    customer_id: str
    email: str
    product_id: str
    product_name: str
    product_sku: str
    reviewed_at: str
    state: str
    title: str = ""
    text: str = ""
    ratings: tuple[tuple[str, int], ...] = ()
