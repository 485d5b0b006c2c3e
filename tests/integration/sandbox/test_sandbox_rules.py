"""The rules of a faithful sandbox, one by one: the numbers are those of section 29 of the Dotdigital contract."""

from __future__ import annotations

import base64
import http.client
import json
import time

import pytest

from support.dotdigital_calls import Dotdigital, record
from support.dotdigital_sandbox import AMERICAN, Sandbox


def test_29_1_credentials_and_region_decide_who_may_call(sandbox: Sandbox) -> None:
    wrong = {"Authorization": "Basic " + base64.b64encode(b"nobody@apiconnector.com:x").decode()}
    for headers in ({}, wrong, {"Authorization": "Bearer x"}):
        refused = sandbox.send("GET", "/v2/contacts", headers=headers)
        assert (refused.status, refused.message) == (401, "Authorization has been denied for this request.")
    assert sandbox.call("GET", "/v2/data-fields", user=AMERICAN).status == 403
    assert sandbox.call("GET", "/r2/v2/data-fields", user=AMERICAN).status == 200
    assert sandbox.call("GET", "/v2/data-fields", user=AMERICAN, Host="r2-api.dotdigital.com").status == 200
    assert sandbox.call("GET", "/r2/v2/account-info").status == 403
    info = sandbox.call("GET", "/v2/account-info", user=AMERICAN)
    endpoint = next(item["value"] for item in info.json["properties"] if item["name"] == "ApiEndpoint")
    assert endpoint == f"{sandbox.url}/r2/"


def test_29_2_v2_reads_any_casing_and_v3_reads_keys_exactly(sandbox: Sandbox) -> None:
    body = {"EMAIL": "ada@example.com", "EmailType": "plaintext", "OptInType": "SINGLE"}
    answer = sandbox.call("POST", "/v2/contacts", body).json
    assert (answer["email"], answer["emailType"], answer["optInType"]) == ("ada@example.com", "PlainText", "Single")
    patched = sandbox.call(
        "PATCH",
        "/contacts/v3/email/ada@example.com",
        {"DataFields": {"FIRSTNAME": "Ada"}, "channelProperties": {"email": {"emailType": "HTML"}}},
    ).json
    assert patched["dataFields"]["FIRSTNAME"] is None
    assert patched["channelProperties"]["email"]["emailType"] == "Html"


