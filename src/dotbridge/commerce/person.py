"""One person of a Dotdigital account, merged from the sources behind them (``commerce.merge``)."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from dotbridge.commerce.address import Address
from dotbridge.commerce.contact import Kind, SubscriberStatus
from dotbridge.commerce.notice import Notice


class PersonSource(NamedTuple):
    """One customer, subscriber or guest that stands behind a person."""

    website_id: str
    kind: Kind
    source_id: str


class Person(msgspec.Struct, frozen=True, gc=False):
    """The merged view. ``email`` is as typed, ``kind`` and the website and store are those of the strongest source.

    ``subscriptions`` holds the newsletter's word per website; ``subscription`` is ``subscribed`` if any website says
    so. ``review_count`` and the instants are of the strongest source that knows them. ``None`` and "" mean unknown; an
    attribute that is present and empty is known to be empty. ``notices`` are those of all sources.
    """

    email: str
    kind: Kind
    sources: tuple[PersonSource, ...]
    website_id: str
    website_name: str
    store_id: str
    store_name: str
    store_group: str
    updated_at: str
    created_at: str
    customer_id: str
    title: str
    first_name: str
    last_name: str
    gender: str
    born_on: str
    group: str
    last_login_at: str
    subscription: SubscriberStatus
    subscriptions: dict[str, SubscriberStatus]
    billing: Address | None
    delivery: Address | None
    review_count: int | None
    last_review_at: str
    last_quote_id: str
    attributes: dict[str, Any]
    notices: tuple[Notice, ...] = ()

    @property
    def full_name(self) -> str:
        """First and last name with a blank between; "" without both."""
        return f"{self.first_name.strip()} {self.last_name.strip()}".strip()
