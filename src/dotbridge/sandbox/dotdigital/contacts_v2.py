"""Contacts in v2: one by one, in pages, with consent, by list (contract 10, 11)."""

from __future__ import annotations

from typing import Any

from . import consent, data_fields, lists
from .contact_write_v2 import Wish, apply, open_book, read_pairs, read_wish, show, show_full, upsert
from .contacts import COLUMNS, Contact, clean_email, put_into_bin, read_contact
from .exchange import Answer, Call
from .reading import fold, number_v2, page_v2, read_v2, since_v2
from .refusals import refuse
from .routing import Routes

routes = Routes()


def named(call: Call, parameter: str = "contact") -> Contact:
    """The contact of the path by id or address; a numeric segment is an id (29.3). 404 if unknown or binned."""
    text = call.params[parameter]
    book = open_book(call)
    if text.isdigit():
        number = number_v2(text, "ERROR_CONTACT_NOT_FOUND")
        contact = book.load(ids=[number]).by_id(number)
    else:
        email = clean_email(text) or ""
        contact = book.load(emails=[email]).by_email(email)
    if contact is None or contact.binned or contact.email is None:
        refuse("ERROR_CONTACT_NOT_FOUND")
    if call.account.settings.hide_suppressed and contact.subscription.blocked:
        refuse("ERROR_CONTACT_NOT_FOUND")
    return contact


def show_page(call: Call, condition: str, values: tuple[Any, ...], default: int = 1000) -> Answer:
    """Contacts that meet a condition, by id ascending; data fields only with ``withFullData=true``."""
    select, skip = page_v2(call, default)
    hidden = " AND status IN ('subscribed', 'softBounced', 'pendingOptIn')" * call.account.settings.hide_suppressed
    rows = call.db.execute(
        f"SELECT {COLUMNS} FROM contact WHERE account = ? AND binned IS NULL AND email IS NOT NULL"
        f" AND {condition}{hidden} ORDER BY id LIMIT ? OFFSET ?",
        (call.account.id, *values, select, skip),
    )
    definitions = data_fields.load(call.db, call.account.id) if call.flag("withFullData") else None
    return Answer.of([show(read_contact(row), definitions) for row in rows])


@routes.on("GET", "/v2/contacts", tier="low")
def list_all(call: Call) -> Answer:
    return show_page(call, "1", ())


@routes.on("GET", "/v2/contacts/created-since/{date}", tier="low")
def list_created(call: Call) -> Answer:
    return show_page(call, "created >= ?", (since_v2(call),))


@routes.on("GET", "/v2/contacts/modified-since/{date}", tier="low")
def list_modified(call: Call) -> Answer:
    return show_page(call, "updated >= ?", (since_v2(call),), 2000)


@routes.on("GET", "/v2/contacts/count", tier="high")
def count(call: Call) -> Answer:
    """A bare integer, not JSON by its content type."""
    query = "SELECT count(*) FROM contact WHERE account = ? AND binned IS NULL AND email IS NOT NULL"
    return Answer.text(str(call.db.execute(query, (call.account.id,)).fetchone()[0]))


@routes.on("GET", "/v2/contacts/retrieve-collection", tier="low")
def retrieve(call: Call) -> Answer:
    """A GET with a body: the contacts of these ids and addresses, and what was not found."""
    given = fold(read_v2(call))
    asked = [fold(item) for item in given.get("contacts") or []]
    ids = [int(item["id"]) for item in asked if str(item.get("id") or "").isdigit()]
    emails = [email for item in asked if (email := clean_email(item.get("email")))]
    book = open_book(call).load(ids=ids, emails=emails)
    full = str(given.get("withfulldata")).lower() == "true"
    definitions = data_fields.load(call.db, call.account.id) if full else None
    found: dict[int, dict[str, Any]] = {}
    missing = []
    for item in asked:
        number = int(item["id"]) if str(item.get("id") or "").isdigit() else 0
        contact = book.by_id(number) if number else book.by_email(clean_email(item.get("email")) or "")
        if contact is None or contact.binned or contact.email is None:
            missing.append({"id": number, "email": item.get("email")})
        else:
            found[contact.id] = show(contact, definitions) | {"created": contact.created}
    return Answer.of({"contacts": list(found.values()), "notFound": missing})


