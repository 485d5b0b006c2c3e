"""Goes through a source as the collector does: cursors pass through JSON, the shop is opened anew when asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Source, Stream
from support.benches.base import Bench


@contextmanager
def opened(shop: Bench, **changed: Any) -> Iterator[tuple[Source, Website]]:
    """The shop and its first website."""
    source = shop.open(**changed)
    try:
        yield source, source.websites()[0]
    finally:
        source.close()


def read(stream: Stream[Any], website: Website, limit: int, cursor: Cursor | None = None) -> tuple[list[Any], Cursor]:
    """All rows behind the cursor until the stream holds no more right now."""
    found: list[Any] = []
    cursor = cursor or Cursor()
    for _ in range(1000):
        page = stream.read(website, cursor, limit)
        found += page.rows
        cursor = stored(page.next_cursor)
        if not page.more:
            return found, cursor
    raise AssertionError("the stream never ends")


def stored(cursor: Cursor) -> Cursor:
    """The cursor as it comes back from the ledger."""
    return msgspec.json.decode(msgspec.json.encode(cursor), type=Cursor)


def ids(shop: Bench, stream: Stream[Any], rows: Sequence[Any]) -> list[int]:
    """The numbers of the records that rows are of."""
    return [shop.number_of(stream.identify(row)[0]) for row in rows]


def only_order(shop: Bench) -> Any:
    """The first order in our words."""
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        (row,) = read(stream, website, 10)[0]
        return stream.to_commerce(row)
