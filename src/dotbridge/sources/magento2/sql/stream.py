"""A stream of the database knows the opened shop."""

from __future__ import annotations

from typing import TypeVar

from dotbridge.sources import sql_paging
from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.sql_paging import Slice

Record = TypeVar("Record")

__all__ = ["Slice", "TableStream"]


class TableStream(sql_paging.Keyset[Record]):
    """A stream over one table of the shop."""

    def __init__(self, shop: Database) -> None:
        super().__init__(shop)
        self.shop = shop
