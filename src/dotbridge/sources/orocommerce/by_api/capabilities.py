"""What this Oro's API can do: tried, not asked for by a version number (§7.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from dotbridge.sources.orocommerce.by_api.memory import Memory
from dotbridge.sources.orocommerce.client import Api
from dotbridge.sources.orocommerce.jsonapi import Query

_EVER = ("updatedAt", "gte", "1970-01-01T00:00:00Z")


T = TypeVar("T")


class Capabilities:
    """Each is one small call, made when it is first wanted, and then not again for ten minutes in the whole process: a
    shop is opened for each turn of its jobs, and what it can do changes with a right or a release.

    A refusal is an answer and is kept; a shop that does not answer is none.
    """

    _answers: ClassVar[Memory] = Memory()

    def __init__(self, api: Api) -> None:
        self._api = api

    def forget(self) -> None:
        """Before a check: what was learned of this shop may not hold any more."""
        self._answers.forget(self._api.place)

    def remember(self, question: str, look_up: Callable[[], T]) -> T:
        """The answer to a question that is asked seldom."""
        return self._answers.recall((self._api.place, question), look_up)

    @property
    def commerce(self) -> bool:
        """Whether there are customer users; OroCRM alone has contacts instead."""
        return self.reads("customerusers")

    def reads(self, resource: str) -> bool:
        """Whether a list is there and may be read."""
        return self.remember(f"reads {resource}", lambda: self._api.offers(Query(resource)))

    def dated(self, resource: str) -> bool:
        """Whether a list can be filtered and sorted by the time of change."""
        query = Query(resource, filters=(_EVER,), sort="updatedAt,id")
        return self.remember(f"dated {resource}", lambda: self._api.offers(query))

    @property
    def sample_order(self) -> frozenset[str]:
        """The relationships that orders of this version have; empty for a shop without orders."""
        return self.remember("sample order", self._sample_order)

    def _sample_order(self) -> frozenset[str]:
        found = self._api.page(Query("orders", size=1)).items
        known = ("orderSubtotals", "shippingTrackings", "website", "internalStatus", "internal_status", "documents")
        return frozenset([name for name in known if found and found[0].names(name)])

    @property
    def webhooks(self) -> bool:
        """7.0.2 and newer."""
        return self.remember("webhooks", lambda: self._api.offers(Query("webhooktopics", sort="")))

    @property
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
