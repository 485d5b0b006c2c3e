"""Shopping lists as carts, and what was saved for later as wishlists; only the database holds them (§7.3, 7.5)."""

from __future__ import annotations

from typing import ClassVar

from dotbridge.commerce.cart import Cart
from dotbridge.sources.orocommerce.reader import Reader
from dotbridge.sources.orocommerce.rows import CartRow
from dotbridge.sources.orocommerce.sites import Sites
from dotbridge.sources.orocommerce.streams.keyset import OroStream
from dotbridge.sources.orocommerce.to_commerce.carts import cart


class Carts(OroStream[Cart]):
    """One cart per shopping list: it is what a checkout starts from, and what Oro's own abandoned-list mailings use."""

    name: ClassVar[str] = "carts"
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = (
        "A shopping list that was ordered is deleted or stays as it was: only its missing id or its checkout tells."
        " Half a second of the shop's time per 200 lists."
    )

    def __init__(self, reader: Reader, overlap: float, sites: Sites) -> None:
        super().__init__(reader, overlap)
        self._sites = sites

    def understand(self, row: CartRow) -> Cart:
        return cart(row, self._sites)
