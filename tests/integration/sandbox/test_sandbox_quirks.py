"""The quirks of accounts, contacts and lists, one by one; those of insight data stand beside this file. The numbers are those of section 30 of the Dotdigital contract."""

from __future__ import annotations

import csv
import io

import pytest

from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import AMERICAN, Sandbox

BOUNDARY = "----sandbox"


def test_30_1_the_region_is_found_on_r1_and_any_other_call_there_is_403(sandbox: Sandbox) -> None:
    found = sandbox.call("GET", "/v2/account-info", user=AMERICAN).json["properties"]
    endpoint = next(item["value"] for item in found if item["name"] == "ApiEndpoint")
    assert endpoint.endswith("/")
    path = endpoint.removeprefix(sandbox.url).rstrip("/")
    assert sandbox.call("GET", f"{path}/v2/contacts", user=AMERICAN).status == 200
    assert sandbox.call("GET", "/v2/contacts", user=AMERICAN).status == 403


def test_30_2_v2_refuses_the_unsubscribed_where_v3_updates_and_leaves_the_status(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    dotdigital.contact("ada@example.com")
    dotdigital.happens("ada@example.com", "unsubscribe")
    assert sandbox.call("POST", "/v2/contacts", {"email": "ada@example.com"}).status == 400
    shop = dotdigital.list("Shop")
    body = {"identifiers": {"email": "ada@example.com"}, "dataFields": {"FIRSTNAME": "Ada"}, "lists": [shop]}
    patched = sandbox.call("PATCH", "/contacts/v3/email/ada@example.com", body)
    assert patched.status == 200
    assert patched.json["dataFields"]["FIRSTNAME"] == "Ada"
    assert patched.json["lists"] == [{"id": shop, "name": "Shop", "status": "subscribed"}]
    assert patched.json["channelProperties"]["email"]["status"] == "unsubscribed"


def test_30_3_joining_a_list_never_resubscribes_and_resubscribing_may_only_challenge(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    shop = dotdigital.list("Shop")
    ada = {"email": "ada@example.com"}
    sandbox.call("POST", f"/v2/address-books/{shop}/contacts", ada)
    sandbox.call("POST", f"/v2/address-books/{shop}/contacts/unsubscribe", ada)
    refused = sandbox.call("POST", f"/v2/address-books/{shop}/contacts", ada)
    assert refused.message == "Error: ERROR_CONTACT_SUPPRESSEDFORADDRESSBOOK"
    sandbox.call("PATCH", "/contacts/v3/email/ada@example.com", {"identifiers": ada, "lists": [shop]})
    assert sandbox.get("/contacts/v3/email/ada@example.com")["lists"][0]["status"] == "suppressed"
    dotdigital.happens("ada@example.com", "unsubscribe")
    asked = sandbox.call("POST", "/v2/contacts/resubscribe", {"unsubscribedContact": ada})
    assert (asked.json["status"], dotdigital.status("ada@example.com")) == ("ContactChallenged", "Unsubscribed")
    dotdigital.happens("ada@example.com", "confirm")
    assert dotdigital.status("ada@example.com") == "Subscribed"


def test_30_4_data_fields_come_only_when_asked_for(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    dotdigital.contact("ada@example.com", FIRSTNAME="Ada")
    assert sandbox.get("/v2/contacts")[0]["dataFields"] is None
    full = sandbox.get("/v2/contacts?withFullData=true")[0]["dataFields"]
    assert {"key": "FIRSTNAME", "value": "Ada"} in full
    sandbox.call("POST", "/v2/contacts/unsubscribe", {"email": "ada@example.com"})
    feed = sandbox.get("/v2/contacts/suppressed-since/2026-01-01?withFullData=true")
    assert feed[0]["suppressedContact"]["dataFields"] is None
    assert "dataFields" not in sandbox.get("/contacts/v3")["_items"][0]
    assert sandbox.get("/contacts/v3?data-fields=FIRSTNAME")["_items"][0]["dataFields"] == {"FIRSTNAME": "Ada"}
    every = sandbox.get("/contacts/v3?data-fields=[[ALL]]&include=channelProperties,lists")["_items"][0]
    assert {"GENDER", "LASTSUBSCRIBED"} <= set(every["dataFields"])
    assert {"channelProperties", "lists"} <= set(every)


def test_30_10_every_service_has_its_own_status_words(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    sandbox.post_control("settings", {"import_polls": 2})
    ada = dotdigital.contact("ada@example.com")
    shop = dotdigital.list("Shop")
    contacts = sandbox.call("PUT", "/contacts/v3/import", {"contacts": []}).json["importId"]
    body = {"collectionName": "Orders", "collectionScope": "contact", "collectionType": "orders", "records": []}
    insight = sandbox.call("PUT", "/insightData/v3/import", body).json["importId"]
    v2 = sandbox.call("POST", "/v2/contacts/transactional-data/import/Orders", []).json["id"]
    removal = sandbox.call("POST", f"/v2/address-books/{shop}/contacts/delete", [ada]).json
    binned = sandbox.call("POST", "/contacts/v3/delete", [{"email": "nobody@example.com"}]).json["deleteId"]
    assert removal["status"] == "Started"

    def words(path: str, member: str = "status") -> list[str]:
        return [sandbox.get(path)[member] for _ in range(3)]

    assert words(f"/contacts/v3/import/{contacts}") == ["NotFinished", "NotFinished", "Finished"]
    assert words(f"/insightData/v3/import/{insight}") == ["NotStarted", "Processing", "Finished"]
    assert words(f"/v2/contacts/transactional-data/import/{v2}") == ["NotStarted", "NotFinished", "Finished"]
    assert words(f"/v2/contacts/deletion/{removal['id']}", "Status") == ["Started", "Started", "Completed"]
    assert words(f"/contacts/v3/delete/{binned}") == ["NotStarted", "NotFinished", "Finished"]


def test_30_11_the_fault_file_has_a_mark_prose_reasons_and_lower_cased_headers(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    for name, event in (("vic", "unsubscribe"), ("olu", "bounce"), ("eve", "suppress"), ("sam", "complain")):
        dotdigital.happens(f"{name}@example.com", event)
    rows = ["Email,FIRSTNAME", "ada@example.com,Ada", "vic@example.com,Vic", "olu@example.com,Olu",
            "eve@example.com,Eve", "sam@example.com,Sam", "not-an-address,X", "ada@example.com,Twice"]  # fmt: skip
    done = dotdigital.import_csv("\n".join(rows) + "\n")
    reply = sandbox.call("GET", f"/v2/contacts/import/{done}/report-faults")
    assert reply.headers["content-type"].startswith("text/csv")
    assert reply.content.startswith(b"\xef\xbb\xbfReason,email,firstname")
    faults = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))[1:]
    assert [(fault[0], fault[1]) for fault in faults] == [
        ("Unsubscribed", "vic@example.com"),
        ("Hard bounced", "olu@example.com"),
        ("Suppressed by you", "eve@example.com"),
        ("Complained to ISP", "sam@example.com"),
        ("Invalid Email", "not-an-address"),
        ("Duplicate", "ada@example.com"),
    ]
    report = sandbox.get(f"/v2/contacts/import/{done}/report")
    assert {name: count for name, count in report.items() if count} == {
        "newContacts": 1, "unsubscribed": 1, "hardBounced": 1, "suppressedContacts": 1, "ispComplaints": 1,
        "invalidEntries": 1, "duplicateEmails": 1,
    }  # fmt: skip
    clean = dotdigital.import_csv("Email\nada@example.com\n")
    assert sandbox.call("GET", f"/v2/contacts/import/{clean}/report-faults").content == b""
    sandbox.post_control("clock", {"advance": 8 * 24 * 3600})
    assert "ERROR_IMPORT_REPORT_NOT_FOUND" in sandbox.call("GET", f"/v2/contacts/import/{done}/report-faults").message


def test_30_12_merge_options_have_three_spellings(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    dotdigital.contact("ada@example.com", FIRSTNAME="Ada", LASTNAME="King")

    def names() -> tuple[str | None, str | None, str | None]:
        fields = sandbox.get("/contacts/v3/email/ada@example.com")["dataFields"]
        return fields["FIRSTNAME"], fields["LASTNAME"], fields["GENDER"]

    csv_text = "Email,FIRSTNAME,LASTNAME,GENDER\nada@example.com,Augusta,,f\n"
    dotdigital.import_csv(csv_text, "/v2/contacts/import/with-merge-option/2")
    assert names() == ("Ada", "King", "f")
    dotdigital.import_csv(csv_text, "/v2/contacts/import/with-merge-option/OnlyOverwriteIfNotEmpty")
    assert names() == ("Augusta", "King", "f")
    body = {"identifiers": {"email": "ada@example.com"}, "dataFields": {"FIRSTNAME": "Ada", "LASTNAME": None}}
    sandbox.call("PATCH", "/contacts/v3/email/ada@example.com?merge-option=overwrite-if-empty", body)
    assert names() == ("Augusta", "King", "f")
    dotdigital.import_contacts({"matchIdentifier": "email", **body}, merge="overwriteIfNotEmpty")
    assert names() == ("Ada", "King", "f")
    dotdigital.import_csv(csv_text)
    assert names() == ("Augusta", None, "f")
    refused = sandbox.call("PATCH", "/contacts/v3/email/ada@example.com?merge-option=overwriteIfEmpty", body)
    assert refused.status == 400


def test_30_14_an_identifier_conflict_has_two_spellings(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    for name in ("ada", "vic"):
        dotdigital.contact(f"{name}@example.com")
    body = {"identifiers": {"email": "ada@example.com"}}
    created = sandbox.call("POST", "/contacts/v3", body)
    assert (created.status, created.json["errorCode"]) == (409, "contacts:idAlreadyExists")
    patched = sandbox.call("PATCH", "/contacts/v3/email/vic@example.com", body)
    assert (patched.status, patched.json["errorCode"]) == (409, "contacts:identifierConflict")
    renamed = {"identifiers": {"email": "victoria@example.com"}}
    assert sandbox.call("PATCH", "/contacts/v3/email/vic@example.com", renamed).status == 200
    assert sandbox.call("GET", "/v2/contacts/vic@example.com").status == 404


def test_30_15_some_messages_carry_no_code(sandbox: Sandbox) -> None:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"\r\n\r\nEmail\r\n--{BOUNDARY}--\r\n'
    headers = {
        "Authorization": sandbox.authorization(),
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    refused = sandbox.send("POST", "/v2/contacts/import", part.encode(), headers)
    assert (refused.status, refused.json) == (400, {"message": "file must be valid"})


def test_30_16_flat_is_400_tiered_is_429_and_job_limits_are_429_with_json(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    sandbox.post_control("settings", {"contact_import_limit": 1, "insight_import_limit": 1, "delete_limit": 1})
    body = {"collectionName": "Orders", "collectionScope": "contact", "collectionType": "orders", "records": []}
    calls = [
        ("PUT", "/contacts/v3/import", {"contacts": []}, "contacts:tooManyActiveImports"),
        ("PUT", "/insightData/v3/import", body, "insightData:tooManyActiveImports"),
        ("POST", "/contacts/v3/delete", [{"email": "a@example.com"}], "contacts:tooManyBulkDeleteJobs"),
    ]
    for method, path, document, code in calls:
        assert sandbox.call(method, path, document).status == 202
        refused = sandbox.call(method, path, document)
        assert (refused.status, refused.json["errorCode"]) == (429, code)
    over = dotdigital.upload("Email\nada@example.com\n")
    assert (over.status, over.message) == (400, "Error: ERROR_IMPORT_TOOMANYACTIVEIMPORTS")


def test_30_17_twenty_five_contact_imports_and_five_insight_imports_may_run(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    contacts = [sandbox.call("PUT", "/contacts/v3/import", {"contacts": []}).status for _ in range(24)]
    contacts.append(dotdigital.upload("Email\n").status)
    assert contacts == [202] * 25
    assert sandbox.call("PUT", "/contacts/v3/import", {"contacts": []}).status == 429
    body = {"collectionName": "Orders", "collectionScope": "contact", "collectionType": "orders", "records": []}
    assert [sandbox.call("PUT", "/insightData/v3/import", body).status for _ in range(6)] == [202] * 5 + [429]


def test_30_21_test_and_all_contacts_are_reserved_and_names_are_unique(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    dotdigital.list("Shop")
    for name in ("Test", "All Contacts", "shop"):
        refused = sandbox.call("POST", "/v2/address-books", {"name": name})
        assert (refused.status, refused.message.split()[-1]) == (400, "ERROR_ADDRESSBOOK_DUPLICATE")


def test_30_22_data_field_names_are_short_restricted_typed_and_final(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    for name in ("x" * 21, "with space", "Email", "CONTACTID", ""):
        refused = sandbox.call("POST", "/v2/data-fields", {"name": name, "type": "String"})
        assert refused.message == "Error: ERROR_DATAFIELD_INVALID"
    wrong_default = {"name": "POINTS", "type": "Numeric", "defaultValue": "many"}
    assert sandbox.call("POST", "/v2/data-fields", wrong_default).status == 400
    dotdigital.field("POINTS", "numeric")
    again = sandbox.call("POST", "/v2/data-fields", {"name": "points", "type": "String"})
    assert again.message == "Field already exists. ERROR_NON_UNIQUE_DATAFIELD"
    assert sandbox.call("PUT", "/v2/data-fields/POINTS", {"type": "String"}).status == 405
    assert sandbox.call("DELETE", "/v2/data-fields/points").json == {"dependencies": None, "result": True}


def test_30_23_verified_double_reads_double_and_pending_until_it_is_confirmed(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    created = sandbox.call("POST", "/v2/contacts", {"email": "ada@example.com", "optInType": "VerifiedDouble"}).json
    assert (created["optInType"], created["status"]) == ("Double", "PendingOptIn")
    assert sandbox.get("/contacts/v3/email/ada@example.com")["status"] == "pendingOptIn"
    dotdigital.happens("ada@example.com", "confirm")
    confirmed = sandbox.get("/v2/contacts/ada@example.com")
    assert (confirmed["optInType"], confirmed["status"]) == ("VerifiedDouble", "Subscribed")


def test_30_24_the_account_is_minus_one_in_v2_and_ids_are_text(sandbox: Sandbox) -> None:
    body = {"key": "62", "contactIdentifier": "account", "json": '{"name":"Hoodie"}'}
    created = sandbox.call("POST", "/v2/contacts/transactional-data/Catalog_Default", body).json
    assert created["contactIdentifier"] == "-1"
    assert sandbox.get("/v2/transactional-data/Catalog_Default")[0]["contactIdentifier"] == "-1"
    collections = sandbox.get("/v2/contacts/transactional-data-collections")
    assert collections[0]["Name"] == "Catalog_Default"
    assert isinstance(collections[0]["Id"], str)


def test_30_25_put_replaces_the_whole_contact_where_patch_changes_it(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    shop = dotdigital.list("Shop")
    body = {
        "identifiers": {"email": "ada@example.com", "mobileNumber": "+44 7123 123123"},
        "dataFields": {"FIRSTNAME": "Ada", "LASTNAME": "King"},
        "lists": [shop],
    }
    sandbox.call("PATCH", "/contacts/v3/email/ada@example.com", body)
    sandbox.call("PATCH", "/contacts/v3/mobileNumber/447123123123", {"dataFields": {"GENDER": "f"}})
    patched = sandbox.get("/contacts/v3/email/ada@example.com")
    assert (patched["dataFields"]["FIRSTNAME"], patched["dataFields"]["GENDER"]) == ("Ada", "f")
    replaced = sandbox.call(
        "PUT", "/contacts/v3/email/ada@example.com", {"identifiers": {}, "dataFields": {"FIRSTNAME": "Augusta"}}
    ).json
    assert (replaced["dataFields"]["FIRSTNAME"], replaced["dataFields"]["LASTNAME"]) == ("Augusta", None)
    assert (replaced["lists"], replaced["identifiers"]) == ([], {"email": "ada@example.com"})
    missing = sandbox.call("PUT", "/contacts/v3/email/nobody@example.com", {"identifiers": {}})
    assert missing.json["errorCode"] == "contacts:contactNotFound"


def test_30_26_v3_reads_and_writes_enums_in_different_casing(sandbox: Sandbox) -> None:
    channel = {"emailType": "plainText", "optInType": "single", "status": "subscribed"}
    body = {"identifiers": {"email": "ada@example.com"}, "channelProperties": {"email": channel}}
    created = sandbox.call("POST", "/contacts/v3", body)
    assert created.status == 201
    assert created.json["channelProperties"]["email"] == {
        "status": "subscribed", "emailType": "PlainText", "optInType": "Single",
    }  # fmt: skip


def test_30_29_server_time_and_count_are_bare_text(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    dotdigital.contact("ada@example.com")
    clock, count = sandbox.call("GET", "/v2/server-time"), sandbox.call("GET", "/v2/contacts/count")
    assert (clock.content, count.content) == (b"2026-03-01T12:00:00.000000Z", b"1")
    assert clock.headers["content-type"].startswith("text/plain")
    assert count.headers["content-type"].startswith("text/plain")


def test_30_30_a_multipart_import_takes_any_field_name_but_needs_a_file_name(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    part = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csv"; filename="contacts.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\nemail,firstname\r\nada@example.com,Ada\r\n--{BOUNDARY}--\r\n"
    )
    headers = {"Authorization": sandbox.authorization(), "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    accepted = sandbox.send("POST", "/v2/contacts/import", part.encode(), headers)
    assert accepted.status == 202
    dotdigital.wait(f"/v2/contacts/import/{accepted.json['id']}")
    assert sandbox.state()["contacts"]["ada@example.com"]["fields"] == {"FIRSTNAME": "Ada"}


def test_30_32_a_plus_in_a_path_is_a_plus_encoded_or_not(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    number = dotdigital.contact("ada+news@example.com")
    for path in ("/contacts/v3/email/ada+news@example.com", "/contacts/v3/email/ada%2Bnews%40example.com"):
        assert sandbox.get(path)["contactId"] == number


def test_30_38_an_answer_may_take_long_while_others_are_answered_at_once(sandbox: Sandbox) -> None:
    sandbox.post_control("faults", [{"match": "/v2/contacts/count", "kind": "latency", "seconds": 121, "times": 1}])
    with pytest.raises(TimeoutError):
        sandbox.send("GET", "/v2/contacts/count", headers={"Authorization": sandbox.authorization()}, timeout=0.2)
    assert sandbox.call("GET", "/v2/contacts/count").status == 200


def test_30_31_rows_shift_while_a_v2_list_is_paged(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    ids = [dotdigital.contact(f"c{number}@example.com") for number in range(5)]
    first = [item["id"] for item in sandbox.get("/v2/contacts?select=2&skip=0")]
    sandbox.call("DELETE", f"/v2/contacts/{ids[0]}")
    second = [item["id"] for item in sandbox.get("/v2/contacts?select=2&skip=2")]
    assert (first, second) == (ids[:2], ids[3:])
