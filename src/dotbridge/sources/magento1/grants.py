"""The rights that a user of a Magento 1 shop's database needs."""

from __future__ import annotations

from collections.abc import Iterator

from dotbridge.sources import sql_grants
from dotbridge.sources.magento1.schema import READ


def grants(database: str = "magento", prefix: str = "", user: str = "'dotbridge'@'%'") -> Iterator[str]:
    """GRANT statements, one a table, in alphabetical order."""
    return sql_grants.grants(READ, database, prefix, user)
