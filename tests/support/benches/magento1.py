"""A Magento 1 database at the bench: the benchmark's store, emptied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import pymysql
from bench import store

from dotbridge.sources.base import Source
from dotbridge.sources.magento1.source import Magento1
from support.benches.base import NO_HTTP, Bench, GivenCustomer, GivenOrder
from support.mariadb import MariaDb

_READER = "reader_of_another_time"


class Magento1Bench(Bench):
    """One website with three store views in a private MariaDB."""

    platform = "magento1"
    without = NO_HTTP
    source: ClassVar[type[Source]] = Magento1
    #: The shop's database, and how its tables of orders begin.
    database: ClassVar[str] = "conformance"
    sales: ClassVar[str] = "sales_flat_order"
    latest = "2038-01-01 00:00:00"  # TIMESTAMP ends that month

    def __init__(self, server: MariaDb) -> None:
        self.server = server
        self.secrets = (server.password, "wrong-secret-of-ada")
        store.make(server, self.database, 2, self.platform)
        self.db = pymysql.connect(
            host=server.host,
            port=server.port,
            user=server.user,
            password=server.password,
            database=self.database,
            autocommit=True,
            charset="utf8mb4",
            init_command="SET time_zone='+00:00'",
        )
        with self.db.cursor() as cursor:
            cursor.execute(f"CREATE OR REPLACE USER {_READER}@'%%' IDENTIFIED BY %s", (server.password,))
            cursor.execute(f"GRANT SELECT ON {self.database}.* TO {_READER}@'%'")
        self.empty()

    def open(self, **changed: Any) -> Source:
        server = self.server
        user = _READER if self.skew else server.user
        place = {"host": server.host, "port": server.port, "user": user, "database": self.database}
        return self.source({**place, "password": server.password, **changed})

    def set_clock(self, skew: float) -> None:
        super().set_clock(skew)
        # The server sets the clock of each session that begins; not that of its administrators.
        begins = f"SET timestamp = UNIX_TIMESTAMP() + {skew:.0f}" if skew else ""
        with self.db.cursor() as cursor:
            cursor.execute("SET GLOBAL init_connect = %s", (begins,))

    def refused(self) -> Mapping[str, Any]:
        return {"password": "wrong-secret-of-ada"}

    def put_orders(self, given: Iterable[GivenOrder]) -> None:
        rows = [
            (
                one.id,
                one.status,
                one.status,
                one.total,
                one.total,
                one.total,
                one.total,
                f"{one.id:09}",
                one.currency,
                one.currency,
                one.currency,
                one.email,
                one.name,
                one.placed_at,
                one.changed_at,
            )
            for one in given
        ]
        with self.db.cursor() as cursor:
            cursor.executemany(
                f"REPLACE INTO {self.sales} (entity_id, state, status, base_grand_total, grand_total, subtotal,"
                " base_to_global_rate, store_id, customer_is_guest, quote_id, increment_id, order_currency_code,"
                " base_currency_code, global_currency_code, customer_email, customer_firstname, customer_lastname,"
                " store_name, created_at, updated_at, discount_amount, base_discount_amount, shipping_amount, tax_amount,"
                " is_virtual) VALUES (%s, %s, %s, %s, %s, %s, 1 + 0 * %s, 1, 1, 1, %s, %s, %s, %s, %s, %s, 'Lovelace',"
                " 'Main Website\\nMain Store\\nDefault', %s, %s, 0, 0, 0, 0, 0)",
                rows,
            )

    def put_customers(self, given: Iterable[GivenCustomer]) -> None:
        with self.db.cursor() as cursor:
            for one in given:
                cursor.execute(
                    "REPLACE INTO customer_entity VALUES (%s, 1, %s, 1, 1, 1, '2025-01-01', %s)",
                    (one.id, one.email, one.changed_at),
                )
                cursor.execute(
                    "REPLACE INTO customer_entity_varchar VALUES (%s, 5, %s, %s)", (2 * one.id, one.id, one.name)
                )

    def delete_order(self, order_id: int) -> None:
        with self.db.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.sales} WHERE entity_id = %s", (order_id,))

    def empty(self) -> None:
        self.set_clock(0.0)
        with self.db.cursor() as cursor:
            for table in (
                self.sales,
                f"{self.sales}_item",
                f"{self.sales}_address",
                f"{self.sales}_payment",
                "customer_entity",
                "customer_entity_varchar",
                "newsletter_subscriber",
            ):
                cursor.execute(f"TRUNCATE {table}")
