"""Unsubscribing, suppressing, resubscribing and the feeds that tell of it, in v2 (contract 11.5, 11.6)."""

from __future__ import annotations

from typing import Any

from . import lists, subscription
from .contact_write_v2 import open_book, read_pairs, read_word, show
from .contacts import COLUMNS, Contact, ContactBook, clean_email, read_contact
from .data_fields import load
from .exchange import Answer, Call
from .field_values import Merge, convert, merge
from .reading import fold, page_v2, read_v2, since_v2
from .refusals import refuse
from .routing import Routes
from .subscription import Resubscribed, Status
from .words import EMAIL_TYPES, OPT_INS, V2_STATUS

routes = Routes()


def _feed(call: Call, condition: str, values: tuple[Any, ...]) -> Answer:
    """One row per change, oldest first; ``dataFields`` is always null (quirk 30.4)."""
    select, skip = page_v2(call)
    columns = ", ".join(f"c.{name.strip()}" for name in COLUMNS.split(","))
    rows = call.db.execute(
        f"SELECT {columns}, s.removed, s.reason FROM suppression s JOIN contact c ON c.id = s.contact"
        f" WHERE s.account = ? AND c.binned IS NULL AND c.email IS NOT NULL AND s.removed >= ? AND {condition}"
        " ORDER BY s.removed, s.id LIMIT ? OFFSET ?",
        (call.account.id, since_v2(call), *values, select, skip),
    )
    return Answer.of([_removed(read_contact(row[:13]), row[13], Status(row[14])) for row in rows])


def _removed(contact: Contact, removed: str, reason: Status) -> dict[str, Any]:
    return {"suppressedContact": show(contact, None), "dateRemoved": removed, "reason": V2_STATUS[reason]}


@routes.on("GET", "/v2/contacts/suppressed-since/{date}", tier="low")
def suppressed_since(call: Call) -> Answer:
    return _feed(call, "s.list IS NULL", ())


@routes.on("GET", "/v2/contacts/unsubscribed-since/{date}", tier="low")
def unsubscribed_since(call: Call) -> Answer:
    return _feed(call, "s.list IS NULL AND s.reason = 'unsubscribed'", ())


@routes.on("GET", "/v2/address-books/{list}/contacts/unsubscribed-since/{date}", tier="low")
def unsubscribed_from_list_since(call: Call) -> Answer:
    return _feed(call, "s.list = ?", (lists.named(call).id,))


def _known_or_new(call: Call, given: dict[str, Any], begun: subscription.Subscription) -> tuple[ContactBook, Contact]:
    email = clean_email(given.get("email"))
    if email is None:
        refuse("INVALID_EMAIL", 400)
    book = open_book(call).load(emails=[email])
    return book, book.by_email(email) or book.create(email, None, begun)


@routes.on("POST", "/v2/contacts/unsubscribe")
def unsubscribe(call: Call) -> Answer:
    """Account-wide; an unknown address becomes an unsubscribed contact (open question 16)."""
    book, contact = _known_or_new(call, fold(read_v2(call)), subscription.Subscription(Status.UNSUBSCRIBED))
    book.move(contact, subscription.close(contact.subscription, Status.UNSUBSCRIBED))
    book.save()
    return Answer.of(_removed(contact, book.stamp, Status.UNSUBSCRIBED))


@routes.on("POST", "/v2/address-books/{list}/contacts/unsubscribe")
def unsubscribe_from_list(call: Call) -> Answer:
    """This list only: the contact stays subscribed to the account, and the list remembers that it left."""
    item = lists.writable(call)
    email = clean_email(fold(read_v2(call)).get("email"))
    if email is None:
        refuse("INVALID_EMAIL", 400)
    book = open_book(call).load(emails=[email])
    contact = book.by_email(email)
    if contact is None or contact.binned:
        refuse("ERROR_CONTACT_NOT_FOUND")
    book.touch(contact)
    book.save()
    leave_list(call, book, contact, item.id)
    return Answer.of(_removed(contact, book.stamp, Status.UNSUBSCRIBED))


