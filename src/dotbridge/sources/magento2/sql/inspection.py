"""What a connection test says of a shop's database: what works, what is missing and what that costs."""

from __future__ import annotations

from datetime import datetime

from dotbridge.sources.base import Check
from dotbridge.sources.magento2.sql.database import Database
from dotbridge.sources.magento2.sql.schema import SITE_TABLES, STREAM_TABLES
from dotbridge.sources.sql_inspection import clock, gaps, lacking_streams, places, user_rights


def inspect(shop: Database, here: datetime) -> list[Check]:
    """All findings; ``here`` is this machine's time. Raises ConfigError where nothing can be read."""
    version = str(shop.sql.query("SELECT VERSION()")[0][0])
    shop.schema.require(*SITE_TABLES)
    edition = (
        "Adobe Commerce, its catalogue keeps versions" if shop.staged else "Magento Open Source or without staging"
    )
    return [
        Check("database", "ok", f"Connected to {version}."),
        Check("edition", "ok", f"This looks like {edition}."),
        user_rights(shop.sql),
        clock(shop.now(), here),
        *places(shop.sites().websites),
        *lacking_streams(shop.schema, STREAM_TABLES),
        *gaps(shop.schema),
    ]
