"""commercetools as a platform: what a connection needs, what is found at the other end, which streams it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError, DotbridgeError, FatalError
from dotbridge.sources.base import READ_ONLY, Check, EventForm, Field, Source, Stream, Writes
from dotbridge.sources.commercetools.client import Ask, optional
from dotbridge.sources.commercetools.codes import CATALOG_MODULAR, NOT_FOUND, SCOPE_MISSING
from dotbridge.sources.commercetools.events import Notifications
from dotbridge.sources.commercetools.pages import probe
from dotbridge.sources.commercetools.predicates import any_of
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.regions import REGIONS
from dotbridge.sources.commercetools.rights import RIGHTS, Right
from dotbridge.sources.commercetools.settings import DEFAULTS, FIELDS
from dotbridge.sources.commercetools.streams.carts import Carts
from dotbridge.sources.commercetools.streams.customers import Customers
from dotbridge.sources.commercetools.streams.orders import Orders
from dotbridge.sources.commercetools.streams.products import Products
from dotbridge.sources.commercetools.streams.reviews import Reviews
from dotbridge.sources.commercetools.streams.windows import WindowStream
from dotbridge.sources.commercetools.streams.wishlists import Wishlists
from dotbridge.sources.commercetools.subscription import subscribe
from dotbridge.sources.commercetools.to_commerce.customer import EXTRAS
from dotbridge.sources.commercetools.writes import ConsentField
from dotbridge.sources.event_queue import NAME as QUEUE
from dotbridge.sources.event_queue import EventQueue
from dotbridge.sources.queues import open_queue

_STREAMS: tuple[type[WindowStream[Any]], ...] = (Customers, Orders, Carts, Products, Reviews, Wishlists)
_TOLERATED_SKEW = 60.0
_MODULAR = "Modular"


class Commercetools(Source):
    """One commercetools project, read with the rights of an API client."""

    key: ClassVar[str] = "commercetools"
    label: ClassVar[str] = "commercetools"
    version_range: ClassVar[str] = f"HTTP API, in all {len(REGIONS)} regions"
    collections: ClassVar[tuple[str, ...]] = tuple([stream.name for stream in _STREAMS])
    events: ClassVar[tuple[str, ...]] = ("customers", "orders", "carts", "products", "reviews", "wishlists")
    writes: ClassVar[tuple[str, ...]] = ("newsletter",)
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    ids: ClassVar[Literal["number", "text"]] = "text"
    defaults: ClassVar[Mapping[str, Any]] = DEFAULTS

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)
        self._project = Project(settings)
        self._denied: set[str] = set()

    @classmethod
    def event_forms(cls) -> tuple[type[EventForm], ...]:
        return (Notifications,)

    def check(self) -> list[Check]:
        project = self._project.resource()
        profiles = self._project.profiles()
        views = [view.store.name for profile in profiles.values() for view in profile.views]
        self.streams()  # raises for a setting that cannot be
        found = [
            Check("reachable", "ok", f"{project.get('name') or project.get('key')}: {', '.join(views)}."),
            self._clock(),
            self._messages(project),
        ]
        found += [self._right(right) for right in RIGHTS]
        if project.get("productCatalogModel") == _MODULAR:
            found.append(Check("catalog", "missing", CATALOG_MODULAR.what, CATALOG_MODULAR.todo))
        found.append(self._nobodys_carts())
        found += self._queue()
        writes = self.newsletter_writes()
        found.append(writes.check() if writes else READ_ONLY)
        found += [probe(self._project, profile) for profile in profiles.values()]
        if self._denied >= {"customers", "orders", "carts", "products"}:
            raise ConfigError(SCOPE_MISSING, "None of customers, orders, carts and products may be read.")
        return found

    def websites(self) -> list[Website]:
        return [profile.website for profile in self._project.profiles().values()]

    def streams(self) -> Mapping[str, Stream[Any]]:
        modular = self._project.resource().get("productCatalogModel") == _MODULAR
        left_out = self._denied | ({"products"} if modular else set())
        return {stream.name: stream(self._project) for stream in _STREAMS if stream.name not in left_out}

    def event_queue(self) -> EventQueue | None:
        return open_queue(self.settings, Notifications(self.settings))

    def create_subscription(self, destination: Mapping[str, str]) -> Check:
        return subscribe(self._project, destination)

    def customer_attributes(self) -> frozenset[str] | None:
        """Custom fields of customers, and their members that may be mapped; ``None`` where types may not be read."""
        ask = Ask((any_of('resourceTypeIds contains any ("customer")'),))
        types = optional(lambda: list(self._project.api.every("types", ask)))
        if types is None:
            return None
        names = [str(one["name"]) for row in types for one in row.get("fieldDefinitions") or ()]
        return frozenset({*names, *EXTRAS, "stores"})

    def newsletter_writes(self) -> Writes | None:
        """The field of consent, where the connection names one and allows it."""
        customers = Customers(self._project)
        if not customers.consent.field or not self._project.setting("write_consent", False):
            return None
        return ConsentField(self._project, customers)

    def close(self) -> None:
        self._project.close()

    def _clock(self) -> Check:
        skew = self._project.api.clock.skew
        if skew is None:
            return Check("clock", "missing", "The platform does not tell its time.", "Ours is used; keep it right.")
        if abs(skew) > _TOLERATED_SKEW:
            ahead = "behind" if skew > 0 else "ahead of"
            text = f"Our clock is {abs(skew):.0f} s {ahead} the platform's, which is used for reading."
            return Check("clock", "missing", text, "Set this machine's clock by NTP.")
        return Check("clock", "ok", "The platform's clock and ours agree.")

    @staticmethod
    def _messages(project: Mapping[str, Any]) -> Check:
        if (project.get("messages") or {}).get("enabled"):
            return Check("messages", "ok", "The project keeps messages; deletions are seen by them.")
        text = "The project keeps no messages: deletions are found by the nightly compare alone."
        return Check("messages", "missing", text, "Enable messages in the project's developer settings.")

    def _queue(self) -> list[Check]:
        try:
            queue = self.event_queue()
            if queue is None:
                return []
            try:
                return [queue.check()]
            finally:
                queue.close()
        except DotbridgeError as error:
            return [Check(QUEUE, "missing", f"{error.code.what} {error.why}".rstrip(), error.code.todo)]

    def _nobodys_carts(self) -> Check:
        nobodys = ('cartState = "Active"', "customerId is not defined", "customerEmail is not defined")
        count = optional(lambda: self._project.api.total("carts", nobodys))
        text = f"{count or 0:,} open carts have neither customer nor e-mail address; they cannot be used."
        todo = "Let the storefront set customerEmail of the cart as soon as it is known." if count else ""
        return Check("anonymous carts", "missing" if count else "ok", text, todo)

    def _right(self, right: Right) -> Check:
        name = f"right:{right.scope}:{right.path}"
        try:
            self._project.api.page(right.path, Ask(size=1))
        except (ConfigError, FatalError) as error:
            if error.code not in (SCOPE_MISSING, NOT_FOUND):
                raise
            if right.stream:
                self._denied.add(right.stream)
            return Check(name, "missing", f"{_said(error)} Hence: {right.without}.", f"Grant {right.scope}.")
        return Check(name, "ok", f"{right.path} can be read.")


def _said(error: DotbridgeError) -> str:
    return f"{error.why.rstrip('.')}."
