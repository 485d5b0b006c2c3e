"""The rights that a user of a Magento 1 shop's database needs."""

from __future__ import annotations

from collections.abc import Iterator

from dotbridge.sources import sql_grants
from dotbridge.sources.magento1.schema import READ


def write_grants(
    database: str = "magento", prefix: str = "", user: str = "'dotbridge_newsletter'@'%'"
) -> Iterator[str]:
    """GRANT statements for the user that changes the newsletter: two tables, and nothing else."""
    yield (
        f"GRANT SELECT, UPDATE (subscriber_status, change_status_at) ON `{database}`.`{prefix}newsletter_subscriber`"
        f" TO {user};"
    )
    yield f"GRANT SELECT, DELETE ON `{database}`.`{prefix}newsletter_queue_link` TO {user};"


def grants(database: str = "magento", prefix: str = "", user: str = "'dotbridge'@'%'") -> Iterator[str]:
    """GRANT statements, one a table, in alphabetical order."""
    return sql_grants.grants(READ, database, prefix, user)