def leave_list(call: Call, book: ContactBook, contact: Contact, list_id: int) -> None:
    if lists.status_on(call.db, list_id, contact.id) == "suppressed":
        return
    lists.put_on(call.db, list_id, contact.id, "suppressed")
    call.db.execute(
        "INSERT INTO suppression (account, contact, list, reason, removed) VALUES (?, ?, ?, 'unsubscribed', ?)",
        (call.account.id, contact.id, list_id, book.stamp),
    )


@routes.on("PUT", "/v2/contacts/suppress-contacts", tier="low")
def suppress(call: Call) -> Answer:
    """Suppressed by the owner; answers echo each entry as it was given, with id 0 or e-mail null."""
    given = read_v2(call)
    if not isinstance(given, list) or not given:
        refuse("ERROR_CONTACTS_ARE_NOT_SPECIFIED")
    book = open_book(call)
    answer: dict[str, list[dict[str, Any]]] = {"suppressed": [], "notFound": []}
    for item in map(fold, given):
        number = int(item["id"]) if str(item.get("id") or "").isdigit() else 0
        email = clean_email(item.get("email"))
        found = book.load(ids=[number]).by_id(number) if number else None
        if found is None and email:
            found = book.load(emails=[email]).by_email(email)
        known = found is not None and not found.binned
        if found is not None and known:
            book.move(found, subscription.close(found.subscription, Status.SUPPRESSED))
        answer["suppressed" if known else "notFound"].append({"id": number, "email": item.get("email")})
    book.save()
    return Answer.of(answer)


def _resubscribe(call: Call, *, challenge: bool, on_list: lists.List | None) -> Answer:
    body = fold(read_v2(call))
    given = fold(body.get("unsubscribedcontact"))
    double = call.account.settings.double_opt_in
    opt_in = read_word(given.get("optintype"), OPT_INS)
    book, contact = _known_or_new(call, given, subscription.begin(None, opt_in, double_opt_in=double))
    after, result = subscription.resubscribe(contact.subscription, opt_in, challenge=challenge, double_opt_in=double)
    values, faults = convert(dict(read_pairs(given.get("datafields"))), load(call.db, call.account.id))
    for _, fault in faults:
        refuse(fault.code)
    if result is not Resubscribed.REFUSED:
        merge(contact.fields, values, Merge.OVERWRITE)
        contact.email_type = read_word(given.get("emailtype"), EMAIL_TYPES) or contact.email_type
    book.move(contact, after)
    book.save()
    if on_list is not None and on_list.system != lists.EVERYONE:
        standing = "pending" if result is Resubscribed.CHALLENGED else "subscribed"
        lists.put_on(call.db, on_list.id, contact.id, standing)
    return Answer.of({"contact": show(contact, None), "status": result.value})


@routes.on("POST", "/v2/contacts/resubscribe")
def resubscribe(call: Call) -> Answer:
    """Asks a suppressed contact by e-mail first; it stays suppressed until it confirms."""
    return _resubscribe(call, challenge=True, on_list=None)


@routes.on("POST", "/v2/contacts/resubscribe-with-no-challenge")
def resubscribe_at_once(call: Call) -> Answer:
    return _resubscribe(call, challenge=False, on_list=None)


@routes.on("POST", "/v2/address-books/{list}/contacts/resubscribe")
def resubscribe_to_list(call: Call) -> Answer:
    """Also clears the list's own suppression of the contact, whatever comes of the account's."""
    return _resubscribe(call, challenge=True, on_list=lists.writable(call))


@routes.on("POST", "/v2/address-books/{list}/contacts/resubscribe-with-no-challenge")
def resubscribe_to_list_at_once(call: Call) -> Answer:
    return _resubscribe(call, challenge=False, on_list=lists.writable(call))
