"""What a connection test says of a shop's database, whatever the platform."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotbridge.commerce.clock import parse
from dotbridge.commerce.site import Website
from dotbridge.sources.base import Check
from dotbridge.sources.mysql import Shop
from dotbridge.sources.sql_schema import Schema

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


def user_rights(shop: Shop) -> Check:
    """Whether the user could change anything. Our sessions are read-only all the same."""
    excess: set[str] = set()
    for (statement,) in shop.query("SHOW GRANTS"):
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


def clock(there: str, here: datetime) -> Check:
    """Whether the shop's clock and ours agree; ``there`` is its instant, ``here`` ours."""
    skew = (parse(there) - here).total_seconds()
    if abs(skew) <= SKEW_SECONDS:
        return Check("clock", "ok", f"The shop's clock differs by {abs(skew):.0f} s.")
    return Check(
        "clock",
        "missing",
        f"The shop's database is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} this machine.",
        "Let both take their time from the network (NTP).",
    )


def places(websites: Sequence[Website]) -> list[Check]:
    """Whether there are websites, their time zones are known and their store views have addresses."""
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


def lacking_streams(schema: Schema, streams: Mapping[str, Iterable[str]]) -> list[Check]:
    """The streams whose vital tables are missing."""
    checks = []
    for name, tables in streams.items():
        lacking = [table for table in tables if not schema.has(table)]
        if lacking:
            text = f"{name} cannot be read: {', '.join(lacking)}."
            checks.append(Check(f"stream {name}", "missing", text, "Grant SELECT on the tables, if the shop has them."))
    return checks


def gaps(schema: Schema) -> list[Check]:
    """Missing tables and columns, and what they cost."""
    checks = []
    by_table: dict[str, list[str]] = {}
    for gap in schema.gaps():
        if gap.column:
            by_table.setdefault(gap.table, []).append(gap.column)
        else:
            text = gap.lost or "What it holds is not sent."
            checks.append(Check(f"table {gap.table}", "missing", text, "Grant SELECT on it, if the shop has it."))
    for table, columns in by_table.items():
        vital = sorted(set(schema.tables[table].needed.split()) & set(columns))
        text = f"{', '.join(columns)}: read as empty."
        if vital:
            text = f"Without {', '.join(vital)} the table is not read."
        checks.append(Check(f"columns of {table}", "missing", text))
    if not checks:
        checks.append(Check("tables", "ok", f"All {len(schema.tables)} tables are there."))
    return checks
