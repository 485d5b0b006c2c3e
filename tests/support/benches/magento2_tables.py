"""A Magento 2 database at the bench: the benchmark's store, emptied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from dotbridge.sources.base import Source
from dotbridge.sources.magento2.source import Magento2
from support.benches.base import GivenCustomer
from support.benches.magento1 import Magento1Bench


class Magento2TablesBench(Magento1Bench):
    """One website with three store views in a private MariaDB; names of customers stand in columns."""

    platform = "magento2"
    way = "by its database"
    source: ClassVar[type[Source]] = Magento2
    database: ClassVar[str] = "conformance_magento2"
    sales: ClassVar[str] = "sales_order"

    def put_customers(self, given: Iterable[GivenCustomer]) -> None:
        with self.db.cursor() as cursor:
            for one in given:
                cursor.execute(
                    "REPLACE INTO customer_entity (entity_id, email, website_id, store_id, group_id, created_at,"
                    " updated_at, firstname) VALUES (%s, %s, 1, 1, 1, '2025-01-01', %s, %s)",
                    (one.id, one.email, one.changed_at, one.name),
                )
