"""A real store as tests change it: a copy of its tables, put back table by table."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from dotbridge.sources.magento1.schema import READ
from support.mariadb import MariaDb

_WRITES = re.compile(r"(?:UPDATE|INSERT INTO|REPLACE INTO|DELETE FROM|ALTER TABLE|DROP TABLE) (\w+)").match


class RealStore:
    """A copy named ``database``; ``change`` notes the tables it touches and ``put_back`` restores exactly those.

    ``tables`` are those that the platform reads.
    """

    def __init__(
        self,
        server: MariaDb,
        pristine: str,
        database: str,
        prefix: str = "",
        *,
        platform: str = "magento1",
        tables: Collection[str] = tuple(READ),
    ) -> None:
        self.server, self.pristine, self.database, self.prefix = server, pristine, database, prefix
        self.platform = platform
        self._tables = tables
        self._touched: set[str] = set()
        server.copy(pristine, database, tables, prefix)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a connection to the copy."""
        server = self.server
        place = {"host": server.host, "port": server.port, "database": self.database, "table_prefix": self.prefix}
        return {**place, "user": server.user, "password": server.password}

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        return self.server.execute(self.database, query)

    def one(self, query: str) -> Any:
        """The single value of the first row."""
        return self.rows(query)[0][0]

    def change(self, *statements: str) -> None:
        """Changes the shop behind Magento's back: nothing moves ``updated_at`` but what a statement says."""
        for statement in statements:
            written = _WRITES(statement)
            if written and written[1] in self._tables:
                self._touched.add(written[1])
        self.server.execute(self.database, "SET foreign_key_checks=0", *statements)

    def put_back(self) -> None:
        """Every changed table as the store has it."""
        for table in sorted(self._touched):
            self.server.execute(
                self.database,
                "SET sql_mode='NO_AUTO_VALUE_ON_ZERO'",
                f"DROP TABLE IF EXISTS `{table}`",
                f"CREATE TABLE `{table}` LIKE `{self.pristine}`.`{table}`",
                f"INSERT INTO `{table}` SELECT * FROM `{self.pristine}`.`{table}`",
            )
        self._touched.clear()

    def drop(self) -> None:
        """Drops the copy."""
        self.server.execute("mysql", f"DROP DATABASE `{self.database}`")
