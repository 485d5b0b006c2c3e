"""Deleting many contacts at once through v3 (contract 16.2, 16.6)."""

from __future__ import annotations

from typing import Any

import orjson

from . import jobs
from .contact_write_v3 import UnfitError, clean_identifier, owners
from .contacts import ContactBook, put_into_bin
from .contacts_v3 import load_into
from .exchange import Answer, Call
from .reading import is_guid
from .refusals import refuse_v3
from .routing import Routes

routes = Routes()

_TOO_MANY_DELETES = (
    "Your bulk delete request cannot be accepted as too many bulk delete jobs are being processed for you account."
    " Please wait for a bulk delete job to complete and then resubmit."
)


@routes.on("POST", "/contacts/v3/delete", tier="low")
def delete_many(call: Call) -> Answer:
    try:
        entries = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        refuse_v3(400, "contacts:badJson", "The request JSON is badly formed")
    if not isinstance(entries, list) or not entries:
        refuse_v3(400, "contacts:noContactsSpecified", "You must specifiy 1 or more contacts to be deleted!")
    if len(entries) > 5000:
        refuse_v3(400, "contacts:badRequest", "At most 5000 contacts can be deleted at once")
    if jobs.running(call, "contact_delete") >= call.account.settings.delete_limit:
        refuse_v3(429, "contacts:tooManyBulkDeleteJobs", _TOO_MANY_DELETES)
    return Answer.of({"deleteId": jobs.submit(call, "contact_delete", {})}, 202)


@routes.on("GET", "/contacts/v3/delete/{job}", tier="unlimited")
def delete_status(call: Call) -> Answer:
    job_id = call.params["job"]
    if not is_guid(job_id):
        text = f"The id value '{job_id}' is not a recognized deletion job identifier"
        refuse_v3(400, "contacts:invalidDeleteId", text)
    job = jobs.poll(call, job_id, "contact_delete")
    if job is None:
        refuse_v3(404, "contacts:importNotFound", f"The import request '{job_id}' could not be found!")
    if job.status is None:
        return Answer.of({"deleteId": job.id, "status": "NotFinished" if job.polls else "NotStarted"})
    return Answer.of({"deleteId": job.id, "status": job.status, **job.result})


@jobs.runs("contact_delete")
def run_delete(work: jobs.Work) -> jobs.Outcome:
    """Bin whoever is found; unknown and invalid entries are counted."""
    entries: list[Any] = orjson.loads(work.body)
    readable: list[tuple[Any, dict[str, Any]]] = []
    failures = []
    for entry in entries:
        try:
            if not isinstance(entry, dict) or len(entry) != 1:
                raise UnfitError("NoValidIdentifiers", "one identifier names one contact")  # noqa: TRY301
            (name, value), *_ = entry.items()
            readable.append((entry, {name: clean_identifier(name, value)}))
        except UnfitError as unfit:
            fault = {"failureCode": unfit.code, "description": unfit.description}
            failures.append({"identifier": entry, "failures": [fault]})
    book = load_into(ContactBook(work.db, work.account.id, work.now), [identifier for _, identifier in readable])
    chosen: dict[int, Any] = {}
    unknown = 0
    for entry, identifier in readable:
        found = next((owner for _, _, owner in owners(book, identifier) if not owner.binned), None)
        if found is None or found.id in chosen:
            unknown += 1
        else:
            chosen[found.id] = entry
    put_into_bin(work.db, chosen, book.stamp)
    summary = {
        "requestedContacts": len(entries),
        "deletedContacts": len(chosen),
        "unknownContacts": unknown,
        "invalidEntries": len(failures),
    }
    return jobs.Outcome("Finished", {"summary": summary, "deleted": list(chosen.values()), "failures": failures})
