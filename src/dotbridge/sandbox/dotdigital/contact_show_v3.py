"""A contact as v3 shows it: always its five basic members, the rest when asked for (16.2, 16.3)."""

from __future__ import annotations

from typing import Any

from . import consent, lists
from .contacts import Contact
from .data_fields import DataField, load
from .exchange import Call
from .field_values import shown
from .subscription import Status
from .words import channel_word, contact_word

INCLUDES = ("channelProperties", "lists", "preferences", "consentRecords")
_MOBILE_STATUS = {"noSubscription": "noSubscription", "subscribed": "subscribed", "unsubscribed": "unsubscribed"}
_COUNTRIES = {"1": "US", "31": "NL", "33": "FR", "34": "ES", "39": "IT", "44": "GB", "48": "PL", "49": "DE", "61": "AU"}


def show_basic(contact: Contact) -> dict[str, Any]:
    return {
        "contactId": contact.id,
        "status": _status(contact),
        "created": contact.created,
        "updated": contact.updated,
        "identifiers": contact.identifiers,
    }


def _status(contact: Contact) -> str:
    """The e-mail channel speaks for the contact; without an address the SMS channel does."""
    if contact.subscription.status is Status.NO_SUBSCRIPTION:
        return _MOBILE_STATUS.get(contact.sms_status, "suppressed")
    return contact_word(contact.subscription.status)


def show_channels(contact: Contact) -> dict[str, Any]:
    channels: dict[str, Any] = {}
    if contact.email:
        channels["email"] = {
            "status": channel_word(contact.subscription.status),
            "emailType": contact.email_type,
            "optInType": contact.subscription.opt_in.value,
        }
    if contact.mobile:
        channels["sms"] = {"status": contact.sms_status, "countryCode": _country(contact.mobile)}
        channels["whatsApp"] = {"status": contact.whatsapp_status}
    return channels


def _country(mobile: str) -> str:
    return _COUNTRIES.get(mobile[:2]) or _COUNTRIES.get(mobile[:1]) or "GB"


def show_full(call: Call, contact: Contact) -> dict[str, Any]:
    """Everything, as single reads and writes answer."""
    wanted = list(load(call.db, call.account.id).values())
    return show(call, contact, wanted, INCLUDES)


def show(call: Call, contact: Contact, fields: list[DataField] | None, includes: tuple[str, ...]) -> dict[str, Any]:
    """The contact with the wanted data fields (None = no such member) and includes."""
    shape = show_basic(contact)
    if fields is not None:
        shape["dataFields"] = shown(contact.fields, {field.name: field for field in fields})
    if "channelProperties" in includes:
        shape["channelProperties"] = show_channels(contact)
    if "lists" in includes:
        standing = lists.of_contact(call.db, contact.id)
        shape["lists"] = [{"id": number, "name": name, "status": status} for number, name, status in standing]
    if "preferences" in includes:
        shape["preferences"] = []
    if "consentRecords" in includes:
        shape["consentRecords"] = [consent.to_v3(row) for row in consent.load(call.db, contact.id)]
    return shape
