"""Websites of an Oro with its localisations as store views, and the addresses of its pages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dotbridge.commerce.site import Store, Website
from dotbridge.errors import ConfigError
from dotbridge.sources.codes import SETTING_UNFIT
from dotbridge.sources.orocommerce.rows import Localised

ONLY_WEBSITE = "1"
"""The id of the one website that every installation begins with; the API of the community edition names none."""


class Localization(NamedTuple):
    """A localisation; ``parent_id`` is "" for one that falls back to the default texts alone."""

    id: str
    name: str
    parent_id: str
    locale: str


class Place(NamedTuple):
    """A website as Oro keeps it."""

    id: str
    name: str
    is_default: bool


class Sites:
    """What of websites and localisations the records need."""

    def __init__(
        self, places: Sequence[Place], localizations: Sequence[Localization], settings: Mapping[str, Any]
    ) -> None:
        self.places = list(places) or [Place(ONLY_WEBSITE, "Default", True)]
        self.localizations = {one.id: one for one in localizations}
        self.currency = str(settings.get("currency") or "USD").strip().upper()
        self.timezone = str(settings.get("timezone") or "UTC").strip()
        self.storefront = (
            f"{str(settings.get('storefront_url') or settings.get('base_url') or '').strip().rstrip('/')}/"
        )
        self.image_template = str(settings.get("image_url") or "")
        self._price_lists = by_website("price_list", str(settings.get("price_list") or "1"))
        wanted = {part.strip() for part in str(settings.get("localizations") or "").split(",") if part.strip()}
        shown = [one for one in localizations if not wanted or {one.id, one.name} & wanted]
        self._shown = shown or [Localization("", "Default", "", "")]
        self.default_store = self._shown[0].id or "0"

    @property
    def default_website(self) -> str:
        """The website that takes records which name none."""
        return next((place.id for place in self.places if place.is_default), self.places[0].id)

    def websites(self) -> list[Website]:
        """The websites in our words."""
        return [
            Website(
                source_id=place.id,
                code="default" if place.is_default else f"website_{place.id}",
                name=place.name,
                base_currency=self.currency,
                timezone=self.timezone,
                stores=tuple([self._store(one, place) for one in self._shown]),
            )
            for place in self.places
        ]

    def _store(self, one: Localization, place: Place) -> Store:
        code = f"localization_{one.id}" if one.id else "default"
        code = code if place.is_default else f"{code}_{place.id}"
        # Ids of store views are looked for within their website; all websites of an Oro share the localisations.
        return Store(one.id or "0", code, one.name, place.name, one.locale, self.currency, self.storefront)

    def website_of(self, website_id: str) -> str:
        """The website of a record, the default one for none and for one that is gone."""
        return website_id if any([website_id == place.id for place in self.places]) else self.default_website

    def name_of(self, website_id: str) -> str:
        """A website's name."""
        return next((place.name for place in self.places if place.id == website_id), "")

    def first_store(self) -> Localization:
        """The localisation that records without one are shown in."""
        return self._shown[0]

    def price_list(self, website_id: str) -> str:
        """The price list whose prices a website shows."""
        return self._price_lists.get(website_id) or self._price_lists.get("", "")

    def text(self, values: Sequence[Localised], localization_id: str) -> str:
        """A text in a localisation: its own, else its parent's, else the default one (§7.3)."""
        by_id = {value.localization_id: value for value in values}
        seen: set[str] = set()
        while localization_id and localization_id not in seen:
            seen.add(localization_id)
            found = by_id.get(localization_id)
            if found and found.text and not found.fallback:
                return found.text
            if found and found.fallback == "system":
                break
            one = self.localizations.get(localization_id)
            localization_id = one.parent_id if one else ""
        return by_id[""].text if "" in by_id else ""

    def page(self, product_id: str, slug: str) -> str:
        """The page of a product: by its slug, else by the route that every storefront has."""
        if len(self.storefront) < 2:
            return ""
        return f"{self.storefront}{slug.lstrip('/')}" if slug else f"{self.storefront}product/view/{product_id}"

    def picture(self, file_id: str, path: str) -> str:
        """Where a picture lies: by the template of the connection, else by the path that the API told."""
        if self.image_template and file_id:
            name = path.rpartition("/")[2]
            return self.image_template.replace("{id}", file_id).replace("{filename}", name)
        if path.startswith(("https://", "http://")):
            return path
        return f"{self.storefront}{path.lstrip('/')}" if "/" in path and len(self.storefront) > 1 else ""


def by_website(name: str, text: str) -> dict[str, str]:
    """``1`` for all websites, or ``1=3, 2=5`` by website id; raises ConfigError."""
    found: dict[str, str] = {}
    for part in text.split(","):
        website, given, value = part.strip().rpartition("=")
        if not value.strip().isdigit() or (given and not website.strip().isdigit()):
            raise ConfigError(SETTING_UNFIT, f"{text!r} is no id, nor pairs like 1=3, 2=5.", field=name)
        found[website.strip()] = value.strip()
    return found
