"""A fifth platform for tests: one folder, one registry line, its shop a SQLite file.

It is small and real: rows are read in pages behind cursors, by id and by change, as every platform does.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dotbridge.commerce.cart import Cart
from dotbridge.commerce.clock import before, now
from dotbridge.commerce.contact import Contact
from dotbridge.commerce.order import Order, OrderLine, Refund
from dotbridge.commerce.product import Category, Product
from dotbridge.commerce.review import Review
from dotbridge.commerce.site import Store, Website
from dotbridge.commerce.wishlist import Wishlist, WishlistItem
from dotbridge.errors import ConfigError, RecordError
from dotbridge.sources.base import READ_ONLY, Check, Cursor, Field, Page, Source, Stream, Writes
from dotbridge.sources.codes import ROW_BROKEN, SHOP_UNREACHABLE

WORDS = {
    "customers": Contact,
    "subscribers": Contact,
    "orders": Order,
    "carts": Cart,
    "products": Product,
    "reviews": Review,
    "wishlists": Wishlist,
}


class ToyShop:
    """The shop's own side: what a shopkeeper does. Every change moves ``updated_at`` unless told to be ``quiet``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        for name in WORDS:
            self.db.execute(
                f"CREATE TABLE IF NOT EXISTS {name} (id INTEGER PRIMARY KEY, website TEXT, updated_at TEXT, row TEXT)"
            )
            self.db.execute(f"CREATE INDEX IF NOT EXISTS {name}_moved ON {name} (updated_at, id)")

    def put(self, name: str, record: Any, *, quiet: bool = False, at: str = "") -> None:
        """Adds or replaces a record; a dict is stored as it is, however broken."""
        row = record if isinstance(record, dict) else msgspec.to_builtins(record)
        held = self.db.execute(f"SELECT updated_at FROM {name} WHERE id = ?", (int(row["source_id"]),)).fetchone()
        moved = held[0] if quiet and held else at or now()
        self.db.execute(
            f"INSERT OR REPLACE INTO {name} VALUES (?, ?, ?, ?)",
            (int(row["source_id"]), row["website_id"], moved, json.dumps(row)),
        )

    def change(self, name: str, source_id: int, *, quiet: bool = False, **values: Any) -> None:
        """Changes members of a record."""
        text = self.db.execute(f"SELECT row FROM {name} WHERE id = ?", (source_id,)).fetchone()[0]
        self.put(name, {**json.loads(text), **json.loads(json.dumps(msgspec.to_builtins(values)))}, quiet=quiet)

    def delete(self, name: str, source_id: int) -> None:
        """Deletes a record without a trace."""
        self.db.execute(f"DELETE FROM {name} WHERE id = ?", (source_id,))


