"""What a connection test says of a shop: what works, what is missing and what that costs."""

from __future__ import annotations

from datetime import datetime

from dotbridge.sources.base import Check
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.magento1.schema import SITE_TABLES, STREAM_TABLES
from dotbridge.sources.sql_inspection import clock, gaps, lacking_streams, places, user_rights


def inspect(shop: OpenShop, here: datetime) -> list[Check]:
    """All findings of a shop; ``here`` is this machine's time. Raises ConfigError where nothing can be read."""
    version = str(shop.sql.query("SELECT VERSION()")[0][0])
    checks = [Check("reachable", "ok", f"Connected to {version}.")]
    shop.schema.require(*SITE_TABLES)
    checks.append(Check("version", "ok", _release(shop)))
    checks.append(user_rights(shop.sql))
    checks.append(clock(shop.now(), here))
    checks += places(shop.sites.websites())
    checks += lacking_streams(shop.schema, STREAM_TABLES)
    checks += gaps(shop.schema)
    return checks


def _release(shop: OpenShop) -> str:
    """A guess by what came when; the database does not say it."""
    has = shop.schema.has
    if not has("catalog_product_entity_group_price"):
        return "This looks like Magento CE 1.6 or older."
    if "coupon_rule_name" not in _all_columns(shop, "sales_flat_order"):
        return "This looks like Magento CE 1.7."
    if "password_created_at" in shop.known.customer.attributes:
        return "This looks like OpenMage or a patched Magento CE 1.9."
    return "This looks like Magento CE 1.8 or 1.9."


def _all_columns(shop: OpenShop, table: str) -> set[str]:
    rows = shop.sql.query(
        "SELECT LOWER(COLUMN_NAME) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA=DATABASE() AND TABLE_NAME=%s",
        (shop.sql.prefix + table,),
    )
    return {row[0] for row in rows}
