"""Websites and store views of the shop, from the four ``store/*`` arrays (magento2-data §2). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dotbridge.commerce.site import Store, Website

ADMIN_SCOPE = "all"
Rows = Sequence[Mapping[str, Any]]


class View(NamedTuple):
    """One store view with what only Magento 2 needs to know of it. URLs end in a slash."""

    store: Store
    website_id: str
    media_url: str
    root_category: str

    @property
    def scope(self) -> str:
        """The REST scope that shows its values; an inactive store view cannot be asked (§1.1)."""
        return self.store.code if self.store.active else ADMIN_SCOPE


class Sites:
    """All websites, and every store view by its id; the admin pseudo entries (id 0) are left out."""

    def __init__(self, websites: Rows, groups: Rows, views: Rows, configs: Rows) -> None:
        self._groups = {row["id"]: row for row in groups}
        self._configs = {row["id"]: row for row in configs}
        self.views = {str(row["id"]): self._view(row) for row in sorted(views, key=lambda row: row["id"]) if row["id"]}
        self.websites = [self._website(row) for row in sorted(websites, key=lambda row: row["id"]) if row["id"]]
        self._by_id = {website.source_id: website for website in self.websites}
        self._default_views = {
            str(row["id"]): str(self._groups.get(row.get("default_group_id"), {}).get("default_store_id", ""))
            for row in websites
        }

    def website(self, website_id: str) -> Website | None:
        """The website of this id; ``None`` for one that is gone."""
        return self._by_id.get(website_id)

    def view(self, store_id: str) -> View | None:
        """The store view of this id; ``None`` for a deleted one and for the admin's 0."""
        return self.views.get(store_id)

    def default_view(self, website_id: str) -> View | None:
        """What the website shows where no store view is named: its default one, else its first."""
        found = self.views.get(self._default_views.get(website_id, ""))
        return found or next(iter(self.of(website_id)), None)

    def of(self, website_id: str) -> Iterable[View]:
        """The website's store views by id."""
        return [view for view in self.views.values() if view.website_id == website_id]

    def shown(self, website_id: str, level: str) -> list[View]:
        """The store views to show products in: all active ones at level ``store``, else the default one.

        A website that has none to show is shown in its default one.
        """
        active = [view for view in self.of(website_id) if view.store.active]
        if active and level == "store":
            return active
        view = self.default_view(website_id)
        return [view] if view else []

    def _view(self, row: Mapping[str, Any]) -> View:
        config = self._configs.get(row["id"], {})
        group = self._groups.get(row.get("store_group_id"), {})
        store = Store(
            source_id=str(row["id"]),
            code=row["code"],
            name=row["name"],
            group=group.get("name", ""),
            locale=config.get("locale") or "",
            currency=config.get("default_display_currency_code") or "",
            base_url=_slashed(config.get("secure_base_link_url") or config.get("base_link_url")),
            active=bool(row.get("is_active", 1)),
        )
        media = _slashed(config.get("secure_base_media_url") or config.get("base_media_url"))
        return View(store, str(row["website_id"]), media, str(group.get("root_category_id", "")))

    def _website(self, row: Mapping[str, Any]) -> Website:
        website_id = str(row["id"])
        stores = tuple([view.store for view in self.of(website_id)])
        config: Mapping[str, Any] = next(
            (entry for entry in self._configs.values() if str(entry.get("website_id")) == website_id), {}
        )
        return Website(
            source_id=website_id,
            code=row["code"],
            name=row["name"],
            base_currency=config.get("base_currency_code") or "",
            timezone=config.get("timezone") or "UTC",
            stores=stores,
        )


def _slashed(url: str | None) -> str:
    return f"{url.rstrip('/')}/" if url else ""
