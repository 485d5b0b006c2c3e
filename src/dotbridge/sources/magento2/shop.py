"""One opened shop as its streams see it: the REST client, the websites, and what is remembered between pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dotbridge.errors import ConfigError
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from dotbridge.sources.magento2.catalogue import Catalogue
from dotbridge.sources.magento2.client import Rest
from dotbridge.sources.magento2.codes import ACCESS_INCOMPLETE
from dotbridge.sources.magento2.oauth import Access, Bearer, OAuth
from dotbridge.sources.magento2.sites import Sites
from dotbridge.sources.magento2.stock import Stocks
from dotbridge.sources.memory import Memory

OAUTH_FIELDS = ("consumer_key", "consumer_secret", "token", "token_secret")


class Shop:
    """Made of a connection's settings; nothing is called before something is asked."""

    def __init__(self, settings: Mapping[str, Any], *, retries: Retries | None = None) -> None:
        self.settings = settings
        self.rest = Rest(
            base_url(settings),
            access(settings),
            allow_private=bool(settings.get("allow_private")),
            retries=retries,
        )
        self.memory = Memory()
        self.catalogue = Catalogue(self.rest, self.memory)
        self.stocks = Stocks(self.rest, self.memory, salable_by_sku=bool(settings.get("salable_by_sku")))

    @property
    def overlap(self) -> float:
        """Seconds that a window of changes reaches back behind the one before."""
        value = self.settings.get("overlap_seconds")
        return 120.0 if value in (None, "") else float(value)

    def setting(self, name: str, default: Any) -> Any:
        """A website setting by its dotted name; ``default`` where it is not set."""
        value = self.settings.get(name)
        return default if value is None else value

    def sites(self) -> Sites:
        """Websites and store views; any integration may read them."""

        def look_up() -> Sites:
            names = ("websites", "storeGroups", "storeViews", "storeConfigs")
            return Sites(*[self.rest.get(f"store/{name}") for name in names])

        return self.memory.recall(("sites",), look_up)

    def now(self) -> str:
        """This instant by the shop's clock."""
        if self.rest.clock.skew is None:
            self.sites()
        return self.rest.now()


def base_url(settings: Mapping[str, Any]) -> str:
    """The shop's address, also where somebody entered that of its REST API."""
    return str(settings["base_url"]).strip().rstrip("/").removesuffix("/rest")


def access(settings: Mapping[str, Any]) -> Access:
    """OAuth with all four values, or the access token alone as bearer; ConfigError for anything between."""
    given = {name: str(settings.get(name) or "").strip() for name in OAUTH_FIELDS}
    if all(given.values()):
        return OAuth(
            given["consumer_key"], Secret(given["consumer_secret"]), given["token"], Secret(given["token_secret"])
        )
    if bearer := str(settings.get("bearer_token") or "").strip():
        return Bearer(Secret(bearer))
    missing = [name for name, value in given.items() if not value]
    raise ConfigError(ACCESS_INCOMPLETE, f"Missing: {', '.join(missing)}; or bearer_token.", field=missing[0])
