"""Orders of a website with their lines; sub-orders and drafts are left out (§7.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dotbridge.commerce.order import Order
from dotbridge.commerce.site import Website
from dotbridge.sources.orocommerce.reader import Reader
from dotbridge.sources.orocommerce.rows import OrderRow
from dotbridge.sources.orocommerce.sites import Sites
from dotbridge.sources.orocommerce.streams.keyset import OroStream
from dotbridge.sources.orocommerce.to_commerce.orders import order


class Orders(OroStream[Order]):
    """One record per order; refunds where the database may be read."""

    name: ClassVar[str] = "orders"
    compare_every: ClassVar[int] = 604_800
    compare_why: ClassVar[str] = (
        "Refunds and tracking numbers do not move an order's updated_at, and an Oro before 5.1 cannot be asked by it over"
        " the API. A second of the shop's time per 100 orders."
    )

    def __init__(self, reader: Reader, overlap: float, sites: Sites) -> None:
        super().__init__(reader, overlap)
        self._sites = sites

    def understand(self, row: OrderRow) -> Order:
        return order(row, self._sites)

    def guests(self, website: Website, after: str, limit: int) -> Sequence[tuple[str, str]]:
        return self._reader.guests(website, int(after or 0), limit)
