"""The quirks of insight data, one by one: the numbers are those of section 30 of the Dotdigital contract."""

from __future__ import annotations

import json
import re

import pytest

from support.dotdigital_calls import Dotdigital, record
from support.dotdigital_sandbox import Sandbox


def test_30_5_json_is_text_in_v2_an_object_in_v3_and_bare_in_a_single_put(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    dotdigital.contact("ada@example.com")
    dotdigital.import_records("Reviews", record("1", "ada@example.com", stars=5))
    assert sandbox.get("/v2/contacts/transactional-data/Reviews/1")["json"] == '{"stars":5}'
    assert sandbox.get("/insightData/v3/contacts/email/ada@example.com/Reviews/1")["json"] == {"stars": 5}
    sandbox.call("PUT", "/insightData/v3/contacts/email/ada@example.com/Reviews/1", {"stars": 4})
    assert sandbox.get("/insightData/v3/contacts/email/ada@example.com/Reviews/1")["json"] == {"stars": 4}


def test_30_6_insight_imports_are_accepted_without_contacts_and_create_none(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    result = dotdigital.import_records("Orders", record("1", "nobody@example.com", total=1))
    assert (result["status"], result["summary"]["totalRejected"]) == ("Finished", 1)
    body = [{"key": "1", "contactIdentifier": "nobody@example.com", "json": {"total": 1}}]
    accepted = sandbox.call("POST", "/v2/contacts/transactional-data/import/Orders", body)
    assert (accepted.status, accepted.json["status"]) == (202, "NotStarted")
    path = f"/v2/contacts/transactional-data/import/{accepted.json['id']}"
    dotdigital.wait(path)
    report = sandbox.get(f"{path}/report")
    assert (report["totalItems"], report["totalImported"], report["totalRejected"]) == (1, 0, 1)
    assert report["faults"][0]["reason"] == "ContactEmailDoesNotExist"
    assert sandbox.get("/v2/contacts") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"qty": 1}, {"qty": "1"}),
        ({"placed": "2026-03-01T10:00:00Z"}, {"placed": "soon"}),
        ({"custom": []}, {"custom": {}}),
        ({"custom": {}}, {"custom": []}),
        ({"lines": [{"qty": 1}]}, {"lines": [{"qty": "1"}]}),
    ],
)
def test_30_7_a_members_type_never_changes(
    sandbox: Sandbox, dotdigital: Dotdigital, first: dict[str, object], second: dict[str, object]
) -> None:
    dotdigital.contact("ada@example.com")
    dotdigital.import_records("Orders", record("1", "ada@example.com", **first))
    result = dotdigital.import_records("Orders", record("2", "ada@example.com", **second))
    assert result["failures"][0]["failureReason"] == "JsonValueIncompatibleWithSchema"
    v2 = {"key": "3", "contactIdentifier": "ada@example.com", "json": json.dumps(second)}
    refused = sandbox.call("POST", "/v2/contacts/transactional-data/Orders", v2)
    pattern = (
        r"JsonValueIncompatibleWithSchema\. A value named '\w+' of type \w+ already exists in this collection and new"
        r" values must be of this type\. ERROR_TRANSACTIONAL_DATA_VALIDATION_FAILED"
    )
    assert refused.status == 400
    assert re.fullmatch(pattern, refused.message)


def test_30_8_a_key_belongs_to_the_collection(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    for name in ("ada", "vic"):
        dotdigital.contact(f"{name}@example.com")
    dotdigital.import_records("Orders", record("1", "ada@example.com", total=1))
    result = dotdigital.import_records("Orders", record("1", "vic@example.com", total=2))
    assert result["failures"][0]["failureReason"] == "KeyExistingForDifferentContact"
    assert sandbox.call("PUT", "/insightData/v3/contacts/email/vic@example.com/Orders/1", {"total": 2}).status == 400
    assert sandbox.call("GET", "/insightData/v3/contacts/email/vic@example.com/Orders/1").status == 404


def test_30_9_names_that_differ_by_a_dash_clash_and_nested_arrays_are_refused(dotdigital: Dotdigital) -> None:
    dotdigital.contact("ada@example.com")
    result = dotdigital.import_records(
        "Orders",
        record("1", "ada@example.com", **{"attribute-set": "Top"}),
        record("2", "ada@example.com", attribute_set="Top"),
        record("3", "ada@example.com", sizes=[["S"]]),
        record("4", "ada@example.com", mixed=[1, "S"]),
    )
    assert [failure["failureReason"] for failure in result["failures"]] == [
        "JsonContainsDashUnderscoreClash",
        "JsonContainsNestedArray",
        "InconsistentTypes",
    ]


def test_30_13_records_are_deleted_under_a_plural_path_with_a_body(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    records = [{"key": key, "json": {"name": key}} for key in ("a", "b", "c")]
    dotdigital.import_records("catalog_shop", *records, scope="account", kind="catalog")
    answer = sandbox.call("DELETE", "/insightData/v3/accounts/catalog_shop/deleteRecords", {"keys": ["a", "b", "x"]})
    assert answer.json == {
        "summary": {"totalRecords": 3, "totalDeleted": 2, "totalNotFound": 1},
        "notFound": ["x"],
    }
    assert [item["key"] for item in sandbox.get("/insightData/v3/account/catalog_shop")["_items"]] == ["c"]


def test_30_28_a_get_and_two_deletes_carry_bodies(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    ada = dotdigital.contact("ada@example.com", FIRSTNAME="Ada")
    body = {"contacts": [{"id": ada}, {"email": "nobody@example.com"}], "withFullData": True}
    answer = sandbox.get("/v2/contacts/retrieve-collection", body)
    assert [(item["id"], item["created"]) for item in answer["contacts"]] == [(ada, "2026-03-01T12:00:00.000Z")]
    assert answer["notFound"] == [{"id": 0, "email": "nobody@example.com"}]
    dotdigital.import_records("Orders", record("1", "ada@example.com", total=1))
    path = "/insightData/v3/contacts/email/ada@example.com/Orders/deleteRecords"
    assert sandbox.call("DELETE", path, {"keys": ["1"]}).json["summary"]["totalDeleted"] == 1
    assert sandbox.call("DELETE", path, {"keys": []}).json["errorCode"] == "insightData:noRecordsSpecified"
