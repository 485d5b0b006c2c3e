"""The insight collections that dotbridge sends. A new collection is one file and one line here."""

from __future__ import annotations

from typing import Any

from dotbridge.mapping import carts, catalog, orders, reviews, wishlists
from dotbridge.mapping.base import Collection

#: By key, in the order of sending: carts and orders never wait behind catalog.
COLLECTIONS: dict[str, Collection[Any]] = {
    "carts": carts.COLLECTION,
    "orders": orders.COLLECTION,
    "wishlists": wishlists.COLLECTION,
    "reviews": reviews.COLLECTION,
    "catalog": catalog.COLLECTION,
}
