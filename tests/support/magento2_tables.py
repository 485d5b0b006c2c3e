"""Going through a Magento 2 shop's database in tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Stream
from dotbridge.sources.magento2.source import Magento2

#: Opens a shop by its database's name.
OpenTables = Callable[..., Magento2]


def drain(stream: Stream[Any], website: Website, limit: int, cursor: Cursor | None = None) -> tuple[list[Any], Cursor]:
    """All rows from the cursor until the stream holds no more now; the cursor goes through JSON as in the ledger."""
    cursor = cursor or Cursor()
    rows: list[Any] = []
    while True:
        page = stream.read(website, cursor, limit)
        rows += page.rows
        cursor = msgspec.json.decode(msgspec.json.encode(page.next_cursor), type=Cursor)
        if not page.more:
            return rows, cursor


def everything(shop: Magento2, name: str, limit: int = 500) -> list[Any]:
    """All records of a stream in our words, over all websites."""
    stream = shop.streams()[name]
    return [stream.to_commerce(row) for website in shop.websites() for row in drain(stream, website, limit)[0]]
