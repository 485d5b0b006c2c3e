"""A stream of Magento 1 knows its shop."""

from __future__ import annotations

from typing import TypeVar

from dotbridge.sources import sql_paging
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.sql_paging import Slice

Record = TypeVar("Record")

__all__ = ["Keyset", "Slice"]


class Keyset(sql_paging.Keyset[Record]):
    """A stream over one table of the shop."""

    def __init__(self, shop: OpenShop) -> None:
        super().__init__(shop)
        self.shop = shop
