"""Reading and applying the contact body of v3: one reading for PATCH, PUT, POST and every item of an import (16.3).

A contact that cannot be taken at all raises ``UnfitError``. Attached data that does not fit (a data field, a list, a
consent record) is collected beside it: a single call refuses it, an import takes the contact and reports it (16.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from . import consent, lists, subscription
from .accounts import Settings
from .contacts import Contact, ContactBook, clean_email, clean_mobile
from .data_fields import DataField
from .field_values import Merge, convert, merge
from .subscription import OptIn, Status
from .words import EMAIL_TYPES, OPT_INS, V3_EMAIL_WRITE, V3_MOBILE_WRITE

IDENTIFIERS = ("contactId", "email", "mobileNumber")


class UnfitError(Exception):
    """This contact cannot be taken; ``code`` is a failureCode of 16.5, ``item`` the value at fault."""

    def __init__(self, code: str, description: str, item: str = "") -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.item = item


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that came with the contact and was left out."""

    code: str
    description: str
    item: str


@dataclass(slots=True)
class Body:
    """A checked write body; ``status`` and ``opt_in`` unset mean: leave as it is."""

    identifiers: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    status: Status | None = None
    opt_in: OptIn | None = None
    email_type: str | None = None
    challenge: bool = False
    sms: str | None = None
    whatsapp: str | None = None
    lists: list[int] | None = None
    consents: list[consent.Record] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What bodies are read against: the account's settings, fields, lists and suppressed domains."""

    settings: Settings
    definitions: dict[str, DataField]
    lists: dict[int, str]
    domains: frozenset[str]


def clean_identifier(name: str, value: Any) -> Any:
    """The identifier as it is kept; UnfitError if the name is unknown or the value is none of its kind."""
    cleaned: Any
    if name == "email":
        cleaned, code = clean_email(value), "InvalidEmail"
    elif name == "mobileNumber":
        cleaned, code = clean_mobile(value), "InvalidPhoneNumber"
    elif name == "contactId":
        cleaned, code = (int(value) if str(value).isdigit() and len(str(value)) < 19 else None), "InvalidContactId"
    else:
        raise UnfitError("InvalidMatchIdentifier", f"'{name}' is not an identifier of this account", name)
    if cleaned is None:
        raise UnfitError(code, f"The id value '{value}' is invalid for the identifier '{name}'", str(value))
    return cleaned


def read_body(item: Any, around: Surroundings) -> Body:
    """Check one write body; UnfitError if the contact itself cannot be taken."""
    if not isinstance(item, dict):
        raise UnfitError("ApiSchemaViolation", "a contact is an object")
    given = _object(item, "identifiers")
    body = Body({name: clean_identifier(name, value) for name, value in given.items() if value is not None})
    body.values, faults = convert(_object(item, "dataFields"), around.definitions)
    body.attached += [Attached("ApiSchemaViolation", str(fault), name) for name, fault in faults]
    _read_channels(body, _object(item, "channelProperties"))
    _read_lists(body, item.get("lists"), around.lists)
    for preference in item.get("preferences") or ():
        body.attached.append(Attached("ApiSchemaViolation", "the account has no such preference", str(preference)))
    _read_consents(body, item.get("consentRecords"))
    return body


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    if value is not None and not isinstance(value, dict):
        raise UnfitError("ApiSchemaViolation", f"'{name}' is not an object", name)
    return value or {}


def _word(words: dict[str, Any], given: Any, name: str, code: str = "ApiSchemaViolation") -> Any:
    if given is None:
        return None
    if str(given).lower() not in words:
        raise UnfitError(code, f"'{given}' is not a value of {name}", str(given))
    return words[str(given).lower()]


def _read_channels(body: Body, channels: dict[str, Any]) -> None:
    email = _object(channels, "email")
    body.status = _word(V3_EMAIL_WRITE, email.get("status"), "email status", "InvalidContactStatus")
    body.opt_in = _word(OPT_INS, email.get("optInType"), "optInType")
    body.email_type = _word(EMAIL_TYPES, email.get("emailType"), "emailType")
    options = _object(email, "resubscribeOptions")
    body.challenge = options.get("resubscribeWithNoChallenge", True) is False
    body.sms = _word(V3_MOBILE_WRITE, _object(channels, "sms").get("status"), "sms status", "InvalidContactStatus")
    whatsapp = _object(channels, "whatsApp").get("status")
    body.whatsapp = _word(V3_MOBILE_WRITE, whatsapp, "whatsApp status", "InvalidContactStatus")


