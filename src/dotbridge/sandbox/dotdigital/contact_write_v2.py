"""Writing one contact in the manner of v2: refuse the suppressed, overwrite what is named (contract 11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from . import data_fields, subscription
from .contacts import Contact, ContactBook, clean_email
from .exchange import Call
from .field_values import Merge, convert, merge, shown
from .reading import fold
from .refusals import refuse
from .subscription import OptIn, Status
from .words import EMAIL_TYPES, OPT_INS, V2_STATUS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a v2 body asks for, checked and converted."""

    email: str
    opt_in: OptIn | None
    email_type: str | None
    values: dict[str, Any]


def read_wish(call: Call, body: Any) -> Wish:
    """The wish of an ApiContact; refuses a bad address, an unknown field and a value that does not fit."""
    given = fold(body)
    email = clean_email(given.get("email"))
    if email is None:
        refuse("INVALID_EMAIL", 400)
    definitions = data_fields.load(call.db, call.account.id)
    values, faults = convert(dict(read_pairs(given.get("datafields"))), definitions)
    for _, fault in faults:
        refuse(fault.code)
    return Wish(
        email, read_word(given.get("optintype"), OPT_INS), read_word(given.get("emailtype"), EMAIL_TYPES), values
    )


def read_pairs(given: Any) -> list[tuple[str, Any]]:
    """The ``[{key, value}]`` of v2."""
    if given is None:
        return []
    if not isinstance(given, list):
        refuse("ERROR_CONTACT_INVALID")
    pairs = [fold(item) for item in given]
    return [(str(pair.get("key")), pair.get("value")) for pair in pairs]


def read_word(given: Any, words: dict[str, T]) -> T | None:
    """An enum value in any casing, or nothing when absent."""
    if given is None:
        return None
    word = words.get(str(given).lower())
    if word is None:
        refuse("ERROR_PARAMETER_INVALID")
    return word


def open_book(call: Call) -> ContactBook:
    return ContactBook(call.db, call.account.id, call.now)


def domain_suppressed(call: Call, email: str) -> bool:
    query = "SELECT 1 FROM suppressed_domain WHERE account = ? AND domain = ?"
    return bool(call.db.execute(query, (call.account.id, email.rpartition("@")[2])).fetchone())


def upsert(call: Call, book: ContactBook, wish: Wish) -> Contact:
    """Create or overwrite the contact of this address; the book is not saved yet."""
    contact = book.load(emails=[wish.email]).by_email(wish.email)
    double = call.account.settings.double_opt_in
    if contact is None:
        if domain_suppressed(call, wish.email):
            refuse("ERROR_CONTACT_SUPPRESSED")
        contact = book.create(wish.email, None, subscription.begin(None, wish.opt_in, double_opt_in=double))
    apply(call, book, contact, wish)
    return contact


def apply(call: Call, book: ContactBook, contact: Contact, wish: Wish) -> None:
    """Overwrite a known contact with the wish, its address aside."""
    if contact.subscription.blocked:
        refuse("ERROR_CONTACT_SUPPRESSED")
    merge(contact.fields, wish.values, Merge.OVERWRITE)
    contact.email_type = wish.email_type or contact.email_type
    status = Status.SUBSCRIBED if contact.subscription.status is Status.NO_SUBSCRIPTION else None
    double = call.account.settings.double_opt_in
    after = subscription.write(contact.subscription, status, wish.opt_in, double_opt_in=double)
    book.move(contact, after)


def show(contact: Contact, definitions: dict[str, data_fields.DataField] | None) -> dict[str, Any]:
    """The contact as an ApiContact; without definitions ``dataFields`` is null (quirk 30.4)."""
    pairs = None
    if definitions is not None:
        pairs = [{"key": key, "value": value} for key, value in shown(contact.fields, definitions).items()]
    return {
        "id": contact.id,
        "email": contact.email,
        "optInType": contact.subscription.opt_in.value,
        "emailType": contact.email_type,
        "dataFields": pairs,
        "status": V2_STATUS[contact.subscription.status],
    }


def show_full(call: Call, contact: Contact) -> dict[str, Any]:
    return show(contact, data_fields.load(call.db, call.account.id))
