"""Collections in v3: creating, listing, schema, and the jobs that empty or delete them (contract, section 17)."""

from __future__ import annotations

from typing import Any

from . import contacts_v3, insight, insight_schema, jobs
from .exchange import Answer, Call
from .insight import ACCOUNT, CONTACT, Collection
from .insight_v3 import check_name, existing
from .reading import is_guid
from .refusals import refuse_v3
from .routing import Routes

routes = Routes()

_MOST_COLLECTIONS = 1000


def summary(collection: Collection, records: int) -> dict[str, Any]:
    return {
        "collectionName": collection.name,
        "collectionType": collection.type,
        "collectionScope": collection.scope,
        "recordCount": records,
    }


@routes.on("GET", "/insightData/v3/collections")
def list_collections(call: Call) -> Answer:
    return Answer.of([summary(*item) for item in insight.every(call.db, call.account.id)])


@routes.on("GET", "/insightData/v3/account")
def list_account_collections(call: Call) -> Answer:
    found = insight.every(call.db, call.account.id)
    return Answer.of([summary(*item) for item in found if item[0].scope == ACCOUNT])


@routes.on("GET", "/insightData/v3/contacts/{identifier}/{value}")
def list_contact_collections(call: Call) -> Answer:
    """The collections in which this contact has records, counting only its own."""
    owner = contacts_v3.named(call, "insightData").id
    query = "SELECT collection, count(*) FROM record WHERE contact = ? GROUP BY collection"
    counts = dict(call.db.execute(query, (owner,)))
    found = [collection for collection, _ in insight.every(call.db, call.account.id) if collection.id in counts]
    return Answer.of([summary(collection, counts[collection.id]) for collection in found])


@routes.on("POST", "/insightData/v3/collections/{collection}")
def create(call: Call) -> Answer:
    """201 if it is new, 200 if it was there, whatever its scope."""
    name, scope = check_name(call), call.query("collectionScope").lower()
    kind = insight.type_word(call.query("collectionType"))
    if scope not in (ACCOUNT, CONTACT) or kind is None:
        refuse_v3(400, "insightData:badRequest", "collectionScope and collectionType are required")
    known = insight.every(call.db, call.account.id)
    for collection, records in known:
        if collection.name.lower() == name.lower():
            return Answer.of(summary(collection, records))
    if len(known) >= _MOST_COLLECTIONS:
        refuse_v3(412, "insightData:tooManyCollections", f"An account has at most {_MOST_COLLECTIONS} collections")
    return Answer.of(summary(insight.find_or_create(call.db, call.account.id, name, scope, kind), 0), 201)


_SYSTEM_COLUMNS = (
    ("key", "NULLABLE", "STRING"),
    ("contactIdentifier", "REQUIRED", "INTEGER"),
    ("dateModified", "REQUIRED", "TIMESTAMP"),
    ("deleted", "NULLABLE", "BOOLEAN"),
    ("rowId", "NULLABLE", "STRING"),
)


@routes.on("GET", "/insightData/v3/collections/{collection}/schema")
def schema(call: Call) -> Answer:
    """The system columns, then ``json`` with every member seen so far."""
    collection = existing(call)
    columns: list[dict[str, Any]] = [
        {"name": name, "mode": mode, "type": kind, "fields": []} for name, mode, kind in _SYSTEM_COLUMNS
    ]
    members = insight_schema.describe(collection.schema.members)
    columns.append({"name": "json", "mode": "NULLABLE", "type": "RECORD", "fields": members})
    shape = {"collectionName": collection.name, "collectionType": collection.type, "schema": columns}
    return Answer.of(shape)


@routes.on("DELETE", "/insightData/v3/collections/{collection}", tier="low")
def delete(call: Call) -> Answer:
    return _later(call, "collection_delete", {"name": existing(call).name})


@routes.on("DELETE", "/insightData/v3/collections/{collection}/empty", tier="low")
def empty(call: Call) -> Answer:
    return _later(call, "collection_empty", {"name": existing(call).name, "contact": None})


@routes.on("DELETE", "/insightData/v3/contacts/{identifier}/{value}/{collection}/empty", tier="low")
def empty_of_contact(call: Call) -> Answer:
    owner = contacts_v3.named(call, "insightData").id
    return _later(call, "collection_empty", {"name": existing(call, CONTACT).name, "contact": owner})


def _later(call: Call, kind: str, options: dict[str, Any]) -> Answer:
    return Answer.of({"jobId": jobs.submit(call, kind, options)}, 202)


@routes.on("GET", "/insightData/v3/async/{job}", tier="unlimited")
def job_status(call: Call) -> Answer:
    job_id = call.params["job"]
    job = jobs.poll(call, job_id, "collection_delete", "collection_empty") if is_guid(job_id) else None
    if job is None:
        refuse_v3(404, "insightData:asyncJobNotFound", f"The job ID '{job_id}' could not be found!")
    running = "NotFinished" if job.polls else "NotStarted"
    return Answer.of({"jobId": job.id, "status": job.status or running, **job.result})


def _outcome(records: int) -> jobs.Outcome:
    totals = {"totalRecords": records, "totalProcessed": records, "totalFailed": 0}
    return jobs.Outcome("Finished", {"summary": totals, "failures": []})


@jobs.runs("collection_empty")
def run_empty(work: jobs.Work) -> jobs.Outcome:
    collection = insight.find(work.db, work.account.id, work.options["name"])
    return _outcome(insight.empty(work.db, collection, work.options["contact"]) if collection else 0)


@jobs.runs("collection_delete")
def run_delete(work: jobs.Work) -> jobs.Outcome:
    collection = insight.find(work.db, work.account.id, work.options["name"])
    if collection is None:
        return _outcome(0)
    records = insight.empty(work.db, collection)
    work.db.execute("DELETE FROM collection WHERE id = ?", (collection.id,))
    return _outcome(records)
