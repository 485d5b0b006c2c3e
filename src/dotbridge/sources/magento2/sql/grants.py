"""The rights that a user of a Magento 2 shop's database needs."""

from __future__ import annotations

from collections.abc import Iterator

from dotbridge.sources import sql_grants
from dotbridge.sources.magento2.sql.schema import READ


def grants(database: str = "magento", prefix: str = "", user: str = "'dotbridge'@'%'") -> Iterator[str]:
    """GRANT statements, one a table, in alphabetical order; those of tables that a shop lacks fail and may be left."""
    return sql_grants.grants(READ, database, prefix, user)
