"""Going through a Magento 1 shop in tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Stream
from dotbridge.sources.magento1.source import Magento1

#: Opens a shop by its database's name.
Open = Callable[..., Magento1]


def drain(stream: Stream[Any], website: Website, limit: int, cursor: Cursor | None = None) -> tuple[list[Any], Cursor]:
    """All rows from the cursor until the stream holds no more now; the cursor goes through JSON as in the ledger."""
    cursor = cursor or Cursor()
    rows: list[Any] = []
    while True:
        page = stream.read(website, cursor, limit)
        assert len(page.rows) <= limit
        rows += page.rows
        cursor = msgspec.json.decode(msgspec.json.encode(page.next_cursor), type=Cursor)
        if not page.more:
            return rows, cursor


def everything(shop: Magento1, name: str) -> list[Any]:
    """All records of a stream in our words, over all websites."""
    stream = shop.streams()[name]
    return [stream.to_commerce(row) for website in shop.websites() for row in drain(stream, website, 500)[0]]
