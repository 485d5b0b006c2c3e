"""A Magento 1 shop in MariaDB during a round: what its people do, and what must stand in Dotdigital afterwards.

It is read here with SQL of its own, so that the product is never asked about itself.
"""

from __future__ import annotations

import random
from contextlib import closing
from typing import Any, NamedTuple

import pymysql
from bench import store

from support.mariadb import MariaDb

DATABASE = "campaign"
CUSTOMERS, ORDERS = 30, 50
#: Customers who had left the newsletter before anything was read. Each may come back once, and nobody else does.
RETURNERS = (2, 5, 8, 11, 14, 17)
_EMPTIED = (
    "sales_flat_order",
    "sales_flat_order_item",
    "customer_entity",
    "customer_entity_varchar",
    "newsletter_subscriber",
)
_FIRST_NAME = 5
SUBSCRIBED, UNSUBSCRIBED = 1, 3


class Wanted(NamedTuple):
    """What the shop holds: order number → (status, total); address → first name ("" of a guest's); who has left.

    ``bought``: address → (number of orders, their total before refunds, what was refunded).
    """

    orders: dict[str, tuple[str, float]]
    people: dict[str, str]
    unsubscribed: set[str]
    bought: dict[str, tuple[int, float, float]]


class CampaignShop:
    """``fill`` is the same each time; ``move`` is one thing that happens in the shop, by chance."""

    def __init__(self, server: MariaDb) -> None:
        self._server = server
        self._away = set(RETURNERS)
        store.make(server, DATABASE, 2)

    def fill(self) -> None:
        """A shop of thirty customers, fourteen in the newsletter, and fifty orders, a third of them by guests."""
        self._away = set(RETURNERS)
        rows = [f"TRUNCATE {table}" for table in _EMPTIED]
        for number in range(1, CUSTOMERS + 1):
            rows += _customer(number, UNSUBSCRIBED if number in RETURNERS else SUBSCRIBED)
        for number in range(1, ORDERS + 1):
            rows += _order(number, 0 if number % 3 == 0 else 1 + number % CUSTOMERS)
        self._server.execute(DATABASE, *rows)

    def move(self, chance: random.Random) -> tuple[str, int]:
        """Something happens; gives the stream and the id of the record that it happened to."""
        kind = chance.choices(_MOVES, _LIKELY)[0]
        with closing(self._server.connect(DATABASE)) as connection, connection.cursor() as cursor:

            def one(statement: str) -> Any:
                cursor.execute(statement)
                return cursor.fetchone()[0]

            orders, customers = [
                int(one(f"SELECT COALESCE(MAX(entity_id), 0) FROM {table}"))
                for table in ("sales_flat_order", "customer_entity")
            ]
            order, customer = chance.randint(1, orders), chance.randint(1, customers)
            stream, number, statements = "orders", order, [""]
            if kind in ("order", "guest"):
                number = orders + 1
                statements = _order(number, customer if kind == "order" else 0)
            elif kind == "status":
                status = chance.choice(("processing", "complete", "holded"))
                statements = [
                    f"UPDATE sales_flat_order SET status = '{status}', state = '{status}', {_NOW} WHERE entity_id = {order}"
                ]
            elif kind == "refund":
                statements = [
                    (
                        "UPDATE sales_flat_order SET status = 'closed', state = 'closed', total_refunded = grand_total,"
                        f" base_total_refunded = base_grand_total, {_NOW} WHERE entity_id = {order}"
                    )
                ]
            elif kind == "name":
                stream, number = "customers", customer
                name = f"Zenobia{chance.randint(1, 999)}"
                statements = [
                    (
                        f"UPDATE customer_entity_varchar SET value = '{name}' WHERE entity_id = {customer}"
                        f" AND attribute_id = {_FIRST_NAME}"
                    ),
                    f"UPDATE customer_entity SET {_NOW} WHERE entity_id = {customer}",
                ]
            elif kind == "leave":
                stream = "subscribers"
                number = 3 * (customer // 3) + 1
                statements = [
                    (
                        f"UPDATE newsletter_subscriber SET subscriber_status = {UNSUBSCRIBED},"
                        f" change_status_at = UTC_TIMESTAMP() WHERE subscriber_id = {number}"
                    )
                ]
            elif kind == "return" and self._away:
                stream, number = "subscribers", chance.choice(sorted(self._away))
                self._away.discard(number)
                statements = [
                    (
                        f"UPDATE newsletter_subscriber SET subscriber_status = {SUBSCRIBED},"
                        f" change_status_at = UTC_TIMESTAMP() WHERE subscriber_id = {number}"
                    )
                ]
            elif kind in ("join", "return"):
                stream, number = "customers", customers + 1
                statements = _customer(number)
            else:
                statements = [
                    f"DELETE FROM sales_flat_order_item WHERE order_id = {order}",
                    f"DELETE FROM sales_flat_order WHERE entity_id = {order}",
                ]
            cursor.execute("BEGIN")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("COMMIT")
        return stream, number

    def wanted(self) -> Wanted:
        """What stands in the shop now."""
        execute = self._server.execute
        orders = execute(
            DATABASE, "SELECT increment_id, status, grand_total - COALESCE(total_refunded, 0) FROM sales_flat_order"
        )
        bought = execute(
            DATABASE,
            "SELECT customer_email, COUNT(*), SUM(grand_total), SUM(COALESCE(total_refunded, 0)) FROM sales_flat_order"
            " GROUP BY customer_email",
        )
        guests = execute(DATABASE, "SELECT customer_email FROM sales_flat_order WHERE customer_id IS NULL")
        customers = execute(
            DATABASE,
            "SELECT c.email, v.value FROM customer_entity c JOIN customer_entity_varchar v ON v.entity_id = c.entity_id"
            f" AND v.attribute_id = {_FIRST_NAME}",
        )
        left = execute(
            DATABASE,
            f"SELECT subscriber_email FROM newsletter_subscriber WHERE subscriber_status = {UNSUBSCRIBED}",
        )
        return Wanted(
            {number: (status, float(total)) for number, status, total in orders},
            {**{email: "" for (email,) in guests}, **dict(customers)},
            {email for (email,) in left},
            {email: (number, float(total), float(refunded)) for email, number, total, refunded in bought},
        )

    def moved(self) -> dict[str, str]:
        """Order id → the instant of its last change, as UTC text."""
        return dict(
            self._server.execute(
                DATABASE,
                "SELECT CAST(entity_id AS CHAR), DATE_FORMAT(updated_at, '%Y-%m-%dT%TZ') FROM sales_flat_order",
            )
        )

    def count_safely(self) -> int:
        """The same; 0 while MariaDB is away."""
        try:
            return self.count()
        except pymysql.Error:
            return 0

    def count(self) -> int:
        """How many records it holds."""
        tables = ("sales_flat_order", "customer_entity", "newsletter_subscriber")
        return sum(self._server.execute(DATABASE, f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables)


_MOVES = ("order", "guest", "status", "refund", "name", "leave", "join", "delete", "return")
_LIKELY = (30, 15, 25, 8, 12, 5, 10, 3, 10)
_NOW = "updated_at = UTC_TIMESTAMP()"


def address(number: int) -> str:
    """A customer's; a third of them is in no newsletter."""
    return f"zenobia{number}@northwind.example"


def _customer(number: int, status: int = SUBSCRIBED) -> list[str]:
    made = [
        (
            "INSERT INTO customer_entity VALUES"
            f" ({number}, 1, '{address(number)}', 1, 1, 1, '2025-01-01', UTC_TIMESTAMP())"
        ),
        f"INSERT INTO customer_entity_varchar VALUES ({2 * number}, {_FIRST_NAME}, {number}, 'Zenobia{number}')",
    ]
    if number % 3:
        made.append(
            f"INSERT INTO newsletter_subscriber VALUES ({number}, 1, UTC_TIMESTAMP(), {number}, '{address(number)}',"
            f" {status})"
        )
    return made


def _order(number: int, customer: int) -> list[str]:
    email = address(customer) if customer else f"zenobia-guest{number}@northwind.example"
    total = 10 + number % 90
    return [
        (
            "INSERT INTO sales_flat_order (entity_id, state, status, base_grand_total, grand_total, subtotal,"
            " base_to_global_rate, store_id, customer_id, customer_is_guest, quote_id, increment_id, order_currency_code,"
            " base_currency_code, global_currency_code, customer_email, customer_firstname, customer_lastname, store_name,"
            " created_at, updated_at, discount_amount, base_discount_amount, shipping_amount, tax_amount, is_virtual)"
            f" VALUES ({number}, 'new', 'pending', {total}, {total}, {total}, 1, 1, {customer or 'NULL'},"
            f" {0 if customer else 1}, {number}, '{number:09}', 'GBP', 'GBP', 'GBP', '{email}', 'Zenobia', 'Lovelace',"
            " 'Main Website\\nMain Store\\nDefault', UTC_TIMESTAMP(), UTC_TIMESTAMP(), 0, 0, 0, 0, 0)"
        ),
        (
            "INSERT INTO sales_flat_order_item (item_id, order_id, product_id, product_type, sku, name, qty_ordered,"
            f" qty_refunded, price, price_incl_tax, row_total, tax_amount) VALUES ({number}, {number}, 1, 'simple', 'MUG',"
            f" 'Mug', 1, 0, {total}, {total}, {total}, 0)"
        ),
    ]
