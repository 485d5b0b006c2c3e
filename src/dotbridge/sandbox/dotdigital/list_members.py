"""Members of lists in v2: joining, leaving, reading (contract, section 10)."""

from __future__ import annotations

import sqlite3

import orjson

from . import jobs, lists
from .contact_write_v2 import open_book, read_wish, show_full, upsert
from .contacts_v2 import show_page
from .exchange import Answer, Call
from .reading import number_v2, read_v2, since_v2
from .refusals import refuse
from .routing import Routes

routes = Routes()

_MEMBERS = "id IN (SELECT contact FROM membership WHERE list = ? AND status = 'subscribed')"


def _members(item: lists.List) -> tuple[str, tuple[int, ...]]:
    """Everyone is on All Contacts; on other lists those who joined and did not leave."""
    return ("1", ()) if item.system == lists.EVERYONE else (_MEMBERS, (item.id,))


@routes.on("GET", "/v2/address-books/{list}/contacts", tier="low")
def read(call: Call) -> Answer:
    return show_page(call, *_members(lists.named(call)))


@routes.on("GET", "/v2/address-books/{list}/contacts/modified-since/{date}", tier="low")
def read_modified(call: Call) -> Answer:
    condition, values = _members(lists.named(call))
    return show_page(call, f"{condition} AND updated >= ?", (*values, since_v2(call)), 2000)


@routes.on("POST", "/v2/address-books/{list}/contacts")
def add(call: Call) -> Answer:
    """Creates or updates the contact and adds it; it never resubscribes, neither to the account nor to the list."""
    item, book = lists.writable(call), open_book(call)
    contact = upsert(call, book, read_wish(call, read_v2(call)))
    if lists.status_on(call.db, item.id, contact.id) == "suppressed":
        refuse("ERROR_CONTACT_SUPPRESSEDFORADDRESSBOOK")
    if item.system != lists.EVERYONE:
        book.join(contact, item.id)
    book.save()
    return Answer.of(show_full(call, contact))


@routes.on("DELETE", "/v2/address-books/{list}/contacts/{contact}")
def remove(call: Call) -> Answer:
    """Only the membership goes; whether the contact left the list of its own will is not remembered here."""
    item = lists.writable(call)
    number = number_v2(call.params["contact"], "ERROR_CONTACT_NOT_FOUND")
    known = open_book(call).load(ids=[number]).by_id(number)
    if known is None or known.binned:
        refuse("ERROR_CONTACT_NOT_FOUND")
    call.db.execute(
        "DELETE FROM membership WHERE list = ? AND contact = ? AND status <> 'suppressed'", (item.id, number)
    )
    return Answer.nothing()


@routes.on("DELETE", "/v2/address-books/{list}/contacts", tier="low")
def remove_everyone(call: Call) -> Answer:
    _clear(call.db, lists.writable(call).id, None)
    return Answer.nothing()


@routes.on("POST", "/v2/address-books/{list}/contacts/delete", tier="low")
def remove_many(call: Call) -> Answer:
    ids = read_v2(call)
    if not isinstance(ids, list) or not ids:
        refuse("ERROR_CONTACTS_ARE_NOT_SPECIFIED")
    numbers = [number_v2(item, "ERROR_CONTACT_INVALID") for item in ids]
    options = {"list": lists.writable(call).id, "contacts": numbers}
    return Answer.of({"id": jobs.submit(call, "list_removal", options), "status": "Started"}, 202)


@routes.on("POST", "/v2/address-books/{list}/contacts/delete-all", tier="low")
def remove_all(call: Call) -> Answer:
    options = {"list": lists.writable(call).id, "contacts": None}
    return Answer.of({"id": jobs.submit(call, "list_removal", options), "status": "Started"}, 202)


@routes.on("GET", "/v2/contacts/deletion/{job}", tier="unlimited")
def removal_status(call: Call) -> Answer:
    """Documented in PascalCase, unlike its neighbours (2.4)."""
    job = jobs.poll(call, call.params["job"], "list_removal")
    if job is None:
        refuse("ERROR_IMPORT_NOT_FOUND")
    return Answer.of({"Id": job.id, "Status": "Completed" if job.status == "Finished" else job.status or "Started"})


def _clear(db: sqlite3.Connection, list_id: int, contacts: list[int] | None) -> None:
    chosen = None if contacts is None else orjson.dumps(contacts).decode()
    db.execute(
        "DELETE FROM membership WHERE list = ? AND status <> 'suppressed'"
        " AND (? IS NULL OR contact IN (SELECT value FROM json_each(?)))",
        (list_id, chosen, chosen),
    )


@jobs.runs("list_removal")
def run_removal(work: jobs.Work) -> jobs.Outcome:
    _clear(work.db, work.options["list"], work.options["contacts"])
    return jobs.Outcome("Finished", {})
