"""The rights that a user of a shop's database needs: SELECT on exactly the tables that are read, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def grants(
    tables: Iterable[str], database: str = "magento", prefix: str = "", user: str = "'dotbridge'@'%'"
) -> Iterator[str]:
    """GRANT statements, one a table, in alphabetical order."""
    for table in sorted(tables):
        yield f"GRANT SELECT ON `{database}`.`{prefix}{table}` TO {user};"
