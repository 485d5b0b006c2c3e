"""Customers and newsletter subscribers in our words (contract magento1-data §4 and §5)."""

from __future__ import annotations

from typing import Any, NamedTuple

from dotbridge.commerce.address import Address, street_lines
from dotbridge.commerce.clock import instant
from dotbridge.commerce.contact import Contact, SubscriberStatus
from dotbridge.commerce.notice import Notice

STATUSES: dict[int, SubscriberStatus] = {1: "subscribed", 2: "not_active", 3: "unsubscribed", 4: "unconfirmed"}
#: Of several newsletter rows of one person the most careful word holds.
CAREFUL = ("subscribed", "unconfirmed", "not_active", "unsubscribed")


class Place(NamedTuple):
    """Where a person belongs, by names; the default view where the shop keeps none."""

    website_id: str
    website_name: str
    store_id: str
    store_name: str
    store_group: str


class CustomerRow(NamedTuple):
    """All that the shop's tables say of one customer. Values are by attribute code, labels instead of option ids."""

    customer_id: str
    email: str
    created_at: str
    updated_at: str
    place: Place
    group: str
    values: dict[str, Any]
    billing: dict[str, Any] | None
    delivery: dict[str, Any] | None
    subscription: tuple[SubscriberStatus, str]
    reviews: tuple[int, str] | None
    last_quote_id: str
    last_login_at: str
    attributes: dict[str, Any]
    notices: tuple[Notice, ...]


def customer(row: CustomerRow) -> Contact:
    """The customer as a contact."""
    values, place = row.values, row.place
    return Contact(
        kind="customer",
        source_id=row.customer_id,
        website_id=place.website_id,
        store_id=place.store_id,
        store_name=place.store_name,
        store_group=place.store_group,
        website_name=place.website_name,
        email=row.email,
        updated_at=instant(row.updated_at),
        created_at=instant(row.created_at),
        customer_id=row.customer_id,
        title=values.get("prefix") or "",
        first_name=values.get("firstname") or "",
        last_name=values.get("lastname") or "",
        gender=values.get("gender") or "",
        born_on=_date(values.get("dob")),
        group=row.group,
        last_login_at=instant(row.last_login_at),
        subscription=row.subscription[0],
        subscription_changed_at=instant(row.subscription[1]),
        billing=address(row.billing),
        delivery=address(row.delivery),
        review_count=row.reviews[0] if row.reviews else None,
        last_review_at=instant(row.reviews[1]) if row.reviews else "",
        last_quote_id=row.last_quote_id,
        attributes=row.attributes,
        notices=row.notices,
    )


def address(values: dict[str, Any] | None) -> Address | None:
    """An address of the customer's book; ``None`` where the default points nowhere."""
    if values is None:
        return None
    line_1, line_2 = street_lines(values.get("street"))
    codes = ("city", "region", "postcode", "country_id", "telephone")
    return Address(
        values.get("firstname") or "",
        values.get("lastname") or "",
        values.get("company") or "",
        line_1,
        line_2,
        *[values.get(code) or "" for code in codes],
    )


class SubscriberRow(NamedTuple):
    """One newsletter row; ``status`` is Magento's number."""

    subscriber_id: str
    email: str
    customer_id: str
    status: int
    changed_at: str
    place: Place


def subscriber(row: SubscriberRow) -> Contact:
    """The subscriber as a contact of their own, also where a customer is the same person."""
    place = row.place
    return Contact(
        kind="subscriber",
        source_id=row.subscriber_id,
        website_id=place.website_id,
        store_id=place.store_id,
        store_name=place.store_name,
        store_group=place.store_group,
        website_name=place.website_name,
        email=row.email,
        updated_at=instant(row.changed_at),
        customer_id=row.customer_id,
        subscription=status(row.status),
        subscription_changed_at=instant(row.changed_at),
    )


def status(number: int) -> SubscriberStatus:
    """The word for Magento's number; an unknown one is taken for "asked to confirm", which nobody is mailed on."""
    return STATUSES.get(number, "not_active")


def _date(value: Any) -> str:
    """A calendar date of shop time; never shifted, "" for none and for the zero date."""
    day = str(value or "")[:10]
    return "" if day.startswith("0000") else day
