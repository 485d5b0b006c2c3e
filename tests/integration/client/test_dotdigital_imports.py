"""Both transports of contacts and both of insight data: one report out, and nothing ever sent twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.contact_imports import body, framed
from dotbridge.dotdigital.errors import recovery
from dotbridge.dotdigital.insight_imports import framed as framed_records
from dotbridge.dotdigital.insight_imports import framed_v2
from dotbridge.errors import ConfigError, DotbridgeError, RecordError, RetryableError
from dotbridge.http.errors import OutcomeUnknown
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from integration.client.scripted import Answer, Scripted, as_json

SHARED = Path(os.environ.get("DOTBRIDGE_SHARED", Path(__file__).parents[4] / "shared"))
EXAMPLES = SHARED / "contracts" / "examples" / "dotdigital"
ID = "d7de900d-d337-43f6-b1e1-c8ec73e1a434"
QUICK = Retries(attempts=3, total=5.0, first=0.01, most=0.02)
Submit = Callable[[Dotdigital], str]
SUBMITS: dict[str, Submit] = {
    "contacts v3": lambda account: account.contact_imports.put(body([])),
    "contacts v2": lambda account: account.csv_imports.upload(b"Email\r\n", list_id=5, merge_option=1),
    "insight v3": lambda account: account.insight_imports.put(framed_records("Orders", "contact", "orders", b"")),
    "insight v2": lambda account: account.insight_imports.put_v2("Orders", framed_v2([])),
}
submits = pytest.mark.parametrize("submit", SUBMITS.values(), ids=SUBMITS)


@pytest.fixture
def dotdigital(server: Scripted) -> Dotdigital:
    return Dotdigital(server.url, "u", Secret("swordfish"), allow_private=True, timeout=0.3, retries=QUICK)


def example(name: str) -> bytes:
    if not EXAMPLES.is_dir():
        pytest.skip("the example payloads of shared/ are not here")
    return (EXAMPLES / name).read_bytes()


@submits
def test_a_submitted_import_has_an_id(submit: Submit, server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"importId": ID, "id": ID, "status": "NotFinished"}, 202))
    assert submit(dotdigital) == ID


@submits
@pytest.mark.parametrize(
    "answer",
    [
        Answer(reset=True),
        Answer(202, b'{"importId": "d7de', cut=9),
        Answer(202, b'{"importId": "d7de'),
        Answer(202),
        as_json({"something": "else"}, 202),
        Answer(503, b"<html>", {"Content-Type": "text/html"}),
        Answer(200, b"<html>", {"Content-Type": "text/html"}),
        Answer(delay=0.6),
    ],
    ids=["reset", "cut", "truncated", "empty", "other shape", "html 503", "html 200", "too late"],
)
def test_an_import_without_a_clear_answer_is_unknown_and_was_sent_once(
    answer: Answer, submit: Submit, server: Scripted, dotdigital: Dotdigital
) -> None:
    server.answers(answer, as_json({"importId": "twice", "id": "twice"}, 202))
    with pytest.raises(OutcomeUnknown) as lost:
        submit(dotdigital)
    assert recovery(lost.value) == "unknown"
    assert len(server.requests) == 1


@submits
@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (as_json({"errorCode": "contacts:tooManyActiveImports"}, 429), codes.TOO_MANY_IMPORTS, "retry"),
        (as_json({"message": "Error: ERROR_IMPORT_TOOMANYACTIVEIMPORTS"}, 400), codes.TOO_MANY_IMPORTS, "retry"),
        (as_json({"message": "Error: ERROR_CONTACT_TOOMANY"}, 400), codes.CONTACT_LIMIT, "park"),
        (as_json({"message": "Error: ERROR_FEATURENOTACTIVE"}, 403), codes.FEATURE_MISSING, "park"),
        (as_json({"errorCode": "insightData:badJson"}, 400), codes.BAD_CONTENT, "split"),
        (Answer(413), codes.TOO_LARGE, "split"),
        (as_json({"message": "Authorization has been denied for this request."}, 401), codes.CREDENTIALS, "config"),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_a_refused_import_says_what_comes_next(
    answer: Answer, code: object, word: str, submit: Submit, server: Scripted, dotdigital: Dotdigital
) -> None:
    server.answers(answer)
    with pytest.raises(DotbridgeError) as refused:
        submit(dotdigital)
    assert refused.value.code is code
    assert recovery(refused.value) == word
    assert len(server.requests) == 1


def test_an_import_of_contacts_is_a_put_with_a_merge_option(server: Scripted, dotdigital: Dotdigital) -> None:
    contact = {"matchIdentifier": "email", "identifiers": {"email": "ada@example.com"}}
    server.answers(as_json({"importId": ID}, 202))
    dotdigital.contact_imports.put(framed([orjson.dumps(contact)], "overwriteIfNotEmpty"))
    (request,) = server.requests
    assert (request.method, request.path) == ("PUT", "/contacts/v3/import")
    assert orjson.loads(request.body) == {"mergeOption": "overwriteIfNotEmpty", "contacts": [contact]}
    assert framed([orjson.dumps(contact)]) == body([contact])


def test_a_running_import_has_no_report_yet(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"importId": ID, "status": "NotFinished"}), as_json({"id": ID, "status": "NotFinished"}))
    assert dotdigital.contact_imports.read(ID).state == "running"
    assert dotdigital.csv_imports.read(ID).state == "running"
    assert len(server.requests) == 2


def test_the_published_report_of_v3_is_read(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(body=example("built_GET_contacts-v3-import-importId__response-200_finished.json")))
    report = dotdigital.contact_imports.read(ID)
    assert (report.state, report.counters.created, report.counters.updated, report.counters.invalid) == (
        "finished",
        1,
        1,
        1,
    )
    assert [(taken.contact_id, taken.email, taken.created) for taken in report.taken] == [
        (35212311, "john.doe@emailsim.io", True),
        (35212312, "jane.doe@emailsim.io", False),
    ]
    (fault,) = report.faults
    assert (fault.identifier, fault.value, fault.reason) == ("email", "not-an-address", "invalid_email")
    assert not fault.partial


def test_a_contact_that_was_taken_without_its_list_is_a_partial_fault(server: Scripted, dotdigital: Dotdigital) -> None:
    identifiers = {"email": "ada@example.com"}
    failure = {
        "contactId": 7,
        "matchIdentifier": "email",
        "identifiers": identifiers,
        "failures": [{"failureCode": "InvalidAddressBookIds", "description": "List 99 is unknown"}],
    }
    updated = [{"contactId": 7, "identifiers": identifiers}]
    server.answers(as_json({"importId": ID, "status": "Finished", "updated": updated, "failures": [failure]}))
    (fault,) = dotdigital.contact_imports.read(ID).faults
    assert (fault.partial, fault.reason, fault.detail) == (True, "invalid_list", "List 99 is unknown")


def test_a_csv_upload_has_a_file_name_a_list_and_a_merge_option(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"id": ID, "status": "NotFinished"}, 202))
    dotdigital.csv_imports.upload(b"Email\r\nada@example.com\r\n", list_id=5, merge_option=1)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v2/address-books/5/contacts/import/with-merge-option/1")
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'filename="contacts.csv"' in request.body
    assert b"Content-Type: text/csv" in request.body
    assert b"Email\r\nada@example.com\r\n" in request.body


def test_the_report_and_the_faults_of_v2_become_the_same_report(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(
        as_json({"id": ID, "status": "Finished"}),
        as_json({"newContacts": 10, "updatedContacts": 2, "unsubscribed": 1, "duplicateEmails": 1, "blocked": None}),
        Answer(
            body="\ufeffReason,email\r\nUnsubscribed,ada@example.com\r\nDuplicate,vic@example.com\r\n".encode(),
            headers={"Content-Type": "text/csv"},
        ),
    )
    report = dotdigital.csv_imports.read(ID)
    counters = report.counters
    assert (counters.created, counters.updated, counters.suppressed, counters.duplicate) == (10, 2, 1, 1)
    assert [(fault.value, fault.reason, fault.suppressed) for fault in report.faults] == [
        ("ada@example.com", "unsubscribed", True),
        ("vic@example.com", "duplicate", False),
    ]
    assert server.requests[-1].path == f"/v2/contacts/import/{ID}/report-faults"


def test_a_clean_v2_import_is_not_asked_for_its_faults(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"id": ID, "status": "Finished"}), as_json({"newContacts": 10}))
    assert dotdigital.csv_imports.read(ID).faults == ()
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [200, 400])
def test_faults_that_are_an_error_in_json_are_seen(status: int, server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"message": "Import is not processed yet. ERROR_IMPORT_REPORT_NOT_FOUND"}, status))
    with pytest.raises(RetryableError) as early:
        dotdigital.csv_imports.faults(ID)
    assert early.value.code is codes.NOT_READY


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf"])
def test_an_empty_fault_file_holds_no_faults(body: bytes, server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(body=body))
    assert dotdigital.csv_imports.faults(ID) == ()


@pytest.mark.parametrize("word", ["contacts:importNotFound", "insightData:importNotFound"])
def test_an_import_that_dotdigital_forgot_is_unknown(word: str, server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"errorCode": word, "description": "x"}, 404))
    with pytest.raises(OutcomeUnknown) as forgotten:
        dotdigital.contact_imports.read(ID)
    assert recovery(forgotten.value) == "unknown"


def test_the_published_report_of_an_insight_import_is_read(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(body=example("GET_insightData-v3-import-importId__response-200_Import-complete.json")))
    report = dotdigital.insight_imports.read(ID)
    assert (report.state, report.collection) == ("finished", "Orders")
    assert (report.total, report.imported, report.rejected) == (10, 9, 1)
    (fault,) = report.faults
    assert (fault.key, fault.reason, fault.identifier, fault.value) == (
        "24938",
        "unknown",
        "email",
        "joe.bloggs@emailsim.io",
    )
    assert len(fault.details) == 2


@pytest.mark.parametrize("status", ["Complete", "Finished"])
def test_both_words_for_done_are_done(status: str, server: Scripted, dotdigital: Dotdigital) -> None:
    failure = {"key": 7, "failureReason": "ContactEmailDoesNotExist", "collectionOwner": None}
    server.answers(as_json({"importId": ID, "status": status, "summary": None, "failures": [failure]}))
    report = dotdigital.insight_imports.read(ID)
    assert report.state == "finished"
    assert (report.faults[0].key, report.faults[0].contact_missing) == ("7", True)


def test_an_insight_import_over_v2_ends_in_the_same_report(server: Scripted, dotdigital: Dotdigital) -> None:
    fault = {"key": "1234AB", "reason": "JsonValueIncompatibleWithSchema", "detail": "price"}
    report_body = {"totalItems": 6, "totalImported": 5, "totalRejected": 1, "faults": [fault]}
    server.answers(as_json({"id": ID, "status": "Finished"}), as_json(report_body))
    report = dotdigital.insight_imports.read_v2(ID)
    assert (report.total, report.imported, report.rejected) == (6, 5, 1)
    assert (report.faults[0].reason, report.faults[0].details) == ("json_value_incompatible_with_schema", ("price",))
    assert not report.faults[0].contact_missing


def test_bodies_of_insight_imports_differ_in_their_document(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"importId": ID}, 202), as_json({"id": ID, "status": "NotStarted"}, 202))
    dotdigital.insight_imports.put(framed_records("Orders", "contact", "orders", b'{"key":"1","json":{"a":1}}'))
    dotdigital.insight_imports.put_v2("Orders", framed_v2([("1", "ada@example.com", {"a": 1})]))
    v3, v2 = (orjson.loads(request.body) for request in server.requests)
    assert v3 == {
        "collectionName": "Orders",
        "collectionScope": "contact",
        "collectionType": "orders",
        "records": [{"key": "1", "json": {"a": 1}}],
    }
    assert v2 == [{"key": "1", "contactIdentifier": "ada@example.com", "json": '{"a":1}'}]
    assert server.requests[1].path == "/v2/contacts/transactional-data/import/Orders"


def test_a_record_that_does_not_fit_its_collection_carries_the_reason(server: Scripted, dotdigital: Dotdigital) -> None:
    text = "JsonValueIncompatibleWithSchema. A value named 'custom' exists. ERROR_TRANSACTIONAL_DATA_VALIDATION_FAILED"
    server.answers(as_json({"message": text}, 400))
    with pytest.raises(RecordError) as refused:
        dotdigital.insight_v2.put("Catalog", "1", {"custom": []})
    assert "JsonValueIncompatibleWithSchema" in refused.value.why
    assert not isinstance(refused.value, ConfigError)
