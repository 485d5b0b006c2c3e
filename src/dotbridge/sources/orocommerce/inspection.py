"""What a connection test says: per collection which way it is read, and what goes without what is missing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotbridge.commerce.clock import parse
from dotbridge.errors import ConfigError
from dotbridge.sources.base import Check
from dotbridge.sources.orocommerce.by_sql.schema import VITAL, WISHED, utc
from dotbridge.sources.orocommerce.codes import API_OFF, RIGHT_MISSING
from dotbridge.sources.orocommerce.open_shop import OpenShop

SKEW_SECONDS = 60
_WHY = {
    "carts": "The back-office API has no shopping lists.",
    "wishlists": "The back-office API has no shopping lists, or this version saves nothing for later.",
}
_CRM = frozenset({"orocrm_marketing_list", "oro_segment_snapshot"})


def inspect(shop: OpenShop, here: datetime) -> list[Check]:
    """All findings; ``here`` is our time. Raises ConfigError where nothing can be read."""
    if shop.capabilities is not None:
        shop.capabilities.forget()
    checks = [*_api(shop), *_database(shop)]
    if not any(shop.ways.values()):
        raise ConfigError(RIGHT_MISSING, "None of customers, orders, products and carts can be read.")
    checks += [_way(shop, name) for name in shop.ways]
    checks += _clocks(shop, here)
    checks += _places(shop)
    checks += _gaps(shop)
    return checks


def _api(shop: OpenShop) -> list[Check]:
    if shop.api is None or shop.capabilities is None:
        return [
            Check("api", "missing", "No API access is set: nothing can be written back, and pictures need a template.")
        ]
    can = shop.capabilities
    if not (can.commerce or can.reads("contacts") or can.reads("orders")):
        text = "Neither customer users, contacts nor orders are there, or none of them may be read."
        if shop.database is None:
            raise ConfigError(API_OFF, text, field="api_path")
        return [Check("api", "missing", text, API_OFF.todo)]
    checks = [Check("api", "ok", "The API answers."), Check("version", "ok", f"This looks like {can.release}.")]
    if can.webhooks:
        checks.append(Check("webhooks", "ok", "Webhooks can tell of changes at once."))
    else:
        text = "This version has no webhooks; changes are found by asking."
        checks.append(Check("webhooks", "missing", text, "Nothing to do; 7.0.2 and newer have them."))
    return checks


def _database(shop: OpenShop) -> list[Check]:
    if shop.database is None:
        return [
            Check("database", "missing", "No database access is set: no shopping lists, consents, refunds or lists.")
        ]
    version = shop.database.query("SHOW server_version")[0][0]
    checks = [Check("database", "ok", f"Connected to PostgreSQL {version}.")]
    rows = shop.database.query(
        "SELECT DISTINCT privilege_type FROM information_schema.table_privileges WHERE table_schema = 'public'"
        " AND grantee IN (current_user, 'PUBLIC') AND privilege_type <> 'SELECT' ORDER BY 1"
    )
    owner = shop.database.query(
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    excess = [*[row[0] for row in rows], *(["superuser or creator"] if owner and owner[0][0] else [])]
    if excess:
        text = f"The user has more rights than it needs: {', '.join(excess)}."
        checks.append(Check("read-only user", "missing", text, "Use a user with SELECT on the listed tables only."))
    else:
        checks.append(Check("read-only user", "ok", "The user may only read."))
    return checks


def _way(shop: OpenShop, name: str) -> Check:
    way = shop.ways[name]
    what = f"{name} ({shop.people})" if name == "customers" and shop.people == "contacts" else name
    if way == "database":
        return Check(f"way:{name}", "ok", f"{what}: read from the database.")
    if way == "api":
        reader = shop.reader(name)
        if reader.dated:
            return Check(f"way:{name}", "ok", f"{what}: read over the API, changes by their time.")
        text = f"{what}: read over the API, which cannot be asked for changes by their time here."
        return Check(
            f"way:{name}",
            "missing",
            f"{text} New ones are found at each run, changed ones by the full compare.",
            f"Give a database access, switch the updatedAt filter on (see the how-to), or lower compare.{name}.every.",
        )
    tables = VITAL[shop.people if name == "customers" else name]
    return Check(
        f"way:{name}",
        "missing",
        f"{what}: cannot be read. {_WHY.get(name, 'Neither the API nor the database gives them.')}",
        f"Grant SELECT on {', '.join(tables)}.",
    )


def _clocks(shop: OpenShop, here: datetime) -> list[Check]:
    found: dict[str, float] = {}
    if shop.database:
        there = str(shop.database.query(f"SELECT {utc('now()')}")[0][0])
        found["database"] = (parse(there) - here).total_seconds()
    if shop.api and shop.api.clock.skew is not None:
        found["api"] = shop.api.clock.skew
    checks = []
    for name, skew in found.items():
        if abs(skew) <= SKEW_SECONDS:
            checks.append(Check(f"clock of the {name}", "ok", f"It differs from ours by {abs(skew):.0f} s."))
        else:
            ahead = "ahead of" if skew > 0 else "behind"
            text = f"It is {abs(skew):.0f} s {ahead} ours; reading goes by it."
            checks.append(Check(f"clock of the {name}", "missing", text, "Set both by NTP."))
    return checks


def _places(shop: OpenShop) -> list[Check]:
    sites = shop.sites
    names = ", ".join([place.name for place in sites.places])
    languages = ", ".join([store.name for store in sites.websites()[0].stores])
    checks = [Check("websites", "ok", f"{len(sites.places)}: {names}. Localisations: {languages}.")]
    if len(sites.storefront) < 2:
        text = "Neither base URL nor storefront URL is set: products have no link and are not taken by Dotdigital."
        checks.append(Check("storefront", "missing", text, "Set storefront_url."))
    try:
        ZoneInfo(sites.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        text = f"This machine does not know the time zone {sites.timezone!r}; UTC stands in."
        checks.append(Check("time zone", "missing", text, "Correct it, or install the system's tzdata package."))
    return checks


def _gaps(shop: OpenShop) -> list[Check]:
    if shop.schema is None or not any([way == "database" for way in shop.ways.values()]):
        return []
    schema = shop.schema
    lacking = [table for table in WISHED if not schema.has(table) and (table not in _CRM or shop.people == "contacts")]
    if not lacking:
        return [Check("tables", "ok", "All tables are there.")]
    return [
        Check(f"table {table}", "missing", f"Hence: {WISHED[table]}.", "Grant SELECT on it, if this Oro has it.")
        for table in lacking
    ]