class ToyStream(Stream[Any]):
    """One table of the toy shop. ``TOY_SKIP=orders:3`` leaves its third page out, as a broken source would."""

    def __init__(self, name: str, shop: ToyShop, overlap: int) -> None:
        self.name = name  # type: ignore[misc]
        self.change = "indexed"  # type: ignore[misc]
        self.change_tells_consent = True  # type: ignore[misc]
        self.in_parts = True  # type: ignore[misc]
        self.shop = shop
        self.overlap = overlap

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Any]:
        started = time.time()
        if cursor.phase == "done":
            return Page((), cursor, False, started)
        began = cursor.started or now()
        if cursor.phase == "all":
            bounds = (int(cursor.after or 0), int(cursor.until or 2**62))
            rows = self._rows(website, "id > ? AND id <= ? ORDER BY id", bounds, limit)
            if len(rows) < limit:
                return Page(rows, Cursor("changed", since=before(began, self.overlap)), False, started)
            following = Cursor("all", str(rows[-1][0]), started=began, until=cursor.until)
            return Page(() if self._is_skipped(website, rows, limit) else rows, following, True, started)
        where = "(updated_at, id) > (?, ?) ORDER BY updated_at, id"
        rows = self._rows(website, where, (cursor.since, int(cursor.since_id or 0)), limit)
        if len(rows) < limit:
            return Page(rows, Cursor("changed", since=before(began, self.overlap)), False, started)
        last = rows[-1]
        return Page(rows, Cursor("changed", since=last[1], since_id=str(last[0]), started=began), True, started)

    def _is_skipped(self, website: Website, rows: Sequence[Any], limit: int) -> bool:
        name, _, page = os.environ.get("TOY_SKIP", "").partition(":")
        if name != self.name:
            return False
        start = (int(page) - 1) * limit
        return rows == self._rows(website, "id > ? ORDER BY id", (0,), start + limit)[start:]

    def _rows(self, website: Website, where: str, args: Sequence[Any], limit: int) -> list[tuple[Any, ...]]:
        sql = f"SELECT id, updated_at, row FROM {self.name} WHERE website = ? AND {where} LIMIT ?"
        return self.shop.db.execute(sql, (website.source_id, *args, limit)).fetchall()

    def fetch(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        marks = ", ".join("?" * sum(one.isdigit() for one in ids))
        return self._rows(website, f"id IN ({marks})", [int(one) for one in ids if one.isdigit()], len(ids))

    def ids(self, website: Website, after: str, limit: int) -> Sequence[str]:
        return [str(row[0]) for row in self._rows(website, "id > ? ORDER BY id", (int(after or 0),), limit)]

    def guests(self, website: Website, after: str, limit: int) -> Sequence[tuple[str, str]]:
        rows = self._rows(website, "id > ? ORDER BY id", (int(after or 0),), 1_000_000)
        found = [(str(row[0]), json.loads(row[2])) for row in rows]
        return [(one, row["email"]) for one, row in found if not row["customer_id"]][:limit]

    def identify(self, row: Any) -> tuple[str, str]:
        return str(row[0]), row[1]

    def to_commerce(self, row: Any) -> Any:
        try:
            return msgspec.convert(json.loads(row[2]), WORDS[self.name])
        except msgspec.ValidationError as error:
            raise RecordError(ROW_BROKEN, f"{self.name} {row[0]}: {error}.") from None

    def count(self, website: Website) -> int | None:
        return int(
            self.shop.db.execute(
                f"SELECT COUNT(*) FROM {self.name} WHERE website = ?", (website.source_id,)
            ).fetchone()[0]
        )


class ToyWrites(Writes):
    """The newsletter words of customers and subscribers, by address in one website."""

    def __init__(self, shop: ToyShop) -> None:
        self.shop = shop

    def check(self) -> Check:
        return Check("newsletter", "ok", "The file can be written.")

    def unsubscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        self._write(website, emails, "unsubscribed")
        return list(emails)

    def subscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        return self._write(website, emails, "subscribed")

    def _write(self, website: Website, emails: Sequence[str], word: str) -> list[str]:
        wanted, done = {one.lower() for one in emails}, []
        self.shop.db.execute("BEGIN IMMEDIATE")
        for name in ("customers", "subscribers"):
            for number, text in self.shop.db.execute(
                f"SELECT id, row FROM {name} WHERE website = ?", (website.source_id,)
            ).fetchall():
                row = json.loads(text)
                if row["email"].lower() in wanted and row["subscription"]:
                    done.append(row["email"])
                    if row["subscription"] != word:
                        self.shop.change(name, number, subscription=word)
        self.shop.db.execute("COMMIT")
        return done


class Toy(Source):
    """The platform."""

    key = "toy"
    label = "Toy shop"
    version_range = "1"
    fields = (
        Field("path", "File"),
        Field("token", "Token", required=False, secret=True),
        Field("writable", "Writable", required=False, default=True),
    )
    writes = ("newsletter",)
    collections = tuple(WORDS)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)
        path = Path(str(settings["path"]))
        if not path.exists():
            raise ConfigError(SHOP_UNREACHABLE, f"There is no file {path}.")
        self.shop = ToyShop(path)

    def check(self) -> list[Check]:
        writes = self.newsletter_writes()
        return [Check("reachable", "ok", "The file is there."), writes.check() if writes else READ_ONLY]

    def websites(self) -> list[Website]:
        return [
            Website(
                "1",
                "uk",
                "Northwind UK",
                "GBP",
                "Europe/London",
                (Store("1", "uk_en", "English", "Main", currency="GBP"),),
            ),
            Website(
                "2",
                "eu",
                "Northwind EU",
                "EUR",
                "Europe/Berlin",
                (Store("2", "eu_de", "Deutsch", "Main", currency="EUR"),),
            ),
        ]

    def streams(self) -> Mapping[str, Stream[Any]]:
        overlap = int(self.settings.get("overlap_seconds", 120))
        return {name: ToyStream(name, self.shop, overlap) for name in WORDS}

    def newsletter_writes(self) -> Writes | None:
        return ToyWrites(self.shop) if self.settings.get("writable", True) else None

    def close(self) -> None:
        self.shop.db.close()


