"""Customer users and CRM contacts (§7.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dotbridge.commerce.address import Address
from dotbridge.commerce.contact import Contact, SubscriberStatus
from dotbridge.sources.orocommerce.rows import PersonRow, PlacedAddress
from dotbridge.sources.orocommerce.sites import Sites

ATTRIBUTES = frozenset({"customer", "customer_id"})
"""Codes of what else is known of a person: the company (Oro's *customer*, or the CRM account) and its id."""


def contact(row: PersonRow, sites: Sites) -> Contact:
    """A person. Without the consent that the connection names nobody knows whether they were ever asked; an
    unsubscribed item counts unless the consent was given after it."""
    store = sites.first_store()
    website = sites.website_of(row.website_id)
    word: SubscriberStatus = "subscribed" if row.consented_at else ""
    at = row.consented_at
    if row.unsubscribed_at and row.unsubscribed_at >= row.consented_at:
        word, at = "unsubscribed", row.unsubscribed_at
    attributes: dict[str, Any] = {"customer": row.customer, "customer_id": row.customer_id}
    return Contact(
        kind="customer",
        source_id=str(row.id),
        website_id=website,
        store_id=store.id or "0",
        store_name=store.name,
        store_group=sites.name_of(website),
        website_name=sites.name_of(website),
        email=row.email,
        updated_at=row.updated_at,
        created_at=row.created_at,
        customer_id=str(row.id),
        title=row.prefix,
        first_name=row.first_name,
        last_name=row.last_name,
        gender=row.gender.capitalize(),
        born_on=row.born_on[:10],
        group=row.group,
        last_login_at=row.last_login_at,
        subscription=word,
        subscription_changed_at=at,
        billing=_address(row.addresses, "billing"),
        delivery=_address(row.addresses, "shipping"),
        attributes={code: value for code, value in attributes.items() if value},
    )


def _address(addresses: Sequence[PlacedAddress], kind: str) -> Address | None:
    """The default one of a kind, else one of the kind, else the primary one."""
    tests = (
        lambda one: kind in one.default_types,
        lambda one: kind in one.types,
        lambda one: one.primary,
    )
    found = [next((one for one in addresses if test(one)), None) for test in tests]
    return next((one.address for one in found if one), None)
