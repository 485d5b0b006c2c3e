"""The rights that a user of the shop's database needs: SELECT on exactly the tables that are read, nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from dotbridge.sources.magento1.schema import READ


def grants(database: str = "magento", prefix: str = "", user: str = "'dotbridge'@'%'") -> Iterator[str]:
    """GRANT statements, one a table, in alphabetical order."""
    for table in sorted(READ):
        yield f"GRANT SELECT ON `{database}`.`{prefix}{table}` TO {user};"
