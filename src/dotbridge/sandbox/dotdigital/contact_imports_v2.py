"""Contact imports of v2: submission, status, report and fault file (contract, section 13)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

from . import jobs, lists
from .clock import parse_instant
from .contact_rows_v2 import NotCsvError, read_collection, read_csv, read_upload
from .exchange import Answer, Call
from .field_values import V2
from .reading import fold, read_v2
from .refusals import refuse
from .routing import Routes

routes = Routes()

_KINDS = ("contacts_csv", "contacts_collection")
# A file whose name holds the word ends so: the sandbox's own convention (29.10).
_MAGIC = {"watchdog": "RejectedByWatchdog", "limit": "ExceedsAllowedContactLimit", "fail": "Failed"}
_FAULTS_KEPT = dt.timedelta(days=7)


def _accept(call: Call, kind: str, options: dict[str, Any], verdict: str | None = None) -> Answer:
    if jobs.running(call, "contacts") >= call.account.settings.contact_import_limit:
        refuse("ERROR_IMPORT_TOOMANYACTIVEIMPORTS")
    return Answer.of({"id": jobs.submit(call, kind, options, verdict), "status": "NotFinished"}, 202)


def _accept_file(call: Call, on_list: lists.List | None) -> Answer:
    option = V2.get(call.params.get("option", "0").lower())
    if option is None:
        refuse("ERROR_PARAMETER_INVALID")
    upload = read_upload(call)
    verdict = next((word for part, word in _MAGIC.items() if part in upload.name.lower()), None)
    try:
        header, _ = read_csv(upload.content)
        if "email" not in [name.lower() for name in header]:
            refuse("ERROR_NO_EMAIL_COLUMN")
    except NotCsvError:
        verdict = "InvalidFileFormat"
    (call.body_id,) = call.db.execute(
        "INSERT INTO body (content) VALUES (?) RETURNING id", (upload.content,)
    ).fetchone()
    joined = [on_list.id] if on_list and on_list.system != lists.EVERYONE else []
    return _accept(call, "contacts_csv", {"merge": option.value, "lists": joined}, verdict)


@routes.on("POST", "/v2/contacts/import", tier="low")
@routes.on("POST", "/v2/contacts/import/with-merge-option/{option}", tier="low")
def import_file(call: Call) -> Answer:
    return _accept_file(call, None)


@routes.on("POST", "/v2/address-books/{list}/contacts/import", tier="low")
@routes.on("POST", "/v2/address-books/{list}/contacts/import/with-merge-option/{option}", tier="low")
def import_file_to_list(call: Call) -> Answer:
    return _accept_file(call, lists.writable(call))


@routes.on("POST", "/v2/contacts/import-collection", tier="low")
def import_collection(call: Call) -> Answer:
    given = fold(read_v2(call))
    option = V2.get(str(given.get("mergeoption") or 0).lower())
    if option is None or not isinstance(given.get("contacts"), list):
        refuse("ERROR_PARAMETER_INVALID")
    read_collection(call.body)
    known = lists.known_ids(call.db, call.account.id)
    chosen = given.get("addressbookids") or []
    if any(item not in known for item in chosen):
        refuse("ERROR_ADDRESSBOOK_NOT_FOUND")
    if any(known[item] == lists.TEST for item in chosen):
        refuse("ERROR_ADDRESSBOOK_NOTWRITABLE")
    joined = [item for item in chosen if not known[item]]
    return _accept(call, "contacts_collection", {"merge": option.value, "lists": joined})


@routes.on("GET", "/v2/contacts/import/{job}", tier="unlimited")
def status(call: Call) -> Answer:
    job = jobs.poll(call, call.params["job"], *_KINDS)
    if job is None:
        refuse("ERROR_IMPORT_NOT_FOUND")
    return Answer.of({"id": job.id, "status": job.status or "NotFinished"})


def _finished(call: Call) -> jobs.Job:
    """The import, once it ended well; a report is there only then."""
    job = jobs.read(call, call.params["job"], *_KINDS)
    if job is None:
        refuse("ERROR_IMPORT_NOT_FOUND")
    if job.status != "Finished":
        refuse("ERROR_IMPORT_REPORT_NOT_FOUND")
    return job


@routes.on("GET", "/v2/contacts/import/{job}/report", tier="unlimited")
def report(call: Call) -> Answer:
    return Answer.of(_finished(call).result["report"])


@routes.on("GET", "/v2/contacts/import/{job}/report-faults", tier="unlimited")
def report_faults(call: Call) -> Answer:
    """CSV whatever was asked for: byte-order mark, ``Reason`` first, uploaded columns in lower case, or nothing."""
    job = _finished(call)
    if job.finished and parse_instant(job.finished) + _FAULTS_KEPT < call.now:
        refuse("ERROR_IMPORT_REPORT_NOT_FOUND")
    faults = job.result["faults"]
    if not faults:
        return Answer(200, b"", "text/csv; charset=utf-8")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Reason", *(name.lower() for name in job.result["header"])])
    writer.writerows(faults)
    return Answer(200, text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")