def test_29_3_paths_take_trailing_slashes_encodings_ids_and_addresses(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    number = dotdigital.contact("ada+shop@example.com")
    for path in (
        f"/v2/contacts/{number}",
        "/v2/contacts/ada+shop@example.com/",
        "/v2/contacts/ada%2Bshop%40example.com",
    ):
        assert sandbox.get(path)["id"] == number
    sandbox.call("POST", "/insightData/v3/collections/Integrations?collectionScope=account&collectionType=custom")
    key = "shop.example.com%2Fen%3Fwebsite_code%3Dbase"
    assert sandbox.call("PUT", f"/insightData/v3/account/Integrations/{key}/", {"platform": "Magento"}).status == 201
    assert sandbox.get(f"/insightData/v3/account/Integrations/{key}")["key"] == "shop.example.com/en?website_code=base"


@pytest.mark.parametrize("query", ["select=0", "select=1001", "skip=-1", "select=many"])
def test_29_4_a_page_outside_its_bounds_is_refused(sandbox: Sandbox, query: str) -> None:
    refused = sandbox.call("GET", f"/v2/contacts?{query}")
    assert (refused.status, refused.message) == (400, "Error: ERROR_PARAMETER_INVALID")


def test_29_4_v2_pages_by_id_and_v3_by_opaque_marker(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    ids = [dotdigital.contact(f"c{number}@example.com") for number in range(5)]
    pages = [sandbox.get(f"/v2/contacts?select=2&skip={skip}") for skip in (0, 2, 4, 6)]
    assert [[item["id"] for item in page] for page in pages] == [ids[:2], ids[2:4], ids[4:], []]
    seen, path = [], "/contacts/v3?limit=2"
    while path:
        page = sandbox.get(path)
        seen += [item["contactId"] for item in page["_items"]]
        path = page["_links"].get("next", {}).get("link")
        assert {"self", "first"} <= set(page["_links"])
    assert seen == ids


def test_29_5_one_clock_stamps_every_write_and_ids_increase(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    first = dotdigital.contact("ada@example.com")
    sandbox.post_control("clock", {"advance": 60})
    assert dotdigital.contact("vic@example.com") > first
    dotdigital.contact("ada@example.com", FIRSTNAME="Ada")
    ada = sandbox.get("/contacts/v3/email/ada@example.com")
    assert (ada["created"], ada["updated"]) == ("2026-03-01T12:00:00.000Z", "2026-03-01T12:01:00.000Z")
    assert ada["dataFields"]["LASTSUBSCRIBED"] == "2026-03-01T12:00:00.000Z"
    dotdigital.happens("ada@example.com", "unsubscribe")
    sandbox.post_control("clock", {"advance": 60})
    dotdigital.happens("ada@example.com", "resubscribe")
    assert sandbox.get("/contacts/v3/email/ada@example.com")["dataFields"]["LASTSUBSCRIBED"] == (
        "2026-03-01T12:02:00.000Z"
    )
    before = sandbox.get_control("clock")["now"]
    assert sandbox.get_control("clock")["now"] == before
    sandbox.post_control("clock", {"run": True})
    time.sleep(0.01)
    assert sandbox.get_control("clock")["now"] > before


def test_29_6_system_lists_are_seeded_reserved_and_test_is_closed(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    names = {item["name"]: item["id"] for item in sandbox.get("/v2/address-books")}
    assert set(names) == {"Test", "All Contacts"}
    for name in ("Test", "all contacts"):
        refused = sandbox.call("POST", "/v2/address-books", {"name": name})
        assert refused.message == "That name is in use already, please choose another. ERROR_ADDRESSBOOK_DUPLICATE"
    closed = sandbox.call("POST", f"/v2/address-books/{names['Test']}/contacts", {"email": "ada@example.com"})
    assert (closed.status, closed.message.split()[-1]) == (400, "ERROR_ADDRESSBOOK_NOTWRITABLE")
    shop = dotdigital.list("Shop")
    sandbox.call("POST", f"/v2/address-books/{shop}/contacts", {"email": "ada@example.com"})
    assert sandbox.call("DELETE", f"/v2/address-books/{shop}").status == 204
    assert dotdigital.status("ada@example.com") == "Subscribed"


def test_29_7_v2_writes_by_lower_cased_address_and_refuses_the_suppressed(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    number = dotdigital.contact("Ada@Example.com")
    assert dotdigital.contact("ada@example.COM", FIRSTNAME="Ada") == number
    sandbox.call("POST", "/v2/contacts/unsubscribe", {"email": "ada@example.com"})
    shop = dotdigital.list("Shop")
    body = {"email": "ada@example.com", "dataFields": [{"key": "FIRSTNAME", "value": "Eve"}]}
    for method, path in (
        ("POST", "/v2/contacts"),
        ("PUT", f"/v2/contacts/{number}"),
        ("POST", f"/v2/address-books/{shop}/contacts"),
    ):
        refused = sandbox.call(method, path, body)
        assert (refused.status, refused.message) == (400, "Contact is suppressed. ERROR_CONTACT_SUPPRESSED")
    assert sandbox.get(f"/v2/contacts/{number}")["status"] == "Unsubscribed"
    assert sandbox.get("/v2/contacts/ada@example.com")["dataFields"][0] == {"key": "FIRSTNAME", "value": "Ada"}
    sandbox.post_control("settings", {"hide_suppressed": True})
    assert sandbox.call("GET", f"/v2/contacts/{number}").status == 404


def test_29_8_the_feed_has_one_row_per_change_and_lists_have_their_own(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    shop = dotdigital.list("Shop")
    for name in ("ada", "vic", "olu"):
        sandbox.call("POST", f"/v2/address-books/{shop}/contacts", {"email": f"{name}@example.com"})
    sandbox.post_control("clock", {"advance": 10})
    dotdigital.happens("ada@example.com", "unsubscribe")
    dotdigital.happens("ada@example.com", "bounce")
    dotdigital.happens("vic@example.com", "complain")
    sandbox.call("POST", f"/v2/address-books/{shop}/contacts/unsubscribe", {"email": "olu@example.com"})
    rows = sandbox.get("/v2/contacts/suppressed-since/2026-03-01")
    assert [(row["suppressedContact"]["email"], row["reason"]) for row in rows] == [
        ("ada@example.com", "Unsubscribed"),
        ("ada@example.com", "HardBounced"),
        ("vic@example.com", "IspComplained"),
    ]
    assert {row["dateRemoved"] for row in rows} == {"2026-03-01T12:00:10.000Z"}
    unsubscribed = sandbox.get("/v2/contacts/unsubscribed-since/2026-03-01T12:00:00Z")
    assert [row["suppressedContact"]["email"] for row in unsubscribed] == ["ada@example.com"]
    assert sandbox.get("/v2/contacts/suppressed-since/2026-03-01T12:00:11Z") == []
    on_list = sandbox.get(f"/v2/address-books/{shop}/contacts/unsubscribed-since/2026-03-01T00:00:00Z")
    assert [(row["suppressedContact"]["email"], row["suppressedContact"]["status"]) for row in on_list] == [
        ("olu@example.com", "Subscribed")
    ]


def test_29_9_data_fields_are_seeded_typed_and_shown_in_every_contact(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    dotdigital.field("POINTS", "numeric")
    dotdigital.field("VIP", "Boolean")
    dotdigital.field("BIRTHDAY", "Date")
    dotdigital.contact("ada@example.com", points="12.50", VIP="True", Birthday="1990-05-01 00:00:00")
    shown = {item["key"]: item["value"] for item in sandbox.get("/v2/contacts/ada@example.com")["dataFields"]}
    assert list(shown) == sorted(shown)
    assert (shown["POINTS"], shown["VIP"], shown["BIRTHDAY"]) == (12.5, True, "1990-05-01T00:00:00Z")
    assert shown["GENDER"] is None
    assert "LASTSUBSCRIBED" in shown
    for fields, code in (
        ({"NOPE": "x"}, "ERROR_DATAFIELD_NOTFOUND"),
        ({"POINTS": "many"}, "ERROR_DATAFIELD_INVALID"),
        ({"FIRSTNAME": "x" * 1001}, "ERROR_DATAFIELD_VALUE_OVERFLOW"),
        ({"POINTS": 10**18}, "ERROR_DATAFIELD_VALUE_OVERFLOW"),
    ):
        pairs = [{"key": key, "value": value} for key, value in fields.items()]
        refused = sandbox.call("POST", "/v2/contacts", {"email": "vic@example.com", "dataFields": pairs})
        assert (refused.status, refused.message.split()[-1]) == (400, code)
    assert sandbox.call("GET", "/v2/contacts/vic@example.com").status == 404


def test_29_10_an_import_runs_for_a_number_of_polls_or_a_span_of_the_clock(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    sandbox.post_control("settings", {"import_polls": 2, "import_seconds": 30})
    polled = dotdigital.upload("Email\nada@example.com\n").json
    assert polled["status"] == "NotFinished"
    path = f"/v2/contacts/import/{polled['id']}"
    assert [sandbox.get(path)["status"] for _ in range(4)] == ["NotFinished", "NotFinished", "Finished", "Finished"]
    dotdigital.upload("Email\nvic@example.com\n")
    assert sandbox.call("GET", "/v2/contacts/vic@example.com").status == 404
    sandbox.post_control("clock", {"advance": 30})
    assert dotdigital.status("vic@example.com") == "Subscribed"


def test_29_10_reports_come_after_the_end_and_unknown_imports_are_404(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    running = dotdigital.upload("Email\nada@example.com\n").json["id"]
    early = sandbox.call("GET", f"/v2/contacts/import/{running}/report")
    assert early.message == "Import is not processed yet or completed with error. ERROR_IMPORT_REPORT_NOT_FOUND"
    assert early.status == 404
    unknown = sandbox.call("GET", "/v2/contacts/import/af4ac4bc-e1e7-4817-8a66-73fb59e91ce6")
    assert (unknown.status, unknown.message) == (404, "Error: ERROR_IMPORT_NOT_FOUND")


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("watchdog.csv", "Email\nada@example.com\n", "RejectedByWatchdog"),
        ("over-limit.csv", "Email\nada@example.com\n", "ExceedsAllowedContactLimit"),
        ("fail.csv", "Email\nada@example.com\n", "Failed"),
        ("contacts.xlsx", "PK\x03\x04rest", "InvalidFileFormat"),
    ],
)
def test_29_10_names_of_files_decide_how_an_import_ends(
    sandbox: Sandbox, dotdigital: Dotdigital, name: str, content: str, status: str
) -> None:
    accepted = dotdigital.upload(content, name=name)
    assert (accepted.status, accepted.json["status"]) == (202, "NotFinished")
    assert dotdigital.wait(f"/v2/contacts/import/{accepted.json['id']}")["status"] == status
    assert sandbox.call("GET", f"/v2/contacts/import/{accepted.json['id']}/report").status == 404
    assert sandbox.get("/v2/contacts") == []


def test_29_11_the_schema_scope_and_keys_of_a_collection_are_fixed_by_its_first_records(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    for name in ("ada", "vic"):
        dotdigital.contact(f"{name}@example.com")
    dotdigital.import_records("Orders", record("1", "ada@example.com", total=5, placed="2026-03-01", note="x"))
    result = dotdigital.import_records(
        "Orders",
        record("2", "ada@example.com", total="5"),
        record("3", "ada@example.com", placed="yesterday"),
        record("4", "ada@example.com", lines=[[1]]),
        record("5", "ada@example.com", **{"a name": 1}),
        record("1", "vic@example.com", total=6),
        record("6", "nobody@example.com", total=6),
        {"key": "7", "json": {"total": 1}},
        record("8", "ada@example.com", total=7.5, extra="allowed"),
    )
    assert [failure["failureReason"] for failure in result["failures"]] == [
        "JsonValueIncompatibleWithSchema",
        "JsonValueIncompatibleWithSchema",
        "JsonContainsNestedArray",
        "JsonKeyInvalidCharacters",
        "KeyExistingForDifferentContact",
        "ContactEmailDoesNotExist",
        "InvalidContactIdentifier",
    ]
    assert result["summary"] == {"totalRecords": 8, "totalImported": 1, "totalRejected": 7}
    wrong_scope = dotdigital.import_records("orders", {"key": "9", "json": {"total": 1}}, scope="account")
    assert wrong_scope["failures"][0]["failureReason"] == "InvalidContactIdentifier"
    single = sandbox.call("PUT", "/insightData/v3/contacts/email/nobody@example.com/Orders/9", {"total": 1})
    assert (single.status, single.json["errorCode"]) == (404, "insightData:contactNotFound")
    v2 = {"key": "9", "contactIdentifier": "nobody@example.com", "json": '{"total":1}'}
    single = sandbox.call("POST", "/v2/contacts/transactional-data/Orders", v2)
    assert (single.status, single.message) == (404, "Error: ERROR_CONTACT_NOT_FOUND")


def test_29_12_v2_and_v3_share_contacts_collections_and_ids(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    number = dotdigital.contact("ada@example.com", FIRSTNAME="Ada")
    ada = sandbox.get(f"/contacts/v3/contactId/{number}")
    assert (ada["contactId"], ada["dataFields"]["FIRSTNAME"]) == (number, "Ada")
    v2 = {"key": "1", "contactIdentifier": str(number), "json": json.dumps({"total": 5})}
    assert sandbox.call("POST", "/v2/contacts/transactional-data/cartInsight", v2).status == 201
    assert sandbox.get("/insightData/v3/contacts/email/ada@example.com/CartInsight/1")["json"] == {"total": 5}
    sandbox.call("PUT", "/insightData/v3/contacts/email/ada@example.com/CartInsight/1", {"total": 6})
    back = sandbox.get("/v2/contacts/transactional-data/cartInsight/1")
    assert (json.loads(back["json"]), back["contactIdentifier"]) == ({"total": 6}, str(number))
    assert sandbox.call("DELETE", f"/v2/contacts/{number}").status == 204
    assert sandbox.call("GET", "/contacts/v3/email/ada@example.com").status == 404


def test_29_14_tiers_are_counted_apart_with_headers_and_429(sandbox: Sandbox) -> None:
    assert "x-ratelimit-limit" not in sandbox.call("GET", "/v2/contacts").headers
    sandbox.post_control("settings", {"limit_scheme": "tiered", "tier_limits": {"low": 2, "medium": 9, "high": 9}})
    first = sandbox.call("GET", "/v2/contacts").headers
    assert (first["x-ratelimit-limit"], first["x-ratelimit-remaining"]) == ("2", "0")
    assert first["x-ratelimit-scope"] == "lowCallRate"
    assert int(first["x-ratelimit-reset"]) == 1772366460
    assert first["date"] == "Sun, 01 Mar 2026 12:00:00 GMT"  # of the clock that the reset is of
    over = sandbox.call("GET", "/v2/contacts")
    assert (over.status, over.content, over.headers["x-ratelimit-remaining"]) == (429, b"", "0")
    assert sandbox.call("GET", "/v2/server-time").status == 200
    sandbox.post_control("clock", {"advance": 60})
    assert sandbox.call("GET", "/v2/contacts").status == 200


def test_29_14_the_flat_scheme_refuses_with_400_over_its_hour(sandbox: Sandbox) -> None:
    sandbox.post_control("settings", {"limit_scheme": "flat", "flat_limit": 3})
    answers = [sandbox.call("GET", "/v2/contacts") for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 400]
    assert answers[3].message.endswith("Please contact support. ERROR_APIUSAGE_EXCEEDED")
    sandbox.post_control("clock", {"advance": 3601})
    assert sandbox.call("GET", "/v2/contacts").status == 200


def test_29_16_answers_can_be_slow_broken_cut_or_missing(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    sandbox.post_control("faults", [
        {"match": "GET /v2/server-time", "kind": "latency", "seconds": 0.3, "times": 1},
        {"match": "GET /v2/data-fields", "kind": "status", "status": 502, "body": "<html>Bad Gateway</html>",
         "retry_after": 7, "times": 1},
        {"match": "GET /v2/address-books", "kind": "truncate", "times": 1},
        {"match": "POST /v2/contacts$", "kind": "reset", "times": 1},
        {"match": "PATCH /contacts/v3/", "kind": "accept_then_cut", "times": 1},
    ])  # fmt: skip
    started = time.monotonic()
    assert sandbox.call("GET", "/v2/server-time").status == 200
    assert time.monotonic() - started >= 0.3
    gateway = sandbox.call("GET", "/v2/data-fields")
    assert (gateway.status, gateway.content) == (502, b"<html>Bad Gateway</html>")
    assert (gateway.headers["content-type"], gateway.headers["retry-after"]) == ("text/html", "7")
    with pytest.raises(http.client.IncompleteRead):
        sandbox.call("GET", "/v2/address-books")
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        dotdigital.contact("ada@example.com")
    assert sandbox.call("GET", "/v2/contacts/ada@example.com").status == 404
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        sandbox.call("PATCH", "/contacts/v3/email/vic@example.com", {"identifiers": {"email": "vic@example.com"}})
    assert dotdigital.status("vic@example.com") == "Subscribed"
    assert [entry["fault"] for entry in sandbox.requests() if entry["fault"]] == [
        "latency", "status", "truncate", "reset", "accept_then_cut",
    ]  # fmt: skip
