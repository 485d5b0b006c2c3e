"""Account information, server time, the recycle bin (contract, section 9)."""

from __future__ import annotations

import datetime as dt

from . import clock, contacts, limits
from .auth import endpoint
from .exchange import Answer, Call
from .routing import Routes

routes = Routes()


@routes.on("GET", "/v2/account-info", tier="high")
def account_info(call: Call) -> Answer:
    """Every value is text, whatever its type says."""
    settings = call.account.settings
    used = limits.calls_in_last_hour(call.db, call.account, call.now)
    host = call.incoming.headers.get("host", "127.0.0.1")
    properties = [
        ("Name", "String", settings.name),
        ("MainMobilePhoneNumber", "String", ""),
        ("MainEmail", "String", settings.email),
        ("AvailableEmailSendsCredits", "Int", "100000"),
        ("AvailableSmsSendsCredits", "Int", "1000"),
        ("PremiumWalletBalance", "Decimal", "100.00"),
        ("ListManagedUsers", "String", call.account.user),
        ("APILocale", "String", settings.locale),
        *(_calls_of_the_hour(used, settings.flat_limit) if settings.limit_scheme != "off" else ()),
        ("ApiEndpoint", "String", endpoint(host, call.account.region)),
        ("CurrencyCode", "String", settings.currency),
        ("CampaignEmailMtaPool", "String", "Sandbox"),
        ("ShowClock", "Boolean", "False"),
        ("TimeZoneIana", "String", settings.time_zone),
    ]
    members = [{"name": name, "type": kind, "value": value} for name, kind, value in properties]
    return Answer.of({"id": call.account.id, "properties": members})


def _calls_of_the_hour(used: int, limit: int) -> tuple[tuple[str, str, str], ...]:
    return ("ApiCallsInLastHour", "Int", str(used)), ("ApiCallsRemaining", "Int", str(max(limit - used, 0)))


@routes.on("GET", "/v2/server-time", tier="high")
def server_time(call: Call) -> Answer:
    """A bare instant with six decimals, not JSON."""
    return Answer.text(call.now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


@routes.on("POST", "/v2/accounts/empty-recycle-bin")
def empty_recycle_bin(call: Call) -> Answer:
    contacts.purge(call.db, before=clock.iso(call.now + dt.timedelta(days=1)), account_id=call.account.id)
    return Answer.nothing(200)
