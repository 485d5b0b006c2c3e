"""What the services do beyond the numbered rules: memberships, recycle bin, consent, jobs, filters."""

from __future__ import annotations

import base64

import pytest

from support.dotdigital_calls import Dotdigital, record
from support.dotdigital_sandbox import Sandbox


def test_members_join_leave_and_are_counted(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    shop = dotdigital.list("Shop")
    path = f"/v2/address-books/{shop}/contacts"
    ids = [sandbox.call("POST", path, {"email": f"{name}@example.com"}).json["id"] for name in ("ada", "vic", "olu")]
    assert sandbox.get(f"/v2/address-books/{shop}")["contacts"] == 3
    assert sandbox.call("DELETE", f"{path}/{ids[0]}").status == 204
    assert [item["id"] for item in sandbox.get(path)] == ids[1:]
    assert [item["name"] for item in sandbox.get(f"/v2/contacts/{ids[1]}/address-books")] == ["Shop"]
    assert sandbox.call("DELETE", path).status == 204
    assert sandbox.get(path) == []
    assert sandbox.call("GET", "/v2/contacts/count").content == b"3"


def test_resubscribing_to_a_list_clears_that_lists_suppression(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    shop = dotdigital.list("Shop")
    path, ada = f"/v2/address-books/{shop}/contacts", {"email": "ada@example.com"}
    sandbox.call("POST", path, ada)
    sandbox.call("POST", f"{path}/unsubscribe", ada)
    assert sandbox.get(path) == []
    back = sandbox.call("POST", f"{path}/resubscribe-with-no-challenge", {"unsubscribedContact": ada})
    assert (back.json["status"], len(sandbox.get(path))) == ("ContactAdded", 1)
    dotdigital.happens("ada@example.com", "unsubscribe")
    asked = sandbox.call("POST", f"{path}/resubscribe", {"unsubscribedContact": ada})
    assert asked.json["status"] == "ContactChallenged"
    assert sandbox.get("/contacts/v3/email/ada@example.com")["lists"][0]["status"] == "pending"
    dotdigital.happens("ada@example.com", "confirm")
    assert len(sandbox.get(path)) == 1


def test_a_deleted_contact_waits_thirty_days_and_comes_back_with_its_status(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    number = dotdigital.contact("ada@example.com", FIRSTNAME="Ada")
    dotdigital.import_records("Orders", record("1", "ada@example.com", total=1))
    dotdigital.happens("ada@example.com", "unsubscribe")
    assert sandbox.call("DELETE", "/contacts/v3/email/ada@example.com").json == {"contactId": number}
    assert sandbox.call("DELETE", "/contacts/v3/email/ada@example.com").status == 404
    assert sandbox.call("GET", "/v2/contacts/transactional-data/Orders/1").status == 404
    back = sandbox.call("PATCH", "/contacts/v3/email/ada@example.com", {"identifiers": {}}).json
    assert (back["contactId"], back["status"], back["dataFields"]["FIRSTNAME"]) == (number, "unsubscribed", "Ada")
    sandbox.call("DELETE", "/contacts/v3/email/ada@example.com")
    sandbox.post_control("clock", {"advance": 31 * 86_400})
    fresh = sandbox.call("PATCH", "/contacts/v3/email/ada@example.com", {"identifiers": {}}).json
    assert (fresh["contactId"] > number, fresh["status"]) == (True, "subscribed")


def test_an_emptied_recycle_bin_forgets_for_good(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    number = dotdigital.contact("ada@example.com")
    sandbox.call("DELETE", f"/v2/contacts/{number}")
    assert sandbox.call("POST", "/v2/accounts/empty-recycle-bin").status == 200
    assert dotdigital.contact("ada@example.com") != number


def test_an_address_changes_through_v2_unless_it_is_taken(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    number = dotdigital.contact("ada@example.com", FIRSTNAME="Ada")
    dotdigital.contact("vic@example.com")
    taken = sandbox.call("PUT", f"/v2/contacts/{number}", {"email": "vic@example.com"})
    assert (taken.status, taken.message) == (400, "Error: ERROR_NON_UNIQUE_EMAIL")
    moved = sandbox.call("PUT", f"/v2/contacts/{number}", {"email": "countess@example.com"}).json
    assert (moved["id"], moved["dataFields"][0]["value"]) == (number, "Ada")
    assert dotdigital.contact("countess@example.com") == number


@pytest.mark.parametrize("spelling", ["TEXT DATETIMECONSENTED URL", "consenttext consentdatetime consenturl"])
def test_consent_is_kept_in_either_spelling_and_shown_by_both_generations(sandbox: Sandbox, spelling: str) -> None:
    values = ("Yes, please", "2026-03-01T10:00:00Z", "https://shop.example.com")
    pairs = [{"key": key, "value": value} for key, value in zip(spelling.split(), values, strict=True)]
    body = {"contact": {"email": "ada@example.com"}, "consentFields": [{"fields": pairs}]}
    created = sandbox.call("POST", "/v2/contacts/with-consent", body)
    assert (created.status, created.json["consentFields"][0]["id"]) == (201, None)
    shown = sandbox.get("/v2/contacts/ada@example.com/with-consent")["consentFields"][0]
    assert {"key": "TEXT", "value": "Yes, please"} in shown["fields"]
    assert shown["fields"][-1]["key"] == "DATETIMECREATED"
    assert shown["id"].startswith("01/03/2026 12:00:00 (")
    assert sandbox.get("/contacts/v3/email/ada@example.com")["consentRecords"][0]["dateTimeConsented"] == values[1]


def test_a_csv_brings_consent_and_opt_in_and_fills_a_list(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    shop = dotdigital.list("Shop")
    text = 'EMAIL,OptInType,ConsentText,FirstName,Unknown\nada@example.com,Single,"Yes, please",Ada,x\n'
    dotdigital.import_csv(text, f"/v2/address-books/{shop}/contacts/import")
    ada = sandbox.state()["contacts"]["ada@example.com"]
    assert (ada["opt_in"], ada["lists"], ada["fields"]) == ("Single", ["Shop"], {"FIRSTNAME": "Ada"})
    assert ada["consents"][0][0] == "Yes, please"


def test_a_csv_without_an_email_column_is_refused(dotdigital: Dotdigital) -> None:
    refused = dotdigital.upload("FIRSTNAME\nAda\n")
    assert (refused.status, refused.message) == (400, "Error: ERROR_NO_EMAIL_COLUMN")


def test_an_unfit_value_is_a_failure_in_a_csv_and_a_reported_loss_in_v3(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    dotdigital.field("POINTS", "Numeric")
    done = dotdigital.import_csv("Email,POINTS\nada@example.com,many\nvic@example.com,5\n")
    report = sandbox.get(f"/v2/contacts/import/{done}/report")
    assert (report["failures"], report["newContacts"]) == (1, 1)
    item = {"identifiers": {"email": "olu@example.com"}, "dataFields": {"POINTS": "many", "FIRSTNAME": "Olu"}}
    result = dotdigital.import_contacts({"matchIdentifier": "email", **item, "lists": [999]})
    assert len(result["created"]) == 1
    assert [fault["failureCode"] for fault in result["failures"][0]["failures"]] == [
        "ApiSchemaViolation",
        "InvalidAddressBookIds",
    ]
    assert sandbox.state()["contacts"]["olu@example.com"]["fields"] == {"FIRSTNAME": "Olu"}
    refused = sandbox.call("PATCH", "/contacts/v3/email/olu@example.com", item)
    assert (refused.status, refused.json["details"][0]["item"]) == (400, "POINTS")


def test_a_v3_import_updates_the_unsubscribed_without_a_failure_and_renames_by_id(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    ada = dotdigital.contact("ada@example.com")
    dotdigital.happens("ada@example.com", "unsubscribe")
    item = {"identifiers": {"contactId": ada, "email": "countess@example.com"}, "dataFields": {"FIRSTNAME": "Ada"}}
    result = dotdigital.import_contacts(
        {"matchIdentifier": "contactId", **item},
        {"matchIdentifier": "email", "identifiers": {"email": "countess@example.com"}},
        {"matchIdentifier": "mobileNumber", "identifiers": {"email": "vic@example.com"}},
        {"matchIdentifier": "email", "identifiers": {}},
    )
    assert result["updated"] == [{"contactId": ada, "identifiers": {"email": "countess@example.com"}}]
    assert [item["failures"][0]["failureCode"] for item in result["failures"]] == [
        "InvalidMatchIdentifier",
        "NoValidIdentifiers",
        "Duplicate",
    ]
    assert dotdigital.status("countess@example.com") == "Unsubscribed"


def test_v3_filters_find_the_changed_the_created_and_the_members(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    shop = dotdigital.list("Shop")
    sandbox.call("POST", f"/v2/address-books/{shop}/contacts", {"email": "ada@example.com"})
    sandbox.post_control("clock", {"advance": 60})
    dotdigital.contact("vic@example.com")
    dotdigital.happens("ada@example.com", "unsubscribe")

    def found(query: str) -> list[str]:
        return [item["identifiers"]["email"] for item in sandbox.get(f"/contacts/v3/?{query}")["_items"]]

    since = "gte::2026-03-01T12:00:30Z"
    assert found(f"~created={since}") == ["vic@example.com"]
    assert found(f"~modified={since}") == ["ada@example.com", "vic@example.com"]
    assert found(f"~listId={shop}") == ["ada@example.com"]
    for query in (f"~created={since}&~modified={since}", "~modified=2026-03-01", "~listId=99", "~segmentId=1"):
        refused = sandbox.call("GET", f"/contacts/v3?{query}")
        assert (refused.status, refused.json["errorCode"]) == (400, "contacts:invalidFilter")


def test_collections_are_created_emptied_and_deleted_by_jobs(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    path = "/insightData/v3/collections/Orders"
    query = "?collectionScope=contact&collectionType=orders"
    assert [sandbox.call("POST", path + query).status for _ in range(2)] == [201, 200]
    dotdigital.contact("ada@example.com")
    dotdigital.import_records("orders", *[record(str(n), "ada@example.com", total=n) for n in range(3)], kind="orders")
    owned = sandbox.get("/insightData/v3/contacts/email/ada@example.com")
    assert (owned[0]["collectionName"], owned[0]["recordCount"]) == ("Orders", 3)
    emptied = sandbox.call("DELETE", f"{path}/empty")
    assert emptied.status == 202
    assert sandbox.get("/insightData/v3/collections")[0]["recordCount"] == 3
    done = dotdigital.wait(f"/insightData/v3/async/{emptied.json['jobId']}")
    assert done["summary"] == {"totalRecords": 3, "totalProcessed": 3, "totalFailed": 0}
    deleted = sandbox.call("DELETE", path).json["jobId"]
    dotdigital.wait(f"/insightData/v3/async/{deleted}")
    assert sandbox.get("/insightData/v3/collections") == []


def test_records_are_paged_by_key_and_found_by_change(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    keys = [f"{number:03d}" for number in range(7)]
    records = [{"key": key, "json": {"name": key}} for key in keys]
    dotdigital.import_records("catalog_shop", *records, scope="account", kind="catalog")
    seen, path = [], "/insightData/v3/account/catalog_shop?limit=3"
    while path:
        page = sandbox.get(path)
        seen += [item["key"] for item in page["_items"]]
        path = page["_links"].get("next", {}).get("link")
    assert seen == keys
    sandbox.post_control("clock", {"advance": 60})
    sandbox.call("PUT", "/insightData/v3/account/catalog_shop/004", {"name": "changed"})
    changed = sandbox.get("/insightData/v3/account/catalog_shop?~modified=gte::2026-03-01T12:00:30Z")["_items"]
    assert [(item["key"], item["ownerContactId"]) for item in changed] == [("004", None)]
    assert len(sandbox.get("/v2/transactional-data/catalog_shop?select=5")) == 5


def test_a_single_put_does_not_create_its_collection(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    dotdigital.contact("ada@example.com")
    refused = sandbox.call("PUT", "/insightData/v3/contacts/email/ada@example.com/CartInsight/1", {"cartId": "1"})
    assert (refused.status, refused.json["errorCode"]) == (404, "insightData:collectionNotFound")


def test_more_than_one_file_in_an_upload_is_refused(sandbox: Sandbox) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="{0}"; filename="{0}.csv"\r\n\r\nEmail\r\n'
    body = (part.format("a") + part.format("b") + "--x--\r\n").encode()
    headers = {"Authorization": sandbox.authorization(), "Content-Type": "multipart/form-data; boundary=x"}
    refused = sandbox.send("POST", "/v2/contacts/import", body, headers)
    assert refused.message == "Error: ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED"


def test_malformed_bodies_are_refused_in_the_words_of_their_generation(sandbox: Sandbox) -> None:
    headers = {"Authorization": sandbox.authorization()}
    assert sandbox.send("POST", "/v2/contacts", b"{", headers).message == "Error: ERROR_MALFORMED_REQUEST"
    assert sandbox.send("PUT", "/contacts/v3/import", b"{", headers).json["errorCode"] == "contacts:badJson"
    assert sandbox.send("PUT", "/insightData/v3/import", b"[]", headers).json["errorCode"] == "insightData:badJson"
    data = {"fileName": "a.csv", "data": base64.b64encode(b"Email\n").decode()[:-1] + "!"}
    assert sandbox.call("POST", "/v2/contacts/import", data).status == 400
