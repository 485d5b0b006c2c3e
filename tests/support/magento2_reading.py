"""Reads streams to their end as a collector does: the cursor goes through its JSON between two pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Page, Stream
from dotbridge.sources.magento2.shop import Shop

Open = Callable[..., Shop]
"""Opens a shop: ``open_shop(url, bearer_token, **settings)``."""


def pages(stream: Stream[Any], website: Website, cursor: Cursor, limit: int) -> Iterator[Page[Any]]:
    """Pages until the stream holds no more right now."""
    while True:
        page = stream.read(website, cursor, limit)
        yield page
        cursor = msgspec.json.decode(msgspec.json.encode(page.next_cursor), type=Cursor)
        if not page.more:
            return


def drained(stream: Stream[Any], website: Website, cursor: Cursor, limit: int = 1000) -> tuple[list[Any], Cursor]:
    """All rows from a cursor on, and the cursor behind them."""
    found = list(pages(stream, website, cursor, limit))
    return [row for page in found for row in page.rows], found[-1].next_cursor


def first_pass(stream: Stream[Any], website: Website, limit: int = 1000) -> list[Any]:
    """The rows of phase ``all``."""
    rows: list[Any] = []
    for page in pages(stream, website, Cursor(), limit):
        rows += page.rows
        if page.next_cursor.phase == "changed":
            break
    return rows


def ids_of(stream: Stream[Any], rows: list[Any]) -> list[str]:
    return [stream.identify(row)[0] for row in rows]


def every_id(stream: Stream[Any], website: Website, limit: int) -> list[str]:
    found: list[str] = []
    while True:
        more = stream.ids(website, found[-1] if found else "", limit)
        found += more
        if len(more) < limit:
            return found
