"""How a project is presented: its profiles are our websites, its stores their store views (commercetools §11.1). Pure.

A profile is a slice of the project with lists, an account and settings of its own. Without any there is one, ``default``,
that holds everything. Records without a store belong to the profiles that take them (``storeless``), and stand in a store
view of their own, whose id is ``.``: no key of a store looks like that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from dotbridge.commerce.site import Store, Website
from dotbridge.errors import ConfigError
from dotbridge.sources.codes import SETTING_UNFIT
from dotbridge.sources.commercetools.predicates import any_of, one_of
from dotbridge.sources.commercetools.templates import CART, PRODUCT, Template
from dotbridge.sources.commercetools.to_commerce.values import Json, localized

STORELESS = "."
DEFAULT = "default"
#: What the connection sets for all profiles and a profile may set for itself.
CHOICES = (
    *("locales", "currency", "country", "price_channel", "customer_group", "supply_channels", "unassigned_stock"),
    *("granularity", "product_url", "url_attribute", "cart_url"),
)
_ENTRIES = frozenset({"name", "stores", "storeless", *CHOICES})


class View(NamedTuple):
    """A store view with what decides prices, stock and words in it; channels and group are ids, "" for none."""

    store: Store
    locales: tuple[str, ...]
    currency: str
    country: str
    channel: str
    group: str
    supply: tuple[str, ...]
    unassigned: bool
    #: Its product selections by id, and whether each is active; none for a store that offers everything.
    selections: tuple[tuple[str, bool], ...] = ()

    @property
    def key(self) -> str:
        """The store's key, "" where no store stands behind the view."""
        return "" if self.store.source_id == STORELESS else self.store.source_id


class Profile(NamedTuple):
    """One profile. ``stores`` are the keys it was given, none for all."""

    website: Website
    views: tuple[View, ...]
    stores: tuple[str, ...]
    storeless: bool
    granularity: Literal["variant", "product"]
    product_url: Template
    url_attribute: str
    cart_url: Template

    def within(self, form: str, absent: str) -> tuple[str, ...]:
        """The predicate that selects its records; none for the profile that has them all.

        ``form`` is how a predicate reaches a record's stores, ``absent`` the predicate of one that names none.
        """
        if not self.stores:
            return () if self.storeless else (f"not({absent})",)
        own = form.format(one_of("key", self.stores))
        return (any_of(own, absent),) if self.storeless else (own,)

    def view(self, key: str) -> View | None:
        """The store view of a record that names this store ("" for none); ``None`` for one that is gone."""
        return next((view for view in self.views if view.store.source_id == (key or STORELESS)), None)

    @property
    def first(self) -> View:
        """The view that stands for the whole profile."""
        return self.views[0]


class Keys(NamedTuple):
    """Ids by key of what settings name."""

    channels: Mapping[str, str]
    groups: Mapping[str, str]


def profiles(project: Json, stores: Sequence[Json], keys: Keys, settings: Mapping[str, Any]) -> dict[str, Profile]:
    """Profiles by code; raises ConfigError for a setting that names what the project does not have."""
    given = settings.get("profiles") or {DEFAULT: {}}
    if not isinstance(given, Mapping):
        raise ConfigError(SETTING_UNFIT, "profiles is a table: {code: {…}}.", field="profiles")
    by_key = {str(row["key"]): row for row in stores}
    for code, table in given.items():
        if not isinstance(table or {}, Mapping):
            raise ConfigError(SETTING_UNFIT, f"profiles.{code} is a table: {{stores: […]}}.", field="profiles")
    return {
        str(code): _profile(str(code), table or {}, project, by_key, keys, settings) for code, table in given.items()
    }


def _profile(
    code: str,
    table: Mapping[str, Any],
    project: Json,
    stores: Mapping[str, Json],
    keys: Keys,
    settings: Mapping[str, Any],
) -> Profile:
    place = f"profiles.{code}"
    unknown = sorted(set(table) - _ENTRIES)
    if unknown:
        raise ConfigError(SETTING_UNFIT, f"{place}: {unknown[0]!r} is not one of {', '.join(sorted(_ENTRIES))}.")
    chosen = {name: table.get(name, settings.get(name)) for name in CHOICES}
    wanted = _words(table.get("stores"))
    for key in wanted:
        if key not in stores:
            raise ConfigError(SETTING_UNFIT, f"{place}: the project has no store {key!r}.", field="profiles")
    storeless = bool(table.get("storeless", code == DEFAULT or not wanted))
    name = str(table.get("name") or (project.get("name") if code == DEFAULT else "") or code)
    views = [_view(key, stores[key], project, keys, chosen) for key in wanted or stores]
    if storeless or not views:
        bare = {"key": STORELESS, "name": {}, "countries": [], "languages": []}
        views.insert(0, _view(STORELESS, bare, project, keys, chosen, code=code, name=name))
    website = Website(code, code, name, views[0].currency, stores=tuple([view.store for view in views]))
    granularity = str(chosen["granularity"] or "variant")
    if granularity not in {"variant", "product"}:
        raise ConfigError(SETTING_UNFIT, f"{place}: granularity is variant or product.", field="granularity")
    return Profile(
        website=website,
        views=tuple(views),
        stores=wanted,
        storeless=storeless,
        granularity="product" if granularity == "product" else "variant",
        product_url=Template(str(chosen["product_url"] or ""), PRODUCT, "product_url"),
        url_attribute=str(chosen["url_attribute"] or ""),
        cart_url=Template(str(chosen["cart_url"] or ""), CART, "cart_url"),
    )


def _view(
    key: str, row: Json, project: Json, keys: Keys, chosen: Mapping[str, Any], *, code: str = "", name: str = ""
) -> View:
    locales = (*_words(chosen["locales"]), *_words(row.get("languages")), *_words(project.get("languages")))
    currency = str(chosen["currency"] or next(iter(project.get("currencies") or ()), ""))
    countries = [str(one["code"]) for one in row.get("countries") or ()] or project.get("countries") or ()
    country = str(chosen["country"] or next(iter(countries), ""))
    channel = _id(keys.channels, chosen["price_channel"], "price_channel") or _first(row.get("distributionChannels"))
    supply = tuple([_id(keys.channels, one, "supply_channels") for one in _words(chosen["supply_channels"])])
    supply = supply or tuple([str(one["id"]) for one in row.get("supplyChannels") or ()])
    unassigned = chosen["unassigned_stock"]
    store = Store(
        source_id=key,
        code=code or key,
        name=name or localized(row.get("name"), locales) or key,
        group="",
        locale=next(iter(locales), ""),
        currency=currency,
    )
    return View(
        store=store,
        locales=tuple(dict.fromkeys(locales)),
        currency=currency,
        country=country,
        channel=channel,
        group=_id(keys.groups, chosen["customer_group"], "customer_group"),
        supply=supply,
        unassigned=not supply if unassigned is None else bool(unassigned),
        selections=tuple(
            [
                (str(one["productSelection"]["id"]), bool(one.get("active")))
                for one in row.get("productSelections") or ()
            ]
        ),
    )


def _id(ids: Mapping[str, str], key: Any, field: str) -> str:
    if not key:
        return ""
    if str(key) not in ids:
        raise ConfigError(SETTING_UNFIT, f"{field}: the project has no {key!r}.", field=field)
    return ids[str(key)]


def _first(references: Any) -> str:
    return str(references[0]["id"]) if references else ""


def _words(given: Any) -> tuple[str, ...]:
    """A list, or a text with commas."""
    parts = given.split(",") if isinstance(given, str) else given or ()
    return tuple([str(part).strip() for part in parts if str(part).strip()])
