"""What a way of reading (API or database) gives to a stream; the stream itself knows no way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from dotbridge.commerce.site import Website


class Part(NamedTuple):
    """Rows of one query. ``last`` is (id, instant) of the last row it looked at, also of one outside of the scope."""

    rows: Sequence[Any]
    last: tuple[int, str] | None
    more: bool


class Reader(Protocol):
    """Reads the rows of one kind."""

    #: Whether rows can be asked for by the time of their change; otherwise only new ids are found between compares.
    dated: bool
    #: The largest page.
    most: int

    def now(self) -> str:
        """This instant by the clock that writes the times of change."""

    def after(self, website: Website, row_id: int, limit: int, until: str = "") -> Part:
        """Rows with a greater id, by id, up to the id ``until``."""

    def extent(self, website: Website, row_id: int) -> tuple[int, int]:
        """(the last id, how many rows there are behind ``row_id``, roughly); (``row_id``, 0) for none."""

    def changed(self, website: Website, place: tuple[str, int], until: str, limit: int) -> Part:
        """Rows behind ``place`` (instant, id) by (instant, id), none later than ``until``; id -1 takes the instant in."""

    def some(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        """The rows of these ids within the scope."""

    def ids(self, website: Website, row_id: int, limit: int) -> tuple[Sequence[str], int, bool]:
        """(ids within the scope behind ``row_id``, last id looked at, whether more follow)."""

    def count(self, website: Website) -> int | None:
        """How many rows there are, roughly; for progress."""

    def guests(self, website: Website, row_id: int, limit: int) -> Sequence[tuple[str, str]]:
        """Of orders: (id, e-mail) of the next ones without an account."""
