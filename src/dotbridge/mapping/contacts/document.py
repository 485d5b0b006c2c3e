"""The item of a v3 contact import (dotdigital-api §16.3): who, their fields, their lists.

A sync makes nobody mailable: the body holds no opt-in type and no resubscribe option, and no status but the one that
creates a contact as unsubscribed. Data fields are never copied into a status.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dotbridge.commerce.email import email_key
from dotbridge.commerce.money import known_currency
from dotbridge.commerce.person import Person
from dotbridge.commerce.sales import Sales
from dotbridge.mapping.base import TEXT_LIMIT, Context, Document
from dotbridge.mapping.codes import ATTRIBUTE_GONE, CURRENCY_UNKNOWN, FIELD_MISSING, FIELD_UNFIT, SPEND_PARTIAL
from dotbridge.mapping.contacts.fields import PERSON, SALES
from dotbridge.mapping.contacts.plan import Planned, plan
from dotbridge.mapping.contacts.values import fit
from dotbridge.mapping.settings import Settings

_EMPTY: tuple[object, ...] = (None, "", [])
#: The bit of each field that we empty again, kept in the ledger: sales fields by their place from the lowest bit upwards,
#: those of the account from the highest of 63 downwards, so that new ones of both come last.
_SENT = {field.key: 1 << place for place, field in enumerate(SALES)} | {
    field.key: 1 << (62 - place) for place, field in enumerate([one for one in PERSON if one.of_account])
}


def contact_document(
    person: Person, sales: Sales | None, ctx: Context, *, create_unsubscribed: bool = False
) -> Document:
    """One import item; raises RecordError for an address that cannot receive mail.

    ``sales`` is ``None`` until the order history is complete: its fields are then absent, never zero.
    ``create_unsubscribed`` is for a contact that Dotdigital does not have and that must not become mailable.
    """
    email_key(person.email)
    properties: dict[str, str] = {"emailType": "Html"}
    if create_unsubscribed:
        properties["status"] = "unsubscribed"
    document: Document = {
        "matchIdentifier": "email",
        "identifiers": {"email": person.email.strip()},
        "dataFields": data_fields(person, sales, ctx),
        "channelProperties": {"email": properties},
    }
    if lists := _lists(person, ctx.settings):
        document["lists"] = lists
    return document


def begins_unsubscribed(document: Document) -> Document:
    """The same item for a person who has unsubscribed meanwhile: should they be gone by now, they are not made mailable."""
    email = {**document["channelProperties"]["email"], "status": "unsubscribed"}
    return {**document, "channelProperties": {"email": email}}


def data_fields(person: Person, sales: Sales | None, ctx: Context) -> dict[str, Any]:
    """Name → value. Absent means: leave it alone; ``None`` clears a field that a person mapped on purpose."""
    chosen = ctx.once(plan)
    if sales is not None:
        _doubts(sales, ctx)
    result: dict[str, Any] = {}
    for one in chosen.fields:
        value = _value(one, person, sales)
        # Everything empty is false, and most values are not even that.
        if not value and value in _EMPTY:
            if one.clears and one.type is not None and _known_empty(one, value, person):
                result[one.name] = None
        elif one.type is None:
            ctx.warn(FIELD_MISSING, one.name, f"It is {one.name}.")
        elif one.type == "String" and isinstance(value, str):
            result[one.name] = value if len(value) <= TEXT_LIMIT else ctx.text(value, one.name)
        elif (fitting := fit(value, one.type)) is None:
            ctx.warn(FIELD_UNFIT, one.name, f"{one.name} is {one.type} in the account.")
        else:
            result[one.name] = ctx.text(fitting, one.name) if isinstance(fitting, str) else fitting
    if person.kind == "customer":
        for code, name in chosen.gone:
            ctx.warn(ATTRIBUTE_GONE, name, f"It is {code!r}, mapped to {name}.")
    return result


def filled(fields: Mapping[str, Any], ctx: Context) -> int:
    """The fields with a value that we may have to empty again, a bit for each: ``sent`` of ``emptied_…`` is their sum."""
    return sum([bit for name, bit in ctx.once(_noted) if fields.get(name) is not None])


def _noted(settings: Settings) -> list[tuple[str, int]]:
    """Name and bit of each field that ``filled`` looks at."""
    return [(one.name, _SENT[one.field.key]) for one in plan(settings).fields if one.field.key in _SENT]


def emptied_sales(person: Person, sales: Sales, ctx: Context, sent: int) -> dict[str, None]:
    """Sales fields that no order fills any more, to be cleared where we have filled them (``sent``, ``filled``).

    A date or a category that stood there is that of an order deleted or cancelled since (defect D-39). What others keep
    in a field that we never filled is theirs.
    """
    sold = [one for one in ctx.once(plan).fields if one.field.of_sales and one.type is not None]
    return {one.name: None for one in sold if sent & _SENT[one.field.key] and _value(one, person, sales) == ""}


def emptied_account(person: Person, ctx: Context, sent: int) -> dict[str, None]:
    """Fields of the account of a person who has none any more, to be cleared where we have filled them (``sent``).

    They would name a customer whom the shop does not know. Names and addresses stay: an order as a guest tells them too.
    """
    told = [one for one in ctx.once(plan).fields if one.field.of_account and one.type is not None]
    return {one.name: None for one in told if sent & _SENT[one.field.key] and not _value(one, person, None)}


def excluded(person: Person, ctx: Context) -> str:
    """The named rule that leaves the person out, or "": who has not subscribed is skipped unless told otherwise."""
    return "not_subscribed" if ctx.settings.non_subscribers == "skip" and person.subscription != "subscribed" else ""


def _value(one: Planned, person: Person, sales: Sales | None) -> Any:
    value = one.field.of_person(person) if one.field.of_person else None
    if not value and value != 0 and sales is not None and one.field.of_sales:
        return one.field.of_sales(sales)
    return value


def _known_empty(one: Planned, value: object, person: Person) -> bool:
    """Whether the shop knows a customer's value to be empty; guests and subscribers only leave things unsaid."""
    if person.kind != "customer":
        return False
    return value is not None or (one.field.group == "attribute" and one.field.key in person.attributes)


def _doubts(sales: Sales, ctx: Context) -> None:
    if sales.orders and not known_currency(sales.currency):
        ctx.warn(CURRENCY_UNKNOWN, "currency", f"It is {sales.currency!r}.")
    if sales.uncounted:
        ctx.warn(SPEND_PARTIAL, "TOTAL_SPEND", f"They are {sales.uncounted} of {sales.orders}.")


def _lists(person: Person, settings: Settings) -> list[int]:
    """The lists of all sources; a website's subscriber list exactly while that website says subscribed.

    Some platforms only tell of customers that they are subscribed: they belong there all the same.
    """
    places: set[tuple[str, str]] = {
        (website_id, kind) for website_id, kind, _ in person.sources if kind != "subscriber"
    }
    places |= {(website_id, "subscriber") for website_id, word in person.subscriptions.items() if word == "subscribed"}
    return sorted({settings.lists.get(website_id, {}).get(kind, 0) for website_id, kind in places} - {0})
