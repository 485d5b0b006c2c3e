"""An OroCommerce at the bench, by its PostgreSQL and by its API over the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from dotbridge.sources.base import Source
from dotbridge.sources.orocommerce.source import OroCommerce
from support.benches.base import NO_HTTP, Bench, GivenCustomer, GivenOrder, HttpTrouble, first_answer
from support.oro_api import SECRET, Answer, Asked, OroApi
from support.oro_shop import READER, READER_PASSWORD, OroShop
from support.postgresql import PostgreSql

_GUESTS = 1_000_000
_STATES = {"complete": "closed"}


class OroDatabaseBench(Bench):
    """One website with three localisations in a private PostgreSQL; every order is placed by a guest of its own."""

    platform = "orocommerce"
    way = "by its database"
    without = NO_HTTP
    complete = "closed"
    database = "oro_bench"

    def __init__(self, postgresql: PostgreSql) -> None:
        self.oro = OroShop(postgresql, self.database)
        self.secrets = (READER_PASSWORD, "wrong-secret-of-ada")
        self.db = postgresql.connect(self.database)
        self.empty()

    def open(self, **changed: Any) -> Source:
        return OroCommerce({**self.oro.reader, "storefront_url": "https://shop.example", **changed})

    def set_clock(self, skew: float) -> None:
        super().set_clock(skew)
        # The reader finds another function of the same name before the database's own.
        self.db.execute("CREATE SCHEMA IF NOT EXISTS another_time")
        self.db.execute(f"GRANT USAGE ON SCHEMA another_time TO {READER}")
        self.db.execute(
            "CREATE OR REPLACE FUNCTION another_time.now() RETURNS timestamptz LANGUAGE sql"
            f" AS $$ SELECT pg_catalog.clock_timestamp() + interval '{skew:.0f} seconds' $$"
        )
        path = "another_time, pg_catalog, public" if skew else "DEFAULT"
        self.db.execute(f"ALTER ROLE {READER} IN DATABASE {self.database} SET search_path TO {path}")

    def refused(self) -> Mapping[str, Any]:
        return {"db_password": "wrong-secret-of-ada"}

    def just_now(self) -> str:
        """Windows stay two seconds behind the shop's clock, which writes whole ones."""
        return (self.now() - timedelta(seconds=4)).strftime("%Y-%m-%d %H:%M:%S")

    def put_orders(self, given: Iterable[GivenOrder]) -> None:
        held = list(given)
        self._people([(_GUESTS + one.id, one.email, one.name, True, one.changed_at) for one in held])
        rows = [
            (
                one.id,
                f"N{one.id:06}",
                _GUESTS + one.id,
                one.currency,
                one.total,
                one.total,
                f'{{"internal_status": "order_internal_status.{_STATES.get(one.status, one.status)}"}}',
                one.placed_at,
                one.changed_at,
            )
            for one in held
        ]
        with self.db.cursor() as cursor:
            cursor.execute("DELETE FROM oro_order WHERE id = ANY(%s)", ([one.id for one in held],))
            cursor.executemany(
                "INSERT INTO oro_order (id, identifier, customer_user_id, currency, subtotal_value, total_value,"
                " serialized_data, created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                rows,
            )

    def put_customers(self, given: Iterable[GivenCustomer]) -> None:
        self._people([(one.id, one.email, one.name, False, one.changed_at) for one in given])

    def delete_order(self, order_id: int) -> None:
        self.db.execute("DELETE FROM oro_order WHERE id = %s", (order_id,))

    def empty(self) -> None:
        self.set_clock(0.0)
        self.db.execute(
            "TRUNCATE oro_order, oro_order_line_item, oro_order_line_items, oro_customer_user, oro_tax_value,"
            " oro_payment_transaction"
        )

    def _people(self, rows: list[tuple[Any, ...]]) -> None:
        with self.db.cursor() as cursor:
            cursor.execute("DELETE FROM oro_customer_user WHERE id = ANY(%s)", ([row[0] for row in rows],))
            cursor.executemany(
                "INSERT INTO oro_customer_user (id, email, first_name, last_name, is_guest, created_at, updated_at)"
                " VALUES (%s, %s, %s, 'Lovelace', %s, '2025-01-01', %s)",
                rows,
            )


class OroApiBench(OroDatabaseBench):
    """The same shop behind its API."""

    way = "by its API"
    without: ClassVar[Mapping[str, str]] = {}
    database = "oro_api_bench"

    def __init__(self, postgresql: PostgreSql) -> None:
        self.api: OroApi | None = None
        super().__init__(postgresql)
        self.api = OroApi(self.oro)
        self.api.__enter__()  # until the process ends, as the server behind it
        self.secrets = (SECRET, "wrong-secret-of-ada")

    @property
    def door(self) -> OroApi:
        assert self.api is not None
        return self.api

    def open(self, **changed: Any) -> Source:
        return OroCommerce({**self.door.settings, "storefront_url": "https://shop.example", **changed})

    def refused(self) -> Mapping[str, Any]:
        return {"client_secret": "wrong-secret-of-ada"}

    def set_clock(self, skew: float) -> None:
        self.skew = skew
        if self.api is not None:
            self.api.skew = skew

    def fails(self, trouble: HttpTrouble, times: int) -> None:
        left = [times]

        def instead(asked: Asked, answer: Answer) -> Answer:
            if not left[0] or not asked.path.endswith("/orders"):
                return answer
            left[0] -= 1
            if not trouble.status:
                return answer._replace(cut=True)
            return Answer(trouble.status, trouble.body, trouble.kind, dict(trouble.headers))

        self.door.trouble = instead

    def repeats(self) -> None:
        self.door.trouble = first_answer("/orders")

    def recovers(self) -> None:
        self.door.trouble = lambda _, answer: answer

    def empty(self) -> None:
        super().empty()
        if self.api is not None:
            self.api.reset()
