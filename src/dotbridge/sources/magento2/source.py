"""Magento 2 as a platform: what a connection needs, what is found at the other end, which streams it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError, DotbridgeError, FatalError
from dotbridge.sources.base import Check, EventForm, Field, Source, Stream
from dotbridge.sources.magento2.codes import ACCESS_REFUSED, ROUTE_MISSING
from dotbridge.sources.magento2.criteria import Criteria
from dotbridge.sources.magento2.events import CLIENT_ID, AdobeForm
from dotbridge.sources.magento2.rights import RIGHTS, Right
from dotbridge.sources.magento2.shop import Shop
from dotbridge.sources.magento2.streams.carts import Carts
from dotbridge.sources.magento2.streams.customers import Customers
from dotbridge.sources.magento2.streams.listing import ListStream
from dotbridge.sources.magento2.streams.orders import Orders
from dotbridge.sources.magento2.streams.products import Products

_STREAMS: tuple[type[ListStream[Any]], ...] = (Customers, Orders, Carts, Products)
_TOLERATED_SKEW = 60.0


class Magento2(Source):
    """One Magento 2 or Adobe Commerce shop, read through its REST API with the rights of an integration."""

    key: ClassVar[str] = "magento2"
    label: ClassVar[str] = "Magento 2 / Adobe Commerce"
    version_range: ClassVar[str] = "2.3 and newer"
    collections: ClassVar[tuple[str, ...]] = tuple([stream.name for stream in _STREAMS])
    events: ClassVar[tuple[str, ...]] = collections
    fields: ClassVar[tuple[Field, ...]] = (
        Field("base_url", "Base URL", help="The shop's address, e.g. https://shop.example, without /rest."),
        Field("consumer_key", "Consumer key", required=False, help="The four values of System > Integrations."),
        Field("consumer_secret", "Consumer secret", required=False, secret=True),
        Field("token", "Access token", required=False),
        Field("token_secret", "Access token secret", required=False, secret=True),
        Field(
            "bearer_token",
            "Access token alone",
            required=False,
            secret=True,
            help="Instead of the four values, in shops that allow it, and behind proxies that break signatures.",
        ),
        CLIENT_ID,
        Field("url_suffix", "Product URL suffix", required=False, default=".html"),
        Field(
            "allow_private",
            "Allow private addresses",
            required=False,
            default=False,
            help="Only for a shop inside your own network.",
        ),
    )

    @classmethod
    def event_forms(cls) -> tuple[type[EventForm], ...]:
        return (AdobeForm,)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)
        self._shop = Shop(settings)
        self._denied: set[str] = set()

    def check(self) -> list[Check]:
        sites = self._shop.sites()
        names = ", ".join([website.name for website in sites.websites])
        found = [
            Check("reachable", "ok", f"{len(sites.websites)} websites with {len(sites.views)} store views: {names}.")
        ]
        found.append(self._clock())
        found += [self._right(right) for right in RIGHTS]
        found.append(
            Check(
                "newsletter",
                "missing",
                "REST tells of customers whether they are subscribed, and nothing of subscribers without an account.",
                "Nothing to do; those people are not read through this connection.",
            )
        )
        if self._denied >= {"customers", "orders", "carts", "products"}:
            raise ConfigError(ACCESS_REFUSED, "None of customers, orders, carts and products may be read.")
        return found

    def websites(self) -> list[Website]:
        return self._shop.sites().websites

    def streams(self) -> Mapping[str, Stream[Any]]:
        return {stream.name: stream(self._shop) for stream in _STREAMS if stream.name not in self._denied}

    def close(self) -> None:
        self._shop.rest.close()

    def _clock(self) -> Check:
        skew = self._shop.rest.skew
        if skew is None:
            return Check("clock", "missing", "The shop does not tell its time.", "Keep its clock right; ours is used.")
        if abs(skew) > _TOLERATED_SKEW:
            ahead = "ahead of" if skew > 0 else "behind"
            return Check("clock", "missing", f"The shop's clock is {abs(skew):.0f} s {ahead} ours.", "Set both by NTP.")
        return Check("clock", "ok", "The shop's clock and ours agree.")

    def _right(self, right: Right) -> Check:
        name = f"right:{right.resource}"
        try:
            self._shop.rest.page(right.path, Criteria(sort=(), size=1))
        except (ConfigError, FatalError) as error:
            if error.code not in (ACCESS_REFUSED, ROUTE_MISSING):
                raise
            if right.stream:
                self._denied.add(right.stream)
            return Check(name, "missing", f"{_said(error)} Hence: {right.without}.", f"Grant {right.resource}.")
        return Check(name, "ok", f"{right.path} can be read.")


def _said(error: DotbridgeError) -> str:
    return f"{error.why.rstrip('.')}."
