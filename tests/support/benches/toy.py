"""The toy shop at the bench."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from dotbridge.sources.base import Source
from support.benches.base import NO_HTTP, Bench, GivenCustomer, GivenOrder
from support.toy_shop import Toy, ToyShop, order, person


class ToyBench(Bench):
    """A SQLite file."""

    platform = "toy"
    without: ClassVar[Mapping[str, str]] = {
        **NO_HTTP,
        "test_a_clock_two_minutes_off_skips_nothing": "a file has no clock",
    }
    secrets = ("toy-token-secret",)

    def __init__(self, folder: Path) -> None:
        self.shop = ToyShop(folder / "shop.sqlite3")

    def open(self, **changed: Any) -> Source:
        settings = {"path": str(self.shop.path), "token": self.secrets[0], "overlap_seconds": 0}
        return Toy({**settings, **changed})

    def refused(self) -> Mapping[str, Any]:
        return {"path": "/nowhere/shop.sqlite3"}

    def put_orders(self, given: Iterable[GivenOrder]) -> None:
        self.shop.db.execute("BEGIN")
        for one in given:
            row = order(
                one.id,
                email=one.email or "",
                status=one.status,
                placed_at=_instant(one.placed_at),
                total=int(Decimal(one.total) * 10_000),
            )
            changed = {"currency": one.currency, "first_name": one.name}
            self.shop.put("orders", {**_plain(row), **changed}, at=_instant(one.changed_at))
        self.shop.db.execute("COMMIT")

    def put_customers(self, given: Iterable[GivenCustomer]) -> None:
        for one in given:
            record = person(one.id, first_name=one.name, email=one.email or "")
            self.shop.put("customers", record, at=_instant(one.changed_at))

    def delete_order(self, order_id: int) -> None:
        self.shop.delete("orders", order_id)

    def empty(self) -> None:
        for name in ("orders", "customers"):
            self.shop.db.execute(f"DELETE FROM {name}")


def _instant(text: str) -> str:
    return f"{text.replace(' ', 'T')}Z"


def _plain(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(record)
    return found
