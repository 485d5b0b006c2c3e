"""Customers (magento2-data §3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.contact import Contact, SubscriberStatus
from dotbridge.sources.magento2.labels import Attribute
from dotbridge.sources.magento2.sites import Sites
from dotbridge.sources.magento2.to_commerce.values import Json, address, extension, text


class Beyond(NamedTuple):
    """What only the database tells of a customer; ``attributes`` by code."""

    subscription: SubscriberStatus = ""
    subscription_changed_at: str = ""
    last_login_at: str = ""
    review_count: int | None = None
    last_review_at: str = ""
    last_quote_id: str = ""
    attributes: Mapping[str, str] = {}


def contact(
    row: Json,
    sites: Sites,
    groups: Mapping[str, str],
    attributes: Mapping[str, Attribute],
    beyond: Beyond | None = None,
) -> Contact:
    """A customer; one that an admin made belongs to no store view and is shown in the website's default one.

    Without ``beyond``, by REST, it is known whether somebody is subscribed and nothing else: a customer who is not may
    have unsubscribed, wait for confirmation or never have been asked, so that ``subscription`` is then "".
    """
    if beyond is None:
        beyond = Beyond("subscribed" if extension(row).get("is_subscribed") is True else "")
    website_id = text(row["website_id"])
    view = sites.view(text(row.get("store_id"))) or sites.default_view(website_id)
    website = sites.website(website_id)
    return Contact(
        kind="customer",
        source_id=text(row["id"]),
        website_id=website_id,
        store_id=view.store.source_id if view else "",
        store_name=view.store.name if view else text(row.get("created_in")),
        store_group=view.store.group if view else "",
        website_name=website.name if website else "",
        email=text(row.get("email")),
        updated_at=instant(row.get("updated_at")),
        created_at=instant(row.get("created_at")),
        customer_id=text(row["id"]),
        title=text(row.get("prefix")),
        first_name=text(row.get("firstname")),
        last_name=text(row.get("lastname")),
        gender=_gender(row.get("gender"), attributes),
        born_on=text(row.get("dob"))[:10],
        group=groups.get(text(row.get("group_id")), ""),
        last_login_at=instant(beyond.last_login_at),
        subscription=beyond.subscription,
        subscription_changed_at=instant(beyond.subscription_changed_at),
        billing=_default(row, "default_billing"),
        delivery=_default(row, "default_shipping"),
        review_count=beyond.review_count,
        last_review_at=instant(beyond.last_review_at),
        last_quote_id=beyond.last_quote_id,
        attributes={**_custom(row, attributes), **beyond.attributes},
    )


def _gender(value: Any, attributes: Mapping[str, Attribute]) -> str:
    if not value:
        return ""
    gender = attributes.get("gender")
    return text(gender.text(value)) if gender else {1: "Male", 2: "Female", 3: "Not Specified"}.get(value, "")


def _default(row: Json, role: str) -> Any:
    """The default address of a role; an id that no address has (left over from a deletion) counts as none."""
    wanted = text(row.get(role))
    for entry in row.get("addresses") or ():
        if entry.get(role) is True or (wanted and text(entry.get("id")) == wanted):
            return address(entry)
    return None


def _custom(row: Json, attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    """Custom attributes by code, labels instead of option ids, lists joined; a value without label is left out."""
    found: dict[str, Any] = {}
    for entry in row.get("custom_attributes") or ():
        code, value = entry.get("attribute_code"), entry.get("value")
        if not code or value is None:
            continue
        known = attributes.get(code)
        value = known.text(value) if known else value
        if isinstance(value, list):
            value = ",".join([text(one) for one in value])
        if value != "":
            found[code] = value
    taxvat = text(row.get("taxvat"))
    return {**found, "taxvat": taxvat} if taxvat else found
