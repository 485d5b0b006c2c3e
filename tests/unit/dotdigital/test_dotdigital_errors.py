"""Every refusal that Dotdigital documents leads to one known next step."""

from __future__ import annotations

import os
import re
from pathlib import Path

import orjson
import pytest
from urllib3 import HTTPHeaderDict

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.codes import RECOVERY
from dotbridge.dotdigital.errors import Refusal, build, explain, recovery
from dotbridge.dotdigital.refusals import DOCUMENTED_V2, REFUSALS
from dotbridge.errors import Code, ConfigError, DotbridgeError, FatalError, RecordError, RetryableError
from dotbridge.http.codes import FORBIDDEN, OUTCOME_UNKNOWN, UNREACHABLE
from dotbridge.http.errors import OutcomeUnknown, RateLimited, Transient
from dotbridge.http.operation import Operation
from dotbridge.http.response import Response

SHARED = Path(os.environ.get("DOTBRIDGE_SHARED", Path(__file__).parents[4] / "shared"))
CONTRACT = SHARED / "contracts" / "dotdigital-api.md"
EXAMPLES = SHARED / "contracts" / "examples" / "dotdigital"
CALL = Operation("contact_imports.put", "PUT", tier="low")
CLASSES: dict[str, type[DotbridgeError]] = {
    "retry": RetryableError,
    "park": ConfigError,
    "split": RecordError,
    "config": ConfigError,
    "record": RecordError,
    "unknown": OutcomeUnknown,
}


def answer(status: int, payload: object = None, **headers: str) -> Response:
    body = payload if isinstance(payload, bytes) else orjson.dumps(payload) if payload is not None else b""
    named = HTTPHeaderDict({name.replace("_", "-"): value for name, value in headers.items()})
    return Response(CALL, status, named, body)


def explained(status: int, payload: object = None, **headers: str) -> DotbridgeError:
    error = explain(answer(status, payload, **headers))
    assert error is not None
    return error


def test_the_list_of_v2_words_is_complete() -> None:
    assert len(DOCUMENTED_V2) == 95


@pytest.mark.skipif(not CONTRACT.is_file(), reason="the contract in shared/ is not here")
def test_every_word_that_the_contract_writes_out_is_in_the_table() -> None:
    section = CONTRACT.read_text().split("## 4. Error bodies")[1].split("\n## 5.")[0]
    v2 = {
        word
        for word in re.findall(r"ERROR_[A-Z]+(?:_[A-Z]+)*(?!_)\b", section)
        if not word.endswith(("_DOCUMENT", "_IMAGE"))
    }
    v3 = set(re.findall(r"\b(?:contacts|insightData|customIdentifiers|events|marketingEmail):[a-zA-Z]+", section))
    assert len(v2) > 60
    assert len(v3) > 15
    assert {word for word in v2 | v3 if word.lower() not in REFUSALS} <= {"ERROR_X"}


@pytest.mark.parametrize("word", sorted(REFUSALS))
def test_every_word_becomes_the_class_of_its_recovery(word: str) -> None:
    body = (
        {"message": f"Told. {word.upper()} "}
        if word.startswith("error_")
        else {"errorCode": word, "description": "Told."}
    )
    error = explained(400, body)
    code, sentence = REFUSALS[word]
    assert error.code is code
    assert sentence in error.why
    assert "Told." in error.why
    assert recovery(error) == RECOVERY[code]
    assert isinstance(error, (CLASSES[RECOVERY[code]], FatalError))


@pytest.mark.parametrize("code", list(RECOVERY), ids=lambda code: code.id)
def test_every_code_has_words_for_a_person_and_a_class(code: Code) -> None:
    error = build(code, "Here is why.")
    assert code.what.endswith(".")
    assert code.todo.endswith(".")
    assert str(error).startswith(f"{code.id}: ")
    assert recovery(error) == RECOVERY[code]


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("Error: ERROR_FEATURENOTACTIVE", "ERROR_FEATURENOTACTIVE", ""),
        ("Error: ERROR_ENROLMENT_ALLOWANCE_EXCEEDED ", "ERROR_ENROLMENT_ALLOWANCE_EXCEEDED", ""),
        ("Contact is suppressed. ERROR_CONTACT_SUPPRESSED", "ERROR_CONTACT_SUPPRESSED", "Contact is suppressed."),
        ("ERROR_A comes first, then ERROR_B_C", "ERROR_B_C", "ERROR_A comes first, then"),
        ("file must be valid", "", "file must be valid"),
    ],
)
def test_the_last_error_token_of_a_message_counts(text: str, word: str, rest: str) -> None:
    assert Refusal.read(orjson.dumps({"message": text})) == Refusal(word, rest)


def test_details_of_v3_are_read_under_both_names() -> None:
    told = {
        "errorCode": "contacts:badRequest",
        "description": "No.",
        "details": [{"item": "a", "description": "x"}, {"item": "b", "error": "y"}],
    }
    assert Refusal.read(orjson.dumps(told)).sentence == "No. a: x; b: y"
    assert Refusal.read(orjson.dumps([told])).word == "contacts:badRequest"


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad gateway</html>", b"null", b"[]", b"17", b'{"x":1}', b'{"message": null}']
)
def test_a_body_without_words_says_nothing(body: bytes) -> None:
    assert Refusal.read(body) == Refusal("", "")


