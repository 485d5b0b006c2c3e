"""The v3 contacts service: pages, single contacts, bulk deletes (contract, section 16)."""

from __future__ import annotations

import sqlite3
from typing import Any, NoReturn

from . import data_fields, lists
from .accounts import Account
from .contact_show_v3 import INCLUDES, show, show_full
from .contact_write_v3 import (
    IDENTIFIERS,
    Body,
    Surroundings,
    UnfitError,
    apply,
    clean_identifier,
    create,
    owners,
    read_body,
)
from .contacts import COLUMNS, Contact, ContactBook, put_into_bin, read_contact
from .exchange import Answer, Call
from .field_values import V3_QUERY, Merge
from .paging_v3 import page, read_limit, read_marker, read_since
from .reading import read_v3
from .refusals import refuse_v3
from .routing import Routes

routes = Routes()

_SERVICE = "contacts"
_INVALID_ID = frozenset({"InvalidEmail", "InvalidPhoneNumber", "InvalidContactId", "InvalidMatchIdentifier"})


def surroundings(db: sqlite3.Connection, account: Account) -> Surroundings:
    domains = db.execute("SELECT domain FROM suppressed_domain WHERE account = ?", (account.id,))
    return Surroundings(
        account.settings,
        data_fields.load(db, account.id),
        lists.known_ids(db, account.id),
        frozenset(row[0] for row in domains),
    )


def _refuse_unfit(unfit: UnfitError) -> NoReturn:
    if unfit.code in _INVALID_ID:
        refuse_v3(400, "contacts:invalidId", unfit.description)
    refuse_v3(400, "contacts:badRequest", unfit.description, [(unfit.item, unfit.code)] if unfit.item else None)


def _path_identifier(call: Call) -> tuple[str, Any]:
    name, value = call.params["identifier"], call.params["value"]
    try:
        return name, clean_identifier(name, value)
    except UnfitError as unfit:
        refuse_v3(400, "contacts:invalidId", unfit.description)


def _read(call: Call, around: Surroundings) -> Body:
    """The body of a single write; what an import would only report is refused here."""
    try:
        body = read_body(read_v3(call, _SERVICE), around)
    except UnfitError as unfit:
        _refuse_unfit(unfit)
    if body.attached:
        details = [(fault.item, fault.description) for fault in body.attached]
        refuse_v3(400, "contacts:badRequest", "The contact could not be accepted", details)
    return body


def load_book(call: Call, *identifiers: dict[str, Any]) -> ContactBook:
    """A book of everyone whom any of the identifiers names."""
    return load_into(ContactBook(call.db, call.account.id, call.now), identifiers)


def load_into(book: ContactBook, identifiers: tuple[dict[str, Any], ...] | list[dict[str, Any]]) -> ContactBook:
    named: dict[str, list[Any]] = {name: [] for name in IDENTIFIERS}
    for given in identifiers:
        for name, value in given.items():
            named[name].append(value)
    return book.load(emails=named["email"], mobiles=named["mobileNumber"], ids=named["contactId"])


def named(call: Call, service: str = _SERVICE) -> Contact:
    """The contact of ``{identifier}/{value}``, or 404 with the value and the identifier in the details."""
    name, value = call.params["identifier"], call.params["value"]
    try:
        identifier = {name: clean_identifier(name, value)}
    except UnfitError as unfit:
        refuse_v3(400, f"{service}:invalidId", unfit.description)
    found = [owner for _, _, owner in owners(load_book(call, identifier), identifier)]
    if not found or found[0].binned:
        details = [(value, f"Not found using the identifier '{name}'")]
        refuse_v3(404, f"{service}:contactNotFound", "The following contacts could not be found", details)
    return found[0]


def check_free(book: ContactBook, body: Body, contact: Contact | None) -> None:
    """409 if an identifier of the body belongs to someone else (quirk 30.14)."""
    for name, _, owner in owners(book, body.identifiers):
        if contact is None or owner.id != contact.id:
            text = "The identifier value is already in use by another contact."
            refuse_v3(409, "contacts:identifierConflict", text, [(name, "Conflict")])


@routes.on("GET", "/contacts/v3", tier="low")
def list_contacts(call: Call) -> Answer:
    """A page by contactId; no data fields without ``data-fields``, nothing else without ``include``."""
    limit, marker = read_limit(call, _SERVICE), read_marker(call, _SERVICE) or "0"
    condition, values = _filters(call)
    rows = [
        read_contact(row)
        for row in call.db.execute(
            f"SELECT {COLUMNS} FROM contact WHERE account = ? AND binned IS NULL AND id > ?{condition}"
            " ORDER BY id LIMIT ?",
            (call.account.id, int(marker) if marker.isdigit() else 0, *values, limit + 1),
        )
    ]
    fields, includes = _wanted_fields(call), _wanted_includes(call)
    items = [show(call, contact, fields, includes) for contact in rows[:limit]]
    return page(call, "/contacts/v3", rows, limit, lambda contact: str(contact.id), items)


