"""The account behind the credentials: who it is, in which region it lives, and what time it is there (§2.1, §9)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from dotbridge.dotdigital.api import Api
from dotbridge.dotdigital.words import Instant
from dotbridge.http.operation import Operation

ACCOUNT_INFO = Operation("account.info", "GET", tier="high")
CONTACT_COUNT = Operation("account.contact_count", "GET", tier="high")
SERVER_TIME = Operation("account.server_time", "GET", tier="high")

REGIONS: Mapping[str, str] = {region: f"https://{region}-api.dotdigital.com" for region in ("r1", "r2", "r3")}


class _Property(msgspec.Struct, frozen=True):
    name: str
    value: str = ""


class _Account(msgspec.Struct, frozen=True):
    id: int
    properties: list[_Property] = []


class AccountInfo(msgspec.Struct, frozen=True):
    """Id and properties of an account; names that Dotdigital adds later are in ``properties`` too."""

    id: int
    properties: dict[str, str]

    @property
    def name(self) -> str:
        return self.properties.get("Name", "")

    @property
    def owner_email(self) -> str:
        return self.properties.get("MainEmail", "")

    @property
    def endpoint(self) -> str:
        """Base address of the account's region, without ``/v2`` and without a slash at the end."""
        return normal_endpoint(self.properties.get("ApiEndpoint", ""))

    @property
    def locale(self) -> str:
        """E.g. ``en-GB``; in other languages the system data fields have translated names (§14.4)."""
        return self.properties.get("APILocale", "")

    @property
    def currency(self) -> str:
        return self.properties.get("CurrencyCode", "")

    @property
    def time_zone(self) -> str:
        return self.properties.get("TimeZoneIana", "")

    @property
    def calls_remaining(self) -> int | None:
        """Calls left in this hour, for API users of the flat scheme."""
        return self._number("ApiCallsRemaining")

    @property
    def calls_per_hour(self) -> int | None:
        """The flat scheme's limit of a rolling hour: what was used of it and what is left (§5.1)."""
        used, left = self._number("ApiCallsInLastHour"), self.calls_remaining
        return None if used is None or left is None else used + left

    def _number(self, name: str) -> int | None:
        text = self.properties.get(name, "")
        return int(text) if text.isdigit() else None


class AccountPart:
    """Reads about the account."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def info(self) -> AccountInfo:
        """Bad credentials: ``ConfigError`` CREDENTIALS."""
        account = self._api.fetch(_Account, ACCOUNT_INFO, "v2", "account-info")
        return AccountInfo(account.id, {item.name: item.value for item in account.properties})

    def server_time(self) -> Instant:
        """Dotdigital's clock, by which the "since" windows of its feeds are cut."""
        response = self._api.send(SERVER_TIME, "v2", "server-time")
        try:
            return Instant.parse(response.text)
        except ValueError as error:
            raise response.unreadable("no instant") from error

    def contact_count(self) -> int:
        """How many contacts the account holds; the answer is a bare number (§30.29)."""
        response = self._api.send(CONTACT_COUNT, "v2", "contacts", "count")
        text = response.text.strip().strip('"')
        if not text.isdigit():
            raise response.unreadable("no number")
        return int(text)


def normal_endpoint(value: str) -> str:
    """``https://r1-api.dotdigital.com/v2/`` → ``https://r1-api.dotdigital.com``."""
    bare = value.strip().rstrip("/")
    return bare[:-3].rstrip("/") if bare.lower().endswith("/v2") else bare


def base_of(endpoint: str, hosts: Mapping[str, str]) -> str:
    """Where the region of ``endpoint`` is reached: its own address, or the stand-in that ``hosts`` names for it."""
    for region, address in REGIONS.items():
        if endpoint.lower() == address:
            return normal_endpoint(hosts.get(region, address))
    return endpoint
