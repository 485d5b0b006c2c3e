"""The sample shop Northwind at the bench: its REST API in front, its file filled from behind."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from dotbridge.sources.base import Source
from dotbridge.sources.magento2.source import Magento2
from dotbridge.sources.magento2.streams.listing import SETTLE_SECONDS
from support.benches.base import Bench, GivenCustomer, GivenOrder, HttpTrouble, first_answer
from support.magento2_gateway import Answer, Gateway
from support.magento2_gateway import times as first
from support.northwind_shop import Northwind

_AMOUNTS = ("grand_total", "subtotal", "total_due", "subtotal_incl_tax", "base_grand_total", "base_subtotal")


def _answer(trouble: HttpTrouble) -> tuple[int, bytes, str, Mapping[str, str]]:
    return trouble.status, trouble.body, trouble.kind, trouble.headers


class Magento2Bench(Bench):
    """Two websites, of which the first is filled."""

    platform = "magento2"
    way = "by REST"

    def __init__(self, northwind: Northwind) -> None:
        self.northwind = northwind
        self.secrets = (northwind.bearer, "wrong-secret-of-ada")
        self.gateway = Gateway(northwind.url)
        self.gateway.__enter__()  # until the process ends, as the shop behind it
        self.db = sqlite3.connect(northwind.database, isolation_level=None, timeout=30)
        self._order = self._first("sales_order")
        self._customer = self._first("customer_entity")
        self.empty()

    def _first(self, table: str) -> dict[str, Any]:
        text = self.db.execute(f"SELECT body FROM {table} WHERE store_id = 1 LIMIT 1").fetchone()[0]
        found: dict[str, Any] = json.loads(text)
        return found

    def open(self, **changed: Any) -> Source:
        place = {"base_url": self.gateway.url, "bearer_token": self.northwind.bearer, "allow_private": True}
        return Magento2({**place, **changed})

    def set_clock(self, skew: float) -> None:
        super().set_clock(skew)
        self.gateway.skew = skew

    def fails(self, trouble: HttpTrouble, times: int) -> None:
        def instead(answer: Answer) -> Answer:
            return answer._replace(cut=True) if not trouble.status else Answer(*_answer(trouble))

        self.gateway.trouble = first(times, "/V1/orders", instead)

    def repeats(self) -> None:
        self.gateway.trouble = first_answer("/V1/orders")

    def recovers(self) -> None:
        self.gateway.trouble = lambda _, answer: answer

    def refused(self) -> Mapping[str, Any]:
        return {"bearer_token": "wrong-secret-of-ada"}

    def put_orders(self, given: Iterable[GivenOrder]) -> None:
        self._put("sales_order", [(one.id, self._order_of(one)) for one in given])

    def _order_of(self, one: GivenOrder) -> dict[str, Any]:
        body = {
            **self._order,
            **dict.fromkeys(_AMOUNTS, float(one.total)),
            "entity_id": one.id,
            "increment_id": f"{one.id:09}",
            "created_at": one.placed_at,
            "updated_at": one.changed_at,
            "status": one.status,
            "order_currency_code": one.currency,
            "base_currency_code": one.currency,
            "customer_email": one.email,
            "customer_firstname": one.name,
            "customer_is_guest": 1,
            "items": [],
            "billing_address": {**self._order["billing_address"], "email": one.email},
        }
        body.pop("customer_id", None)
        if one.email is None:
            del body["customer_email"]
        return body

    def just_now(self) -> str:
        # What is being written at this moment is left to the next read.
        return (self.now() - timedelta(seconds=SETTLE_SECONDS + 1)).strftime("%Y-%m-%d %H:%M:%S")

    def put_customers(self, given: Iterable[GivenCustomer]) -> None:
        rows = []
        for one in given:
            named = {"id": one.id, "firstname": one.name, "email": one.email or "", "updated_at": one.changed_at}
            rows.append((one.id, {**self._customer, **named, "addresses": []}))
        self._put("customer_entity", rows)

    def _put(self, table: str, rows: Iterable[tuple[int, dict[str, Any]]]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany(
            f"INSERT OR REPLACE INTO {table} (entity_id, body) VALUES (?, ?)",
            [(number, json.dumps(body)) for number, body in rows],
        )
        self.db.execute("COMMIT")

    def delete_order(self, order_id: int) -> None:
        self.db.execute("DELETE FROM sales_order WHERE entity_id = ?", (order_id,))

    def empty(self) -> None:
        self.set_clock(0.0)
        self.gateway.trouble = lambda _, answer: answer
        for table in ("sales_order", "sales_creditmemo", "sales_shipment", "sales_invoice", "customer_entity"):
            self.db.execute(f"DELETE FROM {table}")
