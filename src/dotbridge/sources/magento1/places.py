"""Where a person or a thing belongs, by names: its store view, or the website's default one."""

from __future__ import annotations

from dotbridge.sources.magento1.sites import Sites
from dotbridge.sources.magento1.to_commerce.contacts import Place


class Places:
    """Names of the views of one website."""

    def __init__(self, sites: Sites, website_id: int) -> None:
        self._sites = sites
        self._website_id = website_id
        self._known: dict[int, Place] = {}

    def place(self, store_id: int) -> Place:
        """The names for a store id; 0 (made by an administrator) and ids of deleted views mean the default view."""
        if store_id not in self._known:
            site = self._sites.sites.get(self._website_id)
            view = self._sites.view_of(store_id, self._website_id)
            self._known[store_id] = Place(
                str(self._website_id),
                site.name if site else "",
                str(view.id) if view else "",
                view.name if view else "",
                view.group if view else "",
            )
        return self._known[store_id]

    def locale(self, store_id: int) -> str:
        """The language that the view shows."""
        view = self._sites.view_of(store_id, self._website_id)
        return self._sites.config("general/locale/code", view.id if view else 0)