@routes.on("POST", "/v2/contacts")
def create(call: Call) -> Answer:
    """An upsert by address: 201 whether the contact was known or not."""
    book = open_book(call)
    contact = upsert(call, book, read_wish(call, read_v2(call)))
    book.save()
    return Answer.of(show_full(call, contact), 201)


@routes.on("GET", "/v2/contacts/{contact}", tier="high")
def read(call: Call) -> Answer:
    return Answer.of(show_full(call, named(call)))


def _update(call: Call, body: Any) -> tuple[Contact, Any]:
    """Write the contact of the path; another ``email`` in the body renames it."""
    number = number_v2(call.params["contact"], "ERROR_CONTACT_NOT_FOUND")
    book = open_book(call).load(ids=[number])
    contact = book.by_id(number)
    if contact is None or contact.binned or contact.email is None:
        refuse("ERROR_CONTACT_NOT_FOUND")
    wish: Wish = read_wish(call, {"email": contact.email} | fold(body))
    owner = book.load(emails=[wish.email]).by_email(wish.email)
    if owner is not None and owner.id != contact.id:
        refuse("ERROR_NON_UNIQUE_EMAIL")
    apply(call, book, contact, wish)
    book.rename(contact, wish.email, contact.mobile)
    return contact, book


@routes.on("PUT", "/v2/contacts/{contact}")
def update(call: Call) -> Answer:
    contact, book = _update(call, read_v2(call))
    book.save()
    return Answer.of(show_full(call, contact))


@routes.on("DELETE", "/v2/contacts/{contact}")
def delete(call: Call) -> Answer:
    """Into the recycle bin; deleting is not suppressing (11.4)."""
    number = number_v2(call.params["contact"], "ERROR_CONTACT_NOT_FOUND")
    book = open_book(call).load(ids=[number])
    contact = book.by_id(number)
    if contact is None or contact.binned:
        refuse("ERROR_CONTACT_NOT_FOUND")
    put_into_bin(call.db, [number], book.stamp)
    return Answer.nothing()


@routes.on("GET", "/v2/contacts/{contact}/address-books")
def lists_of(call: Call) -> Answer:
    select, skip = page_v2(call)
    contact = named(call)
    standing = lists.of_contact(call.db, contact.id)
    member = [list_id for list_id, _, status in standing if status == "subscribed"][skip : skip + select]
    found = [lists.find(call.db, call.account.id, list_id) for list_id in member]
    return Answer.of([item.answer() for item in found if item])


def _consents(body: dict[str, Any]) -> list[consent.Record]:
    given = body.get("consentfields") or []
    if not isinstance(given, list):
        refuse("ERROR_MALFORMED_REQUEST")
    records = [consent.from_pairs(read_pairs(fold(item).get("fields"))) for item in given]
    return [record for record in records if record is not None]


def _with_consent(call: Call, contact: Contact, records: list[consent.Record]) -> dict[str, Any]:
    made = [consent.to_v2((*record, ""), created_now=True) for record in records]
    return {"contact": show_full(call, contact), "consentFields": made}


@routes.on("POST", "/v2/contacts/with-consent")
def create_with_consent(call: Call) -> Answer:
    body = fold(read_v2(call))
    book, records = open_book(call), _consents(body)
    contact = upsert(call, book, read_wish(call, body.get("contact")))
    for record in records:
        book.consent(contact, record)
    book.save()
    return Answer.of(_with_consent(call, contact, records), 201)


@routes.on("PUT", "/v2/contacts/{contact}/with-consent")
def update_with_consent(call: Call) -> Answer:
    body = fold(read_v2(call))
    records = _consents(body)
    contact, book = _update(call, body.get("contact"))
    for record in records:
        book.consent(contact, record)
    book.save()
    return Answer.of(_with_consent(call, contact, records))


@routes.on("GET", "/v2/contacts/{contact}/with-consent", tier="high")
def read_with_consent(call: Call) -> Answer:
    contact = named(call)
    records = [consent.to_v2(row) for row in consent.load(call.db, contact.id)]
    return Answer.of({"contact": show_full(call, contact), "consentFields": records})
