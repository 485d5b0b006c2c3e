"""One opened project as its streams see it: the API, the profiles, and what is remembered between pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dotbridge.errors import ConfigError, FatalError
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from dotbridge.sources.base import chunks
from dotbridge.sources.codes import SETTING_UNFIT
from dotbridge.sources.commercetools.client import Api, Ask, Json, optional
from dotbridge.sources.commercetools.codes import NOT_FOUND, PROJECT_UNKNOWN
from dotbridge.sources.commercetools.predicates import is_id, one_of
from dotbridge.sources.commercetools.profiles import Keys, Profile, profiles
from dotbridge.sources.commercetools.regions import hosts_of
from dotbridge.sources.commercetools.token import ClientCredentials
from dotbridge.sources.memory import Memory

_IDS = 100  # ids in one query, which keeps its address below 8 KB


class Project:
    """Made of a connection's settings; nothing is called before something is asked."""

    def __init__(self, settings: Mapping[str, Any], *, retries: Retries | None = None) -> None:
        self.settings = settings
        private = bool(settings.get("allow_private"))
        key = str(settings["project_key"]).strip()
        hosts = hosts_of(settings)
        secret = Secret(str(settings["client_secret"]).strip())
        scopes = str(settings.get("scopes") or "").strip()
        auth = ClientCredentials(hosts.auth, str(settings["client_id"]).strip(), secret, scopes, allow_private=private)
        self.api = Api(hosts, key, auth, allow_private=private, retries=retries)
        self.memory = Memory()

    @property
    def overlap(self) -> float:
        """Seconds that a window of changes reaches back behind the one before."""
        return float(self.setting("overlap_seconds", 120))

    @property
    def settle(self) -> float:
        """Seconds that a window stays behind the platform's clock: its nodes' clocks are not quite the same (§5)."""
        return float(self.setting("settle_seconds", 10))

    def setting(self, name: str, default: Any) -> Any:
        """A setting by its name; ``default`` where it is not set."""
        value = self.settings.get(name)
        return default if value is None else value

    def choice(self, name: str, words: Sequence[str]) -> str:
        """A setting that is one of some words, the first where it is not set; raises ConfigError for any other."""
        value = str(self.setting(name, words[0]))
        if value not in words:
            raise ConfigError(SETTING_UNFIT, f"{name} is {value!r}; it may be {', '.join(words)}.", field=name)
        return value

    def table(self, name: str) -> Mapping[str, Any]:
        """A setting that is a table; empty where it is not set."""
        value = self.setting(name, {})
        if not isinstance(value, Mapping):
            raise ConfigError(SETTING_UNFIT, f"{name} is a table.", field=name)
        return value

    def resource(self) -> Json:
        """The project itself: languages, currencies, whether messages are kept."""

        def look_up() -> Json:
            try:
                found = self.api.get()
            except FatalError as error:
                if error.code is not NOT_FOUND:
                    raise
                raise ConfigError(PROJECT_UNKNOWN, f"The key is {self.settings['project_key']!r}.") from error
            return found if isinstance(found, dict) else {}

        return self.memory.recall(("project",), look_up)

    def profiles(self) -> Mapping[str, Profile]:
        """Profiles by code, with the stores as they are now."""

        def look_up() -> Mapping[str, Profile]:
            stores = optional(lambda: list(self.api.every("stores"))) or []
            return profiles(self.resource(), stores, Keys(self._keys("channels"), self._group_keys()), self.settings)

        return self.memory.recall(("profiles",), look_up)

    def profile(self, code: str) -> Profile:
        """The profile behind a website; raises ConfigError for one that was taken out of the settings."""
        found = self.profiles().get(code)
        if found is None:
            raise ConfigError(SETTING_UNFIT, f"There is no profile {code!r} any more.", field="profiles")
        return found

    def group_names(self) -> Mapping[str, str]:
        """Name by id of the customer groups."""
        return {row["id"]: str(row.get("name") or "") for row in self._kept("customer-groups")}

    def categories(self) -> Mapping[str, Json]:
        """All categories by id."""
        return self.memory.recall(("categories by id",), lambda: {row["id"]: row for row in self._kept("categories")})

    def selection_modes(self) -> Mapping[str, str]:
        """Mode by id of the product selections; empty where they may not be read."""
        return {row["id"]: str(row.get("mode") or "") for row in self._kept("product-selections")}

    def customers(self, ids: Iterable[str]) -> Mapping[str, Json]:
        """Those of the customers that there are, by id."""
        return self.by_id("customers", ids)

    def by_id(self, resource: str, ids: Iterable[str], *, more: tuple[tuple[str, str], ...] = ()) -> dict[str, Json]:
        """Those of the records that there are, by id; none where the scope is missing. ``more``: further parameters."""
        found: dict[str, Json] = {}
        for part in chunks(sorted({one for one in ids if is_id(one)}), _IDS):
            # One more than there can be, so that the first page is known to be the last.
            ask = Ask((one_of("id", part),), len(part) + 1, more=more)
            for row in optional(lambda ask=ask: list(self.api.every(resource, ask))) or ():  # type: ignore[misc]
                found[row["id"]] = row
        return found

    def close(self) -> None:
        """Gives back connections."""
        self.api.close()

    def _kept(self, resource: str) -> list[Json]:
        def look_up() -> list[Json]:
            return optional(lambda: list(self.api.every(resource))) or []

        return self.memory.recall((resource,), look_up)

    def _keys(self, resource: str) -> Mapping[str, str]:
        wanted = any(self._named(name) for name in ("price_channel", "supply_channels"))
        return {str(row.get("key")): row["id"] for row in self._kept(resource)} if wanted else {}

    def _group_keys(self) -> Mapping[str, str]:
        if not self._named("customer_group"):
            return {}
        return {str(row.get("key") or row.get("name")): row["id"] for row in self._kept("customer-groups")}

    def _named(self, name: str) -> bool:
        tables = [one for one in self.table("profiles").values() if isinstance(one, Mapping)]
        return any(one.get(name) for one in (self.settings, *tables))
