"""Where a project lives: the hosts of commercetools' regions, or addresses given by hand (commercetools §2.1). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from dotbridge.errors import ConfigError
from dotbridge.sources.commercetools.codes import ADDRESS_INSECURE, REGION_UNKNOWN

REGIONS = {
    "us-central1.gcp": "commercetools.com",
    "us-east-2.aws": "commercetools.com",
    "europe-west1.gcp": "commercetools.com",
    "eu-central-1.aws": "commercetools.com",
    "australia-southeast1.gcp": "commercetools.com",
    "cn-northwest-1.aws": "commercetools.cn",
}


class Hosts(NamedTuple):
    """Addresses of the API and of the service that gives tokens, without a slash at the end."""

    api: str
    auth: str


def hosts_of(settings: Mapping[str, Any]) -> Hosts:
    """The hosts of a connection: both addresses given by hand, or those of its region.

    Raises ConfigError for an unknown region, for one address without the other, and for plain http outside a private
    network.
    """
    api, auth = [str(settings.get(name) or "").strip().rstrip("/") for name in ("api_url", "auth_url")]
    if api and auth:
        for name, address in (("api_url", api), ("auth_url", auth)):
            if urlsplit(address).scheme != "https" and not settings.get("allow_private"):
                raise ConfigError(ADDRESS_INSECURE, f"It is {address}.", field=name)
        return Hosts(api, auth)
    region = str(settings.get("region") or "").strip().lower()
    if api or auth or region not in REGIONS:
        why = "Only one of api_url and auth_url is given." if api or auth else f"It is {region!r}."
        raise ConfigError(REGION_UNKNOWN, f"{why} Known are {', '.join(REGIONS)}.", field="region")
    return Hosts(f"https://api.{region}.{REGIONS[region]}", f"https://auth.{region}.{REGIONS[region]}")
