"""Carts that somebody with an address has filled. Nothing tells of their changes, so they are polled (commercetools §10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from dotbridge.commerce.cart import Cart
from dotbridge.sources.commercetools.client import Json
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.streams.orders import email_of
from dotbridge.sources.commercetools.streams.windows import WindowStream
from dotbridge.sources.commercetools.to_commerce.cart import cart


class CartRow(NamedTuple):
    """A cart in its profile, with the address of whom it belongs to."""

    cart: Json
    profile: Profile
    email: str


class Carts(WindowStream[Cart]):
    """A page costs one call, and one more for the addresses of customers. Carts are never written to.

    Ordered ones belong to the stream: that a cart was ordered is what ends its programs. Carts of nobody, with neither
    customer nor address, cannot be used and are not read.
    """

    name: ClassVar[str] = "carts"
    resource: ClassVar[str] = "carts"
    most: ClassVar[int] = 150
    expand = ("discountCodes[*].discountCode",)
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = (
        "The platform deletes idle carts without telling: only the missing id tells. One call per 150 carts."
    )

    def scope(self, profile: Profile) -> tuple[str, ...]:
        known = "(customerId is defined or customerEmail is defined)"
        return (*profile.within("store({})", "store is not defined"), "lineItems is not empty", known)

    def rows(self, profile: Profile, items: Sequence[Json]) -> Sequence[CartRow]:
        unnamed = [item for item in items if not item.get("customerEmail") and item.get("customerId")]
        customers = self._project.customers([str(item["customerId"]) for item in unnamed])
        return [CartRow(item, profile, email_of(item, customers)) for item in items]

    def item(self, row: CartRow) -> Json:
        return row.cart

    def understand(self, row: Any) -> Cart:
        return cart(row.cart, row.profile, row.email)
