"""What shoppers saved for later, one wishlist per shopping list; only the database holds it."""

from __future__ import annotations

from typing import ClassVar

from dotbridge.commerce.wishlist import Wishlist
from dotbridge.sources.orocommerce.reader import Reader
from dotbridge.sources.orocommerce.rows import CartRow
from dotbridge.sources.orocommerce.sites import Sites
from dotbridge.sources.orocommerce.streams.keyset import OroStream
from dotbridge.sources.orocommerce.to_commerce.carts import wishlist


class Wishlists(OroStream[Wishlist]):
    """One record per shopping list of a customer user that has lines saved for later."""

    name: ClassVar[str] = "wishlists"
    compare_every: ClassVar[int] = 3600
    compare_why: ClassVar[str] = (
        "A list whose last saved line was bought or deleted is found by its missing id. Half a second per 200 lists."
    )

    def __init__(self, reader: Reader, overlap: float, sites: Sites) -> None:
        super().__init__(reader, overlap)
        self._sites = sites

    def understand(self, row: CartRow) -> Wishlist:
        return wishlist(row, self._sites)
