"""The people behind a shop: customers, newsletter subscribers, guests who bought.

A ``Contact`` is one *source* of a person in one website. Several sources may stand behind one person; who wins for
which field is decided in ``commerce.merge``.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dotbridge.commerce.address import Address
from dotbridge.commerce.notice import Notice

Kind = Literal["customer", "subscriber", "guest"]
SubscriberStatus = Literal["", "subscribed", "not_active", "unsubscribed", "unconfirmed"]


class Contact(msgspec.Struct, frozen=True, gc=False):
    """One customer, subscriber or guest as the shop knows them; what the shop does not know is empty or ``None``.

    ``attributes`` holds custom attributes by code, option labels instead of option ids, lists as comma-joined text.
    ``subscription`` is the newsletter's word for a subscriber and for a customer who has one, else "".
    ``born_on`` is a calendar date. ``review_count`` and the instants belong to this website alone. ``notices`` say what
    had to be left out.
    """

    kind: Kind
    source_id: str
    website_id: str
    store_id: str
    store_name: str
    store_group: str
    website_name: str
    email: str
    updated_at: str = ""
    created_at: str = ""
    customer_id: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    gender: str = ""
    born_on: str = ""
    group: str = ""
    last_login_at: str = ""
    subscription: SubscriberStatus = ""
    subscription_changed_at: str = ""
    billing: Address | None = None
    delivery: Address | None = None
    review_count: int | None = None
    last_review_at: str = ""
    last_quote_id: str = ""
    attributes: dict[str, Any] = {}
    notices: tuple[Notice, ...] = ()
