"""What a connection test says of a shop: what works, what is missing and what that costs."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotbridge.commerce.clock import parse
from dotbridge.sources.base import Check
from dotbridge.sources.magento1.open_shop import OpenShop
from dotbridge.sources.magento1.schema import READ, SITE_TABLES, STREAM_TABLES

SKEW_SECONDS = 60
WRITING = frozenset(
    [
        "ALL",
        "INSERT",
        "UPDATE",
        "DELETE",
        "CREATE",
        "DROP",
        "ALTER",
        "INDEX",
        "TRIGGER",
        "GRANT",
        "SUPER",
        "FILE",
        "RELOAD",
        "SHUTDOWN",
        "EVENT",
        "REFERENCES",
    ]
)


def inspect(shop: OpenShop, here: datetime) -> list[Check]:
    """All findings of a shop; ``here`` is this machine's time. Raises ConfigError where nothing can be read."""
    version = str(shop.sql.query("SELECT VERSION()")[0][0])
    checks = [Check("reachable", "ok", f"Connected to {version}.")]
    shop.schema.require(*SITE_TABLES)
    checks.append(Check("version", "ok", _release(shop)))
    checks.append(_rights(shop))
    checks.append(_clock(shop, here))
    checks += _places(shop)
    checks += _streams(shop)
    checks += _gaps(shop)
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


def _rights(shop: OpenShop) -> Check:
    """Whether the user could change anything. Our sessions are read-only all the same."""
    excess: set[str] = set()
    for (statement,) in shop.sql.query("SHOW GRANTS"):
        rights = str(statement).upper().removeprefix("GRANT ").split(" ON ")[0].replace(",", " ").split()
        excess |= WRITING & set(rights)
        if "WITH GRANT OPTION" in str(statement).upper():
            excess.add("GRANT OPTION")
    if not excess:
        return Check("read-only user", "ok", "The user may only read.")
    return Check(
        "read-only user",
        "missing",
        f"The user has more rights than it needs: {', '.join(sorted(excess))}.",
        "Use a user with SELECT on the listed tables only (see the how-to on grants).",
    )


def _clock(shop: OpenShop, here: datetime) -> Check:
    skew = (parse(shop.now()) - here).total_seconds()
    if abs(skew) <= SKEW_SECONDS:
        return Check("clock", "ok", f"The shop's clock differs by {abs(skew):.0f} s.")
    return Check(
        "clock",
        "missing",
        f"The shop's database is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} this machine.",
        "Let both take their time from the network (NTP).",
    )


def _places(shop: OpenShop) -> list[Check]:
    websites = shop.sites.websites()
    if not websites:
        return [Check("websites", "failed", "The shop has no website.", "Choose the database of a live shop.")]
    names = ", ".join([website.name for website in websites])
    checks = [Check("websites", "ok", f"{len(websites)}: {names}.")]
    for website in websites:
        try:
            ZoneInfo(website.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            text = f"This machine does not know the time zone {website.timezone!r} of {website.name}; UTC stands in."
            checks.append(Check("time zone", "missing", text, "Install the system's tzdata package."))
        else:
            checks.append(Check("time zone", "ok", f"{website.name}: {website.timezone}."))
        lost = [store.name for store in website.stores if not store.base_url]
        if lost:
            text = f"The shop keeps no address for {', '.join(lost)}; links and pictures stay empty."
            checks.append(Check("base url", "missing", text, "Set web/unsecure/base_url in the shop."))
    return checks


def _streams(shop: OpenShop) -> list[Check]:
    checks = []
    for name, tables in STREAM_TABLES.items():
        lacking = [table for table in tables if not shop.schema.has(table)]
        if lacking:
            text = f"{name} cannot be read: {', '.join(lacking)}."
            checks.append(Check(f"stream {name}", "missing", text, "Grant SELECT on the tables, if the shop has them."))
    return checks


def _gaps(shop: OpenShop) -> list[Check]:
    checks = []
    by_table: dict[str, list[str]] = {}
    for gap in shop.schema.gaps():
        if gap.column:
            by_table.setdefault(gap.table, []).append(gap.column)
        else:
            text = gap.lost or "What it holds is not sent."
            checks.append(Check(f"table {gap.table}", "missing", text, "Grant SELECT on it, if the shop has it."))
    for table, columns in by_table.items():
        vital = sorted(set(READ[table].needed.split()) & set(columns))
        text = f"{', '.join(columns)}: read as empty."
        if vital:
            text = f"Without {', '.join(vital)} the table is not read."
        checks.append(Check(f"columns of {table}", "missing", text))
    if not checks:
        checks.append(Check("tables", "ok", f"All {len(READ)} tables are there."))
    return checks
