"""Insight imports of v2 and v3: accepted even if every contact is missing, reported record by record (15.4, 17.3)."""

from __future__ import annotations

from typing import Any

import orjson

from . import insight, insight_owners, jobs
from .exchange import Answer, Call
from .insight import ACCOUNT, CONTACT, Entry, Writer
from .insight_owners import Identity, Owners, check_scope
from .insight_schema import MisfitError
from .insight_v2 import check_name, document
from .reading import fold, is_guid, read_v2, read_v3
from .refusals import refuse, refuse_v3
from .routing import Routes

routes = Routes()

_TOO_MANY = (
    "Your import request cannot be accepted as too many imports are being processed for you account."
    " Please wait for an import to complete and then resubmit."
)
# A record as read: its key, its owner's identity (None = the account), its document, and why it cannot go.
Read = tuple[str, Identity | None, Any, MisfitError | None]


@routes.on("POST", "/v2/contacts/transactional-data/import/{collection}", tier="low")
def submit_v2(call: Call) -> Answer:
    name, items = check_name(call), read_v2(call)
    if not isinstance(items, list):
        refuse("ERROR_MALFORMED_REQUEST")
    for item in items:
        fold(item)
    return Answer.of({"id": jobs.submit(call, "insight_v2", {"name": name}), "status": "NotStarted"}, 202)


@routes.on("GET", "/v2/contacts/transactional-data/import/{job}", tier="unlimited")
def status_v2(call: Call) -> Answer:
    job = jobs.poll(call, call.params["job"], "insight_v2")
    if job is None:
        refuse("ERROR_IMPORT_NOT_FOUND")
    return Answer.of({"id": job.id, "status": job.status or ("NotFinished" if job.polls else "NotStarted")})


@routes.on("GET", "/v2/contacts/transactional-data/import/{job}/report", tier="unlimited")
def report_v2(call: Call) -> Answer:
    job = jobs.read(call, call.params["job"], "insight_v2")
    if job is None:
        refuse("ERROR_IMPORT_NOT_FOUND")
    if job.status != "Finished":
        refuse("ERROR_IMPORT_REPORT_NOT_FOUND")
    return Answer.of(job.result)


@routes.on("PUT", "/insightData/v3/import", tier="low")
def submit_v3(call: Call) -> Answer:
    given = read_v3(call, "insightData")
    name, kind = given.get("collectionName"), insight.type_word(given.get("collectionType"))
    scope = str(given.get("collectionScope")).lower()
    if not isinstance(given.get("records"), list) or kind is None or scope not in (ACCOUNT, CONTACT):
        refuse_v3(400, "insightData:badJson", "The request JSON is badly formed")
    if not isinstance(name, str) or not insight.valid_name(name):
        refuse_v3(400, "insightData:invalidId", f"The collectionName value '{name}' is invalid")
    if jobs.running(call, "insight_v3") >= call.account.settings.insight_import_limit:
        refuse_v3(429, "insightData:tooManyActiveImports", _TOO_MANY)
    options = {"name": name, "scope": scope, "type": kind}
    return Answer.of({"importId": jobs.submit(call, "insight_v3", options)}, 202)


@routes.on("GET", "/insightData/v3/import/{job}", tier="unlimited")
def status_v3(call: Call) -> Answer:
    job_id = call.params["job"]
    if not is_guid(job_id):
        refuse_v3(400, "insightData:invalidId", f"The id value '{job_id}' is not a recognized import identifier")
    job = jobs.poll(call, job_id, "insight_v3")
    if job is None:
        refuse_v3(404, "insightData:importNotFound", f"The import request '{job_id}' could not be found!")
    running = "Processing" if job.polls else "NotStarted"
    return Answer.of({"importId": job.id, "status": job.status or running, **job.result})


def _read_v2_item(item: Any) -> Read:
    given = fold(item)
    key = str(given.get("key") or "")
    try:
        return key, insight_owners.read_v2(given.get("contactidentifier")), document(given.get("json")), None
    except MisfitError as misfit:
        return key, None, given.get("json"), misfit


def _read_v3_item(item: Any, scope: str) -> Read:
    given = item if isinstance(item, dict) else {}
    key = given.get("key")
    text = "" if key is None else str(key)
    try:
        identity = insight_owners.read_v3(given.get("contactIdentity")) if scope == CONTACT else None
    except MisfitError as misfit:
        return text, None, given.get("json"), misfit
    return text, identity, given.get("json"), None


def _write(work: jobs.Work, collection: insight.Collection, read: list[Read]) -> list[Entry]:
    """Find all owners at once and write all records; each entry keeps its misfit."""
    owners = Owners(work.db, work.account.id, {identity for _, identity, _, fault in read if identity and not fault})
    entries = []
    for key, identity, content, fault in read:
        entry = Entry(key, 0, content, fault)
        if fault is None:
            try:
                check_scope(identity, collection.scope)
                entry.contact = owners.find(identity) if identity else 0
            except MisfitError as misfit:
                entry.misfit = misfit
        entries.append(entry)
    Writer(work.db, collection, work.now).write(entries)
    return entries


@jobs.runs("insight_v2")
def run_v2(work: jobs.Work) -> jobs.Outcome:
    read = [_read_v2_item(item) for item in orjson.loads(work.body)]
    scope = ACCOUNT if read and read[0][1] is None and read[0][3] is None else CONTACT
    name = work.options["name"]
    kind = insight.guess_type(name)
    entries = _write(work, insight.find_or_create(work.db, work.account.id, name, scope, kind), read)
    faults = [
        {"key": entry.key, "reason": entry.misfit.reason, "detail": entry.misfit.detail}
        for entry in entries
        if entry.misfit
    ]
    totals = {"totalItems": len(entries), "totalImported": len(entries) - len(faults), "totalRejected": len(faults)}
    return jobs.Outcome("Finished", {**totals, "faults": faults})


@jobs.runs("insight_v3")
def run_v3(work: jobs.Work) -> jobs.Outcome:
    name, scope = work.options["name"], work.options["scope"]
    records = orjson.loads(work.body)["records"]
    collection = insight.find_or_create(work.db, work.account.id, name, scope, work.options["type"])
    entries = _write(work, collection, [_read_v3_item(item, scope) for item in records])
    failures = [
        _failure(record, entry, entry.misfit, scope)
        for record, entry in zip(records, entries, strict=True)
        if entry.misfit
    ]
    summary = {
        "totalRecords": len(entries),
        "totalImported": len(entries) - len(failures),
        "totalRejected": len(failures),
    }
    return jobs.Outcome("Finished", {"collectionName": collection.name, "summary": summary, "failures": failures})


def _failure(record: Any, entry: Entry, misfit: MisfitError, scope: str) -> dict[str, Any]:
    owner: dict[str, Any] = {"ownerType": scope}
    if scope == CONTACT:
        owner["contactIdentity"] = record.get("contactIdentity") if isinstance(record, dict) else None
    return {
        "collectionOwner": owner,
        "failureReason": misfit.reason,
        "details": [misfit.detail],
        "key": entry.key,
        "json": entry.document,
    }
