"""What this Oro's API can do: tried, not asked for by a version number (§7.7)."""

from __future__ import annotations

from functools import cached_property

from dotbridge.sources.orocommerce.client import Api
from dotbridge.sources.orocommerce.jsonapi import Query

_EVER = ("updatedAt", "gte", "1970-01-01T00:00:00Z")


class Capabilities:
    """Each is one small call, made when it is first wanted."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @cached_property
    def commerce(self) -> bool:
        """Whether there are customer users; OroCRM alone has contacts instead."""
        return self._api.offers(Query("customerusers", fields=(("customerusers", "email"),)))

    def reads(self, resource: str) -> bool:
        """Whether a list is there and may be read."""
        return self._api.offers(Query(resource))

    def dated(self, resource: str) -> bool:
        """Whether a list can be filtered and sorted by the time of change."""
        return self._api.offers(Query(resource, filters=(_EVER,), sort="updatedAt,id"))

    @cached_property
    def sample_order(self) -> frozenset[str]:
        """The relationships that orders of this version have; empty for a shop without orders."""
        found = self._api.page(Query("orders", size=1)).items
        known = ("orderSubtotals", "shippingTrackings", "website", "internalStatus", "internal_status", "documents")
        return frozenset([name for name in known if found and found[0].names(name)])

    @cached_property
    def webhooks(self) -> bool:
        """7.0.2 and newer."""
        return self._api.offers(Query("webhooktopics", sort=""))

    @cached_property
    def release(self) -> str:
        """A guess by what came when."""
        if not self.commerce:
            return "OroCRM without commerce"
        if self.webhooks:
            return "OroCommerce 7.0.2 or newer"
        if "orderSubtotals" in self.sample_order:
            return "OroCommerce 6.1 or newer"
        if "internal_status" in self.sample_order:
            return "OroCommerce 5.0 or older"
        return "OroCommerce 5.1 to 7.0" if self.dated("orders") else "OroCommerce 5.0 or older"
