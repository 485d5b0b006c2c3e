"""Reads an Oro as a collector does: the cursor goes through its JSON between two pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import msgspec

from dotbridge.commerce.site import Website
from dotbridge.http.retry import Retries
from dotbridge.sources.base import Cursor, Page, Stream
from dotbridge.sources.orocommerce.by_api.capabilities import Capabilities
from dotbridge.sources.orocommerce.by_api.memory import Memory
from dotbridge.sources.orocommerce.open_shop import OpenShop
from dotbridge.sources.orocommerce.source import OroCommerce
from support.oro_api import OroApi

SINCE_EVER = Cursor("changed", since="2000-01-01T00:00:00Z")
QUICK = Retries(attempts=4, total=5.0, first=0.01, most=0.02)


@contextmanager
def opened(*, quick: bool = True, **settings: Any) -> Iterator[OroCommerce]:
    """A connection; ``quick`` gives up on a failing API after a moment."""
    Capabilities._answers = Memory()  # as in a process that has just begun
    source = OroCommerce({"overlap_seconds": 120, **settings})
    if quick:
        source.__dict__["_opened"] = OpenShop(source.settings, retries=QUICK)
    with closing(source):
        yield source


def both_ways(api: OroApi) -> dict[str, dict[str, Any]]:
    """Settings of the database way and of the API way, with pictures and pages at the same addresses."""
    pictures = {"storefront_url": api.url, "image_url": f"{api.url}/media/{{id}}/{{filename}}"}
    return {"database": {**api.shop.reader, **pictures}, "api": api.settings}


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


def every_id(stream: Stream[Any], website: Website, limit: int = 7) -> list[str]:
    """The ids of a stream, page by page."""
    found: list[str] = []
    while True:
        more = stream.ids(website, found[-1] if found else "", limit)
        found += more
        if len(more) < limit:
            return found