def _read_lists(body: Body, given: Any, known: dict[int, str]) -> None:
    if given is None:
        return
    if not isinstance(given, list) or not 1 <= len(given) <= 100:
        raise UnfitError("InvalidAddressBookIds", "lists holds 1 to 100 list ids", "lists")
    body.lists = []
    for item in given:
        if not isinstance(item, int) or known.get(item) in (None, lists.TEST):
            body.attached.append(Attached("InvalidAddressBookIds", f"'{item}' is no list of this account", str(item)))
        elif known[item] != lists.EVERYONE:
            body.lists.append(item)


def _read_consents(body: Body, given: Any) -> None:
    if given is None:
        return
    if not isinstance(given, list) or not 1 <= len(given) <= 5:
        raise UnfitError("ApiSchemaViolation", "consentRecords holds 1 to 5 records", "consentRecords")
    for item in given:
        try:
            body.consents.append(consent.from_v3(item))
        except ValueError as fault:
            body.attached.append(Attached("ApiSchemaViolation", str(fault), "consentRecords"))


def owners(book: ContactBook, identifiers: dict[str, Any]) -> Iterable[tuple[str, Any, Contact]]:
    """Who holds which of these identifiers already; the book must have loaded them."""
    finders: dict[str, Callable[[Any], Contact | None]] = {
        "email": book.by_email,
        "mobileNumber": book.by_mobile,
        "contactId": book.by_id,
    }
    for name, value in identifiers.items():
        owner = finders[name](value)
        if owner is not None:
            yield name, value, owner


def create(book: ContactBook, body: Body, around: Surroundings) -> Contact:
    """A new contact of this body's identifiers; a suppressed domain suppresses it at birth."""
    email, mobile = body.identifiers.get("email"), body.identifiers.get("mobileNumber")
    if email is None and mobile is None:
        raise UnfitError("NoValidIdentifiers", "a new contact needs an email or a mobileNumber")
    if email is None:
        begun = subscription.Subscription()
    elif email.rpartition("@")[2] in around.domains:
        begun = subscription.Subscription(Status.DOMAIN_SUPPRESSED)
    else:
        begun = subscription.begin(body.status, body.opt_in, double_opt_in=around.settings.double_opt_in)
    contact = book.create(email, mobile, begun)
    contact.sms_status = around.settings.mobile_subscription if mobile else "noSubscription"
    return contact


def apply(book: ContactBook, contact: Contact, body: Body, option: Merge, around: Surroundings) -> None:
    """Write the body onto the contact: nobody is refused, and a closed channel opens only when told to (16.3)."""
    merge(contact.fields, body.values, option)
    contact.email_type = body.email_type or contact.email_type
    contact.sms_status = body.sms or contact.sms_status
    contact.whatsapp_status = body.whatsapp or contact.whatsapp_status
    _take_identifiers(book, contact, body, around)
    if contact.email is not None:
        after = subscription.write(
            contact.subscription, body.status, body.opt_in, challenge=body.challenge,
            double_opt_in=around.settings.double_opt_in,
        )  # fmt: skip
        book.move(contact, after)
    for list_id in body.lists or ():
        book.join(contact, list_id)
    for record in body.consents:
        book.consent(contact, record)


def _take_identifiers(book: ContactBook, contact: Contact, body: Body, around: Surroundings) -> None:
    email = body.identifiers.get("email", contact.email)
    mobile = body.identifiers.get("mobileNumber", contact.mobile)
    first_email, first_mobile = contact.email is None and email, contact.mobile is None and mobile
    book.rename(contact, email, mobile)
    if first_email:
        begun = subscription.begin(body.status, body.opt_in, double_opt_in=around.settings.double_opt_in)
        book.move(contact, begun, new=True)
    if first_mobile and body.sms is None:
        contact.sms_status = around.settings.mobile_subscription
