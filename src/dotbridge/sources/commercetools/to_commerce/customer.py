"""Customers (commercetools §8.1, 11.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dotbridge.commerce.address import Address
from dotbridge.commerce.clock import instant
from dotbridge.commerce.contact import Contact, SubscriberStatus
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.to_commerce.values import Json, address, fields, plain, text

#: Members of a customer that may be mapped to data fields like custom fields, by their own name.
EXTRAS = (
    *("customerNumber", "externalId", "key", "middleName", "salutation", "companyName", "vatId", "locale"),
    "isEmailVerified",
)
#: What a no in the field of consent means: nothing that is known, or an unsubscribe.
REFUSALS = ("unknown", "unsubscribed")
_PAIRS = {"yes": "no", "y": "n", "true": "false", "1": "0", "on": "off"}
_TRUE, _FALSE = frozenset(_PAIRS), frozenset(_PAIRS.values())
_OTHERS = {**_PAIRS, **{no: yes for yes, no in _PAIRS.items()}}


def contact(row: Json, profile: Profile, groups: Mapping[str, str], consent: Consent) -> Contact:
    """A customer, in the store view of their first store of the profile."""
    keys = [text(one.get("key")) for one in row.get("stores") or ()]
    view = next((found for found in map(profile.view, keys or [""]) if found), profile.first)
    locale = text(row.get("locale"))
    locales = (locale, *view.locales) if locale else view.locales
    group = (row.get("customerGroup") or {}).get("id")
    return Contact(
        kind="customer",
        source_id=text(row["id"]),
        website_id=profile.website.source_id,
        store_id=view.store.source_id,
        store_name=view.store.name,
        store_group="",
        website_name=profile.website.name,
        email=text(row.get("email")).strip(),
        updated_at=instant(row.get("lastModifiedAt")),
        created_at=instant(row.get("createdAt")),
        customer_id=text(row["id"]),
        title=text(row.get("title")),
        first_name=text(row.get("firstName")).strip(),
        last_name=text(row.get("lastName")).strip(),
        born_on=text(row.get("dateOfBirth"))[:10],
        group=groups.get(text(group), ""),
        subscription=consent.word(fields(row)),
        billing=_billing(row),
        delivery=_by_id(row, [row.get("defaultShippingAddressId"), *(row.get("shippingAddressIds") or ())]),
        attributes=_attributes(row, locales),
    )


class Consent:
    """Where consent stands: a custom field, or nowhere, which leaves it unknown (§11.2)."""

    def __init__(self, field: str = "", refusal: str = "unknown") -> None:
        self.field, self._refusal = field, refusal

    def word(self, values: Json) -> SubscriberStatus:
        """``subscribed`` for a yes; for a no what the connection says of it; "" where nothing is said."""
        value = values.get(self.field) if self.field else None
        if self.is_yes(value):
            return "subscribed"
        return "unsubscribed" if _said(value) in _FALSE and self._refusal == "unsubscribed" else ""

    @staticmethod
    def is_yes(value: Any) -> bool:
        """Whether a value of the field is a yes, of whatever kind the field is."""
        return _said(value) in _TRUE


def answer(value: Any, *, yes: bool) -> Any:
    """The other word of the same kind as what the field holds now, for a text in the same case: a no for a yes."""
    if isinstance(value, bool):
        return yes
    if isinstance(value, int | float):
        return int(yes)
    word = _OTHERS.get(_said(value), "yes" if yes else "no")
    if str(value).isupper():
        return word.upper()
    return word.capitalize() if str(value).istitle() else word


def _said(value: Any) -> str:
    return text(value).strip().lower()


def _billing(row: Json) -> Address | None:
    """Default billing, first billing, default shipping, the first there is."""
    addresses = row.get("addresses") or ()
    wanted = [row.get("defaultBillingAddressId"), *(row.get("billingAddressIds") or ())]
    wanted += [row.get("defaultShippingAddressId"), addresses[0].get("id") if addresses else None]
    return _by_id(row, wanted)


def _by_id(row: Json, ids: Iterable[Any]) -> Address | None:
    held = {text(one.get("id")): one for one in row.get("addresses") or ()}
    return next((address(held[text(one)]) for one in ids if one and text(one) in held), None)


def _attributes(row: Json, locales: Sequence[str]) -> dict[str, Any]:
    """Custom fields by name, and the members that may be mapped like them; what is absent is left out."""
    found = {name: row[name] for name in EXTRAS if row.get(name) is not None}
    found["stores"] = [text(one.get("key")) for one in row.get("stores") or ()]
    found.update(fields(row))
    values = {name: plain(value, locales) for name, value in found.items()}
    return {name: value for name, value in values.items() if value not in (None, "", (), [])}