def _filters(call: Call) -> tuple[str, list[Any]]:
    for one, other in (("~created", "~modified"), ("~listId", "~segmentId")):
        if call.query(one) and call.query(other):
            refuse_v3(400, "contacts:invalidFilter", f"The filters '{one}' and '{other}' may not be combined")
    condition, values = "", []
    for name, column in (("~created", "created"), ("~modified", "updated")):
        if since := read_since(call, name, _SERVICE):
            condition += f" AND {column} >= ?"
            values.append(since)
    if on_list := call.query("~listId"):
        known = lists.known_ids(call.db, call.account.id)
        if not on_list.isdigit() or int(on_list) not in known:
            refuse_v3(400, "contacts:invalidFilter", f"The filter value '{on_list}' is invalid")
        if known[int(on_list)] != lists.EVERYONE:
            condition += " AND id IN (SELECT contact FROM membership WHERE list = ? AND status = 'subscribed')"
            values.append(on_list)
    if segment := call.query("~segmentId"):
        refuse_v3(400, "contacts:invalidFilter", f"The filter value '{segment}' is invalid")
    return condition, values


def _wanted_fields(call: Call) -> list[data_fields.DataField] | None:
    given = call.query("data-fields")
    if not given:
        return None
    known = data_fields.load(call.db, call.account.id)
    if given == "[[ALL]]":
        return list(known.values())
    return [known[name.upper()] for name in given.split("|") if name.upper() in known]


def _wanted_includes(call: Call) -> tuple[str, ...]:
    """Repeated parameters and comma lists both (open question 19)."""
    given = {word.strip() for value in call.incoming.query.get("include", []) for word in value.split(",")}
    if unknown := sorted(given - {*INCLUDES, ""}):
        refuse_v3(400, "contacts:badRequest", f"The include value '{unknown[0]}' is invalid")
    return tuple(name for name in INCLUDES if name in given)


@routes.on("POST", "/contacts/v3")
def create_contact(call: Call) -> Answer:
    around = surroundings(call.db, call.account)
    body = _read(call, around)
    book = load_book(call, body.identifiers)
    for name, value, owner in owners(book, body.identifiers):
        if not owner.binned:
            text = f"The id value '{value} for the identifier '{name}' already exists. All identifiers must be unique!"
            refuse_v3(409, "contacts:idAlreadyExists", text)
    return Answer.of(show_full(call, _write(book, body, Merge.OVERWRITE, around)[0]), 201)


@routes.on("PATCH", "/contacts/v3/{identifier}/{value}")
def patch_contact(call: Call) -> Answer:
    """Update or create: 200 or 201; a suppressed contact is updated without an error and stays suppressed."""
    around = surroundings(call.db, call.account)
    name, value = _path_identifier(call)
    body = _read(call, around)
    option = V3_QUERY.get(call.query("merge-option", "overwrite").lower())
    if option is None:
        refuse_v3(400, "contacts:badRequest", f"The merge-option '{call.query('merge-option')}' is invalid")
    book = load_book(call, {name: value}, body.identifiers)
    found = next((owner for _, _, owner in owners(book, {name: value})), None)
    if found is None and name == "contactId":
        refuse_v3(400, "contacts:invalidId", f"The id value '{value}' is invalid for the identifier 'contactId'")
    check_free(book, body, found)
    body.identifiers.setdefault(name, value)
    contact, created = _write(book, body, option, around, found)
    return Answer.of(show_full(call, contact), 201 if created else 200)


def _write(
    book: ContactBook, body: Body, option: Merge, around: Surroundings, found: Contact | None = None
) -> tuple[Contact, bool]:
    """Create or update, save, and tell whether it was created; coming back from the recycle bin counts as that."""
    contact = found or next((owner for _, _, owner in owners(book, body.identifiers)), None)
    created = contact is None or contact.binned is not None
    try:
        contact = contact or create(book, body, around)
    except UnfitError as unfit:
        _refuse_unfit(unfit)
    apply(book, contact, body, option, around)
    book.save()
    return contact, created


@routes.on("GET", "/contacts/v3/{identifier}/{value}", tier="high")
def read_contact_call(call: Call) -> Answer:
    return Answer.of(show_full(call, named(call)))


@routes.on("PUT", "/contacts/v3/{identifier}/{value}")
def replace_contact(call: Call) -> Answer:
    """Replaces data fields, memberships and the other identifiers; the channel status only when stated."""
    around = surroundings(call.db, call.account)
    known = named(call)
    name, value = _path_identifier(call)
    body = _read(call, around)
    book = load_book(call, {"contactId": known.id}, body.identifiers)
    contact = book.by_id(known.id)
    if contact is None:
        raise LookupError(known.id)
    check_free(book, body, contact)
    kept = body.identifiers if name == "contactId" else {name: value, **body.identifiers}
    if "email" not in kept and "mobileNumber" not in kept:
        kept = {**contact.identifiers}
    book.rename(contact, kept.get("email"), kept.get("mobileNumber"))
    contact.fields = {"LASTSUBSCRIBED": at} if (at := contact.fields.get("LASTSUBSCRIBED")) else {}
    call.db.execute("DELETE FROM membership WHERE contact = ? AND status <> 'suppressed'", (contact.id,))
    apply(book, contact, body, Merge.OVERWRITE, around)
    book.save()
    return Answer.of(show_full(call, contact))


@routes.on("DELETE", "/contacts/v3/{identifier}/{value}")
def delete_contact(call: Call) -> Answer:
    contact = named(call)
    put_into_bin(call.db, [contact.id], ContactBook(call.db, call.account.id, call.now).stamp)
    return Answer.of({"contactId": contact.id})