def person(number: int, *, website: str = "1", kind: str = "customer", **values: Any) -> Contact:
    """A customer or subscriber of the toy shop."""
    given: dict[str, Any] = {
        "email": f"person{number}@example.com",
        "first_name": f"First{number}",
        "last_name": f"Last{number}",
        "created_at": "2025-01-01T00:00:00Z",
        "subscription": "subscribed",
        "customer_id": str(number) if kind == "customer" else "",
    }
    return Contact(
        kind=kind,  # type: ignore[arg-type]
        source_id=str(number),
        website_id=website,
        store_id=website,
        store_name="English",
        store_group="Main",
        website_name="Northwind UK" if website == "1" else "Northwind EU",
        **{**given, **values},
    )


def order(number: int, /, *, website: str = "1", customer: int | None = None, **values: Any) -> Order:
    """An order of one line at 10.00 net and 12.00 gross."""
    currency = "GBP" if website == "1" else "EUR"
    given: dict[str, Any] = {
        "number": f"1{number:08}",
        "email": f"person{customer}@example.com" if customer else f"guest{number}@example.com",
        "customer_id": str(customer) if customer else "",
        "status": "complete",
        "state": "complete",
        "placed_at": "2026-03-01T10:00:00Z",
        "total": 120_000,
        "refunded": 0,
        "base_refunded": 0,
        "refunds": (),
    }
    given.update(values)
    return Order(
        source_id=str(number),
        website_id=website,
        store_id=website,
        store_name="English",
        first_name="Ada",
        last_name="Lovelace",
        updated_at="",
        currency=currency,
        subtotal=100_000,
        discount=0,
        shipping=0,
        tax=20_000,
        base_currency=currency,
        base_total=given["total"],
        global_currency="GBP",
        global_rate=1_000_000 if website == "1" else 850_000,
        coupon="",
        payment="Card",
        delivery_method="Courier",
        quote_id="",
        virtual=False,
        billing=None,
        delivery=None,
        lines=(OrderLine("7", "MUG", "Mug", "simple", 10_000, 100_000, 120_000, 100_000),),
        **given,
    )


def refund(total: int, at: str = "2026-04-01T10:00:00Z") -> Refund:
    """A refund of an amount."""
    return Refund("R1", at, total)


def product(number: int, *, website: str = "1", **values: Any) -> Product:
    """A simple product in stock."""
    given: dict[str, Any] = {
        "sku": f"SKU-{number}",
        "name": f"Product {number}",
        "price": 100_000,
        "stock": 50_000,
        "image_url": f"https://shop.example/{number}.png",
        "url": f"https://shop.example/{number}",
    }
    given.update(values)
    return Product(
        source_id=str(number),
        website_id=website,
        store_id=website,
        type="simple",
        status="enabled",
        visibility="both",
        currency="GBP",
        created_at="2025-01-01T00:00:00Z",
        updated_at="",
        price_incl_tax=given["price"],
        special_price=None,
        special_price_incl_tax=None,
        in_stock=True,
        short_description="",
        attribute_set="Default",
        brand="Fjell",
        categories=(Category("3", "Kitchen"),),
        **given,
    )


def wishlist(number: int, customer: int, *, website: str = "1", items: int = 1) -> Wishlist:
    """A customer's wishlist."""
    wishes = tuple(WishlistItem("7", "MUG", "Mug", 10_000, 100_000) for _ in range(items))
    return Wishlist(
        str(number), website, website, "English", str(customer), f"person{customer}@example.com", "", "GBP", wishes
    )


def review(number: int, customer: int, *, website: str = "1", state: str = "approved") -> Review:
    """A customer's review."""
    return Review(
        str(number),
        website,
        website,
        "English",
        "Northwind UK",
        str(customer),
        f"person{customer}@example.com",
        "7",
        "Mug",
        "MUG",
        "2026-02-01T00:00:00Z",
        state,
        ratings=(("Quality", 5),),
    )


def cart(number: int, customer: int, /, *, website: str = "1", **values: Any) -> Cart:
    """An open cart with nothing but a total."""
    given: dict[str, Any] = {"phase": "open", "total": 120_000, "lines": (), "customer_id": str(customer)}
    given.update(values)
    return Cart(
        source_id=str(number),
        website_id=website,
        store_id=website,
        store_name="English",
        email=f"person{customer}@example.com",
        created_at="2026-03-01T10:00:00Z",
        updated_at="2026-03-01T10:00:00Z",
        currency="GBP",
        subtotal=100_000,
        subtotal_incl_tax=120_000,
        tax=20_000,
        shipping=0,
        discount=0,
        coupon="",
        url="https://shop.example/cart",
        **given,
    )
