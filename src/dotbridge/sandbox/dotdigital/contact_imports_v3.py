"""Contact imports of v3: one JSON body, one transaction, an answer for every contact that failed (contract 16.5).

Suppressed contacts are updated like any other and cause no failure; only the platform's own lists refuse.
"""

from __future__ import annotations

from typing import Any

import orjson

from . import jobs
from .contact_write_v3 import Body, Surroundings, UnfitError, apply, clean_identifier, create, owners, read_body
from .contacts import Contact, ContactBook
from .contacts_v3 import load_into, surroundings
from .exchange import Answer, Call
from .field_values import V3_BODY, Merge
from .reading import is_guid, read_v3
from .refusals import refuse_v3
from .routing import Routes
from .subscription import Status

routes = Routes()

_TOO_MANY = (
    "Your import request cannot be accepted as too many imports are being processed for you account."
    " Please wait for an import to complete and then resubmit."
)
_PLATFORM = {Status.SHARED_SUPPRESSION: "GloballySuppressed", Status.BLOCKED_LOCAL_PART: "Blocker"}


@routes.on("PUT", "/contacts/v3/import", tier="low")
def submit(call: Call) -> Answer:
    given = read_v3(call, "contacts")
    if not isinstance(given.get("contacts"), list):
        refuse_v3(400, "contacts:badRequest", "The Contacts field is required")
    option = V3_BODY.get(str(given.get("mergeOption") or "overwrite").lower())
    if option is None:
        refuse_v3(400, "contacts:badRequest", f"The mergeOption '{given['mergeOption']}' is invalid")
    if jobs.running(call, "contacts") >= call.account.settings.contact_import_limit:
        refuse_v3(429, "contacts:tooManyActiveImports", _TOO_MANY)
    return Answer.of({"importId": jobs.submit(call, "contacts_v3", {"merge": option.value})}, 202)


@routes.on("GET", "/contacts/v3/import/{job}", tier="unlimited")
def status(call: Call) -> Answer:
    job_id = call.params["job"]
    if not is_guid(job_id):
        refuse_v3(400, "contacts:invalidId", f"The id value '{job_id}' is not a recognized import identifier")
    job = jobs.poll(call, job_id, "contacts_v3")
    if job is None:
        refuse_v3(404, "contacts:importNotFound", f"The import request '{job_id}' could not be found!")
    return Answer.of({"importId": job.id, "status": job.status or "NotFinished", **job.result})


class _Report:
    """What the status call will show once the import is finished."""

    def __init__(self) -> None:
        self.created: list[dict[str, Any]] = []
        self.updated: list[dict[str, Any]] = []
        self.failures: list[dict[str, Any]] = []
        self.codes: list[str] = []

    def fail(self, item: Any, faults: list[tuple[str, str]], contact: Contact | None = None) -> None:
        given = item if isinstance(item, dict) else {}
        entry: dict[str, Any] = {"contactId": contact.id} if contact else {}
        entry |= {"matchIdentifier": given.get("matchIdentifier"), "identifiers": given.get("identifiers")}
        entry["failures"] = [{"failureCode": code, "description": text} for code, text in faults]
        self.failures.append(entry)
        if contact is None:
            self.codes += [code for code, _ in faults]

    def result(self) -> dict[str, Any]:
        suppressed = self.codes.count("GloballySuppressed") + self.codes.count("SuppressedByDomain")
        duplicates = self.codes.count("Duplicate")
        summary = {
            "newContacts": len(self.created),
            "updatedContacts": len(self.updated),
            "globallySuppressed": suppressed,
            "invalidEntries": len(self.codes) - suppressed - duplicates,
            "duplicateIdentifiers": duplicates,
        }
        return {"summary": summary, "created": self.created, "updated": self.updated, "failures": self.failures}


@jobs.runs("contacts_v3")
def run(work: jobs.Work) -> jobs.Outcome:
    """Read every item, load everyone concerned at once, write all in sets."""
    around = surroundings(work.db, work.account)
    report = _Report()
    readable: list[tuple[Any, str, Body]] = []
    for item in orjson.loads(work.body)["contacts"]:
        try:
            readable.append((item, *_read_item(item, around)))
        except UnfitError as unfit:
            report.fail(item, [(unfit.code, unfit.description)])
    book = load_into(ContactBook(work.db, work.account.id, work.now), [body.identifiers for _, _, body in readable])
    option = Merge(work.options["merge"])
    seen: set[int] = set()
    for item, match, body in readable:
        try:
            _take(item, match, body, book=book, option=option, around=around, report=report, seen=seen)
        except UnfitError as unfit:
            report.fail(item, [(unfit.code, unfit.description)])
    book.save()
    return jobs.Outcome("Finished", report.result())


def _read_item(item: Any, around: Surroundings) -> tuple[str, Body]:
    body = read_body(item, around)
    if not body.identifiers:
        raise UnfitError("NoValidIdentifiers", "The Identifiers field is required")
    match = item.get("matchIdentifier") or next(iter(body.identifiers))
    if match not in body.identifiers:
        raise UnfitError("InvalidMatchIdentifier", f"'{match}' is not one of the contact's identifiers")
    clean_identifier(match, body.identifiers[match])
    return match, body


def _take(
    item: Any,
    match: str,
    body: Body,
    *,
    book: ContactBook,
    option: Merge,
    around: Surroundings,
    report: _Report,
    seen: set[int],
) -> None:
    """Match, check, write one contact of the import."""
    holders = list(owners(book, body.identifiers))
    contact = next((owner for name, _, owner in holders if name == match), None)
    if contact is None and match == "contactId":
        raise UnfitError("InvalidContactId", f"The id value '{body.identifiers[match]}' is unknown")
    if contact is not None and contact.id in seen:
        raise UnfitError("Duplicate", f"The identifier '{match}' occurs more than once in this import")
    if any(owner is not contact for _, _, owner in holders):
        raise UnfitError("Duplicate", "An identifier is already in use by another contact")
    new = contact is None or contact.binned is not None
    if contact is None:
        email = str(body.identifiers.get("email", ""))
        if email.rpartition("@")[2] in around.domains:
            raise UnfitError("SuppressedByDomain", "The domain is suppressed in this account")
        contact = create(book, body, around)
    elif contact.subscription.status in _PLATFORM:
        raise UnfitError(_PLATFORM[contact.subscription.status], "The platform refuses this address")
    seen.add(contact.id)
    apply(book, contact, body, option, around)
    shown = {"contactId": contact.id, "identifiers": contact.identifiers}
    (report.created if new else report.updated).append(shown)
    if body.attached:
        report.fail(item, [(fault.code, fault.description) for fault in body.attached], contact)