def test_the_two_spellings_of_an_identifier_conflict_are_one() -> None:
    for word in ("contacts:idAlreadyExists", "contacts:identifierConflict"):
        assert explained(409, {"errorCode": word, "description": "x"}).code is codes.IDENTIFIER_TAKEN


def test_a_job_limit_is_told_from_a_limit_of_calls() -> None:
    for error in (
        explained(429, {"errorCode": "contacts:tooManyActiveImports", "description": "x"}),
        explained(429, {"errorCode": "insightData:tooManyActiveImports", "description": "x"}),
        explained(400, {"message": "Error: ERROR_IMPORT_TOOMANYACTIVEIMPORTS"}),
    ):
        assert error.code is codes.TOO_MANY_IMPORTS
        assert isinstance(error, RetryableError)
        assert not isinstance(error, Transient)
        assert error.retry_after == 30.0
    assert explained(429, {"errorCode": "contacts:tooManyBulkDeleteJobs"}).code is codes.TOO_MANY_JOBS
    assert explain(answer(429)) is None
    assert explain(answer(429, b"slow down")) is None


def test_the_flat_limit_of_calls_comes_as_a_400_and_holds_for_the_whole_account() -> None:
    error = explained(400, {"message": "Capped. Please contact support. ERROR_APIUSAGE_EXCEEDED"})
    assert isinstance(error, RateLimited)
    assert error.whole
    assert recovery(error) == "retry"


def test_an_answer_that_says_when_to_come_back_is_believed() -> None:
    error = explained(503, {"message": "Error: ERROR_TRANSACTIONAL_DATA_COLLECTION_IS_RESTORING"}, Retry_After="90")
    assert isinstance(error, RetryableError)
    assert (error.code, error.retry_after) == (codes.UNAVAILABLE, 90.0)


@pytest.mark.parametrize(
    ("status", "payload", "code"),
    [
        (401, {"message": "Authorization has been denied for this request."}, codes.CREDENTIALS),
        (401, b"Unauthorised", codes.CREDENTIALS),
        (401, None, codes.CREDENTIALS),
        (403, {"message": "Forbidden: Access is denied"}, codes.NOT_ALLOWED),
        (403, {"message": "Error: ERROR_FEATURENOTACTIVE"}, codes.FEATURE_MISSING),
        (400, {"message": "file must be valid"}, codes.FILE_INVALID),
        (404, None, codes.NOT_FOUND),
        (412, {"errorCode": "insightData:collectionLimit"}, codes.COLLECTION_LIMIT),
        (413, b"", codes.TOO_LARGE),
        (400, {"errorCode": "contacts:new", "details": [{"item": "email", "description": "bad"}]}, codes.BAD_CONTENT),
        (400, {"errorCode": "contacts:somethingNew", "description": "no"}, codes.UNEXPECTED),
        (400, b"<html>", codes.UNEXPECTED),
    ],
)  # fmt: skip
def test_without_a_known_word_the_status_speaks(status: int, payload: object, code: Code) -> None:
    assert explained(status, payload).code is code


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_an_answer_of_a_gateway_is_left_to_the_http_client(status: int) -> None:
    assert explain(answer(status, b"<html>Service Unavailable</html>")) is None


def test_only_a_refusal_of_content_is_split() -> None:
    split = {code.id for code, word in RECOVERY.items() if word == "split"}
    assert split == {"DDG-BAD-CONTENT", "DDG-TOO-LARGE", "DDG-RECORD-INVALID"}


def test_errors_of_the_way_have_a_recovery_too() -> None:
    assert recovery(OutcomeUnknown(OUTCOME_UNKNOWN)) == "unknown"
    assert recovery(Transient(UNREACHABLE)) == "retry"
    assert recovery(ConfigError(FORBIDDEN)) == "config"
    assert recovery(RecordError(FORBIDDEN)) == "record"
    assert recovery(FatalError(FORBIDDEN)) == "park"


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example payloads of shared/ are not here")
def test_every_published_error_body_is_understood() -> None:
    bodies = [*EXAMPLES.glob("*response-4*.json"), *EXAMPLES.glob("built_v2-error*"), *EXAMPLES.glob("built_v3-error*")]
    assert len(bodies) > 40
    unknown = set()
    for path in bodies:
        status = int(found[1]) if (found := re.search(r"response-(\d+)", path.name)) else 400
        error = explain(answer(401 if "error_401" in path.name else status, path.read_bytes()))
        if error is None or error.code is codes.UNEXPECTED:
            unknown.add(path.name)
    others = (
        "GET_events",
        "POST_events",
        "POST_marketing-email",
        "built_POST_OAuth2",
    )  # parts without a client of ours
    ours = {name for name in unknown if not name.startswith(others)}
    assert ours == {"GET_v2-campaigns-filtered__response-400.json", "GET_contacts-v3__response-400.json"}
