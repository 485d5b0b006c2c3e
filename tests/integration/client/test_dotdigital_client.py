"""Each call of the typed client: what it sends, and what it makes of the documented answers."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
import pytest

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.client import Dotdigital, discover
from dotbridge.dotdigital.insight import Owner
from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RecordError, RetryableError
from dotbridge.http.budget import Rate, TokenBuckets
from dotbridge.http.errors import OutcomeUnknown
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from integration.client.scripted import Answer, Scripted, as_json

SHARED = Path(os.environ.get("DOTBRIDGE_SHARED", Path(__file__).parents[4] / "shared"))
EXAMPLES = SHARED / "contracts" / "examples" / "dotdigital"
QUICK = Retries(attempts=3, total=5.0, first=0.01, most=0.02)
CONTACT = {"contactId": 7, "status": "subscribed", "identifiers": {"email": "ada@example.com"}, "brandNew": 1}
SUPPRESSION = {
    "suppressedContact": {"id": 25, "email": "ada@example.com", "dataFields": None, "status": "HardBounced"},
    "dateRemoved": "2020-01-01T09:40:18.527Z",
    "reason": "HardBounced",
}


@pytest.fixture
def dotdigital(server: Scripted) -> Dotdigital:
    return Dotdigital(
        f"{server.url}/v2/",
        "apiuser-1@apiconnector.com",
        Secret("swordfish"),
        allow_private=True,
        timeout=0.5,
        retries=QUICK,
    )


def sent(server: Scripted, number: int = -1) -> tuple[str, str, object]:
    request = server.requests[number]
    return request.method, request.path, orjson.loads(request.body) if request.body else None


def example(name: str) -> bytes:
    if not EXAMPLES.is_dir():
        pytest.skip("the example payloads of shared/ are not here")
    return (EXAMPLES / name).read_bytes()


def test_the_region_is_asked_of_r1_and_its_endpoint_loses_its_tail(server: Scripted) -> None:
    properties = [{"name": "ApiEndpoint", "type": "String", "value": "https://r2-api.dotdigital.com/v2/"}]
    server.answers(as_json({"id": 1, "properties": properties}))
    hosts = {"r1": f"{server.url}/r1", "r2": f"{server.url}/r2"}
    endpoint, info = discover("u", Secret("p"), hosts=hosts, allow_private=True, retries=QUICK)
    assert (endpoint, info.id) == (f"{server.url}/r2", 1)
    assert server.requests[0].path == "/r1/v2/account-info"


def test_bad_credentials_are_a_matter_of_configuration(server: Scripted) -> None:
    server.answers(as_json({"message": "Authorization has been denied for this request."}, 401))
    with pytest.raises(ConfigError) as refused:
        discover("u", Secret("p"), hosts={"r1": server.url}, allow_private=True, retries=QUICK)
    assert refused.value.code is codes.CREDENTIALS


def test_the_published_account_is_read(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(body=example("GET_v2-account-info__response-200.json")))
    info = dotdigital.account.info()
    assert (info.name, info.owner_email, info.locale) == ("Demo", "demo@apiconnector.com", "en-GB")
    assert (info.endpoint, info.currency, info.calls_remaining) == ("https://r1-api.dotdigital.com", "GBP", 1985)


@pytest.mark.parametrize("text", [b"2021-09-24T09:21:55.661571Z", b'"2021-09-24T09:21:55.661571Z"'])
def test_the_server_time_is_a_bare_or_quoted_instant(text: bytes, server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(body=text, headers={"Content-Type": "text/plain"}))
    assert dotdigital.account.server_time() == "2021-09-24T09:21:55Z"


def test_an_address_in_a_path_is_encoded(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json(CONTACT))
    contact = dotdigital.contacts.get("ada+shop@example.com")
    assert contact is not None
    assert (contact.contact_id, contact.email, contact.email_status) == (7, "ada@example.com", "subscribed")
    assert sent(server)[:2] == ("GET", "/contacts/v3/email/ada%2Bshop@example.com")


def test_an_unknown_contact_is_none(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"errorCode": "contacts:contactNotFound", "description": "x"}, 404))
    assert dotdigital.contacts.get(5, identifier="contactId") is None
    assert server.requests[0].path == "/contacts/v3/contactId/5"


def test_a_patch_is_repeated_unless_it_may_write_to_the_person(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(reset=True), as_json(CONTACT))
    document = {"identifiers": {"email": "ada@example.com"}, "dataFields": {"FIRSTNAME": "Ada"}}
    assert dotdigital.contacts.patch("ada@example.com", document, merge_option="overwrite-if-not-empty").contact_id == 7
    assert sent(server) == ("PATCH", "/contacts/v3/email/ada@example.com?merge-option=overwrite-if-not-empty", document)
    server.answers(Answer(reset=True))
    with pytest.raises(OutcomeUnknown):
        dotdigital.contacts.patch("ada@example.com", {"channelProperties": {"email": {"optInType": "verifiedDouble"}}})
    assert len(server.requests) == 3


@pytest.mark.parametrize("word", ["contacts:idAlreadyExists", "contacts:identifierConflict"])
def test_an_address_of_somebody_else_is_refused_for_this_record(
    word: str, server: Scripted, dotdigital: Dotdigital
) -> None:
    server.answers(as_json({"errorCode": word, "description": "taken"}, 409))
    with pytest.raises(RecordError) as refused:
        dotdigital.contacts.patch("ada@example.com", {"identifiers": {"email": "vic@example.com"}})
    assert refused.value.code is codes.IDENTIFIER_TAKEN


def test_deleting_twice_is_no_error(server: Scripted, dotdigital: Dotdigital) -> None:
    gone = as_json({"errorCode": "contacts:contactNotFound", "description": "x"}, 404)
    server.answers(as_json({"contactId": 7}), gone)
    assert dotdigital.contacts.delete("ada@example.com")
    assert not dotdigital.contacts.delete("ada@example.com")


def test_a_page_of_contacts_carries_its_filter_and_the_next_marker(server: Scripted, dotdigital: Dotdigital) -> None:
    links = {"self": {"marker": "MA=="}, "next": {"marker": "Mg=="}}
    server.answers(as_json({"_links": links, "_items": [CONTACT]}), as_json({"_links": {}, "_items": []}))
    page = dotdigital.contacts.page(
        modified_since="2024-01-01T00:00:00Z", data_fields=["A", "B"], include=["lists"], limit=2
    )
    assert (page.items[0].contact_id, page.marker) == (7, "Mg==")
    query = "limit=2&data-fields=A%7CB&include=lists&~modified=gte%3A%3A2024-01-01T00%3A00%3A00Z"
    assert server.requests[0].path == f"/contacts/v3?{query}"
    assert dotdigital.contacts.page(marker=page.marker).marker == ""
    assert server.requests[1].path == "/contacts/v3?limit=5000&marker=Mg%3D%3D"


def test_a_single_contact_of_v3_is_read_whole(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(body=example("built_GET_contacts-v3-identifier-value__response-200.json")))
    contact = dotdigital.contacts.get("john.doe@emailsim.io")
    assert contact is not None
    assert contact.data_fields is not None
    assert contact.data_fields["TOTAL_SPEND"] is None
    assert contact.channel_properties is not None
    assert contact.channel_properties.email is not None
    assert contact.channel_properties.email.email_type == "html"
    assert (contact.created, contact.lists[0].status) == ("2023-01-26T21:29:00Z", "subscribed")


def test_a_suppression_feed_is_paged_until_a_short_page(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json([SUPPRESSION] * 1000), as_json([SUPPRESSION]))
    found = list(dotdigital.subscriptions.all_suppressed_since("2020-01-01T00:00:00Z"))
    assert len(found) == 1001
    assert (found[0].date_removed, found[0].reason) == ("2020-01-01T09:40:18Z", "hard_bounced")
    assert [request.path for request in server.requests] == [
        "/v2/contacts/suppressed-since/2020-01-01T00%3A00%3A00Z?select=1000&skip=0",
        "/v2/contacts/suppressed-since/2020-01-01T00%3A00%3A00Z?select=1000&skip=1000",
    ]


def test_feeds_exist_for_unsubscribes_and_for_one_list(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json([]), as_json([SUPPRESSION]))
    assert dotdigital.subscriptions.unsubscribed_since("2020-01-01T00:00:00Z", select=5) == []
    assert len(dotdigital.subscriptions.suppressed_since("2020-01-01T00:00:00Z", list_id=3, skip=4)) == 1
    assert server.requests[1].path.startswith("/v2/address-books/3/contacts/unsubscribed-since/2020")


def test_a_resubscription_says_what_became_of_it_and_is_never_repeated(
    server: Scripted, dotdigital: Dotdigital
) -> None:
    server.answers(as_json({"contact": {"id": 23}, "status": "ContactChallenged"}), Answer(reset=True))
    asked = dotdigital.subscriptions.resubscribe("ada@example.com", challenge=True, locale="de-DE")
    assert asked.status == "contact_challenged"
    body = {"unsubscribedContact": {"email": "ada@example.com"}, "preferredLocale": "de-DE"}
    assert sent(server) == ("POST", "/v2/contacts/resubscribe", body)
    with pytest.raises(OutcomeUnknown):
        dotdigital.subscriptions.resubscribe("ada@example.com", challenge=False, list_id=9)
    assert sent(server)[1] == "/v2/address-books/9/contacts/resubscribe-with-no-challenge"


def test_a_contact_is_unsubscribed_and_many_are_looked_up(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json(SUPPRESSION), as_json({"contacts": [{"id": 1, "email": "a@b.cd"}], "notFound": None}))
    assert dotdigital.subscriptions.unsubscribe("ada@example.com").suppressed_contact.id == 25
    found = dotdigital.subscriptions.retrieve(emails=["a@b.cd"], ids=[5])
    assert (found.contacts[0].id, found.not_found) == (1, [])
    body = {"contacts": [{"email": "a@b.cd"}, {"id": 5}], "withFullData": False}
    assert sent(server) == ("GET", "/v2/contacts/retrieve-collection", body)


def test_a_data_field_that_exists_is_given_back(server: Scripted, dotdigital: Dotdigital) -> None:
    exists = as_json({"message": "Field already exists. ERROR_NON_UNIQUE_DATAFIELD"}, 400)
    server.answers(exists, as_json([{"name": "TOTAL_SPEND", "type": "String", "defaultValue": None}]))
    assert dotdigital.data_fields.create("total_spend", "numeric").type == "string"
    server.answers(Answer(201), as_json([{"name": "LAST_ORDER_ID", "type": "Numeric", "visibility": "Private"}]))
    assert dotdigital.data_fields.create("LAST_ORDER_ID", "numeric", default=0).type == "numeric"
    created = {"name": "LAST_ORDER_ID", "type": "Numeric", "visibility": "Private", "defaultValue": 0}
    assert sent(server, -2) == ("POST", "/v2/data-fields", created)


def test_an_impossible_data_field_is_refused_before_it_is_sent(server: Scripted, dotdigital: Dotdigital) -> None:
    with pytest.raises(ConfigError):
        dotdigital.data_fields.create("A_NAME_OF_MORE_THAN_20", "string")
    assert server.requests == []


def test_a_list_that_exists_is_given_back_and_a_segment_of_its_name_is_not(
    server: Scripted, dotdigital: Dotdigital
) -> None:
    duplicate = as_json({"message": "That name is in use already. ERROR_ADDRESSBOOK_DUPLICATE"}, 400)
    server.answers(duplicate, as_json([{"id": 5, "name": "magento customers", "contacts": 3}]))
    assert dotdigital.lists.create("Magento Customers").id == 5
    server.answers(duplicate, as_json([]))
    with pytest.raises(ConfigError):
        dotdigital.lists.create("Magento Customers")
    server.answers(as_json({"id": 6, "name": "New", "visibility": "Public"}, 201))
    assert dotdigital.lists.create("New", visibility="Public").visibility == "public"


def test_members_come_and_go(server: Scripted, dotdigital: Dotdigital) -> None:
    missing = as_json({"message": "Error: ERROR_CONTACT_NOT_FOUND"}, 404)
    server.answers(as_json({"id": 9, "email": "ada@example.com"}), Answer(204), missing, as_json([{"id": 9}]))
    assert dotdigital.lists.add(3, "ada@example.com").id == 9
    assert dotdigital.lists.remove(3, 9)
    assert not dotdigital.lists.remove(3, 9)
    assert [[member.id for member in page] for page in dotdigital.lists.members(3)] == [[9]]
    assert server.requests[-1].path == "/v2/address-books/3/contacts?withFullData=false&select=1000&skip=0"


def test_programs_are_read_with_their_status(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(body=example("GET_v2-programs__response-200.json")))
    statuses = [program.status for program in dotdigital.programs.all()]
    assert statuses == ["active", "deactivated", "draft", "read_only"]


def test_records_are_put_read_and_deleted_in_both_scopes(server: Scripted, dotdigital: Dotdigital) -> None:
    ada = Owner("email", "ada@example.com")
    missing = as_json({"errorCode": "insightData:recordNotFound", "description": "x"}, 404)
    server.answers(Answer(201), Answer(204), as_json({"key": "1", "json": {"a": None}}), missing, Answer(204), missing)
    assert dotdigital.insight.put("Orders", "10/1", {"orderTotal": 5.5}, ada)
    assert not dotdigital.insight.put("Catalog", "1", b'{"price":1}')
    record = dotdigital.insight.get("Catalog", "1")
    assert record is not None
    assert record.json == {"a": None}
    assert dotdigital.insight.get("Catalog", "2") is None
    assert dotdigital.insight.delete("Orders", "1", ada)
    assert not dotdigital.insight.delete("Orders", "1", ada)
    assert [request.path for request in server.requests[:3]] == [
        "/insightData/v3/contacts/email/ada@example.com/Orders/10%2F1",
        "/insightData/v3/account/Catalog/1",
        "/insightData/v3/account/Catalog/1",
    ]


def test_a_put_into_a_missing_collection_is_told_apart(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"errorCode": "insightData:collectionNotFound", "description": "x"}, 404))
    with pytest.raises(RecordError) as refused:
        dotdigital.insight.put("Catalog", "1", {})
    assert refused.value.code is codes.COLLECTION_NOT_FOUND


def test_deleting_by_keys_uses_the_plural_route_for_the_account_only(server: Scripted, dotdigital: Dotdigital) -> None:
    result = {"summary": {"totalRecords": 2, "totalDeleted": 1, "totalNotFound": 1}, "notFound": ["b"]}
    server.answers(as_json(result), as_json(result))
    deleted = dotdigital.insight.delete_records("Catalog", ["a", "b"])
    assert (deleted.deleted, deleted.not_found) == (1, ("b",))
    assert sent(server) == ("DELETE", "/insightData/v3/accounts/Catalog/deleteRecords", {"keys": ["a", "b"]})
    dotdigital.insight.delete_records("Orders", ["a"], Owner("contactId", 7))
    assert sent(server)[1] == "/insightData/v3/contacts/contactId/7/Orders/deleteRecords"


def test_collections_and_their_schema_are_read(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(
        Answer(body=example("built_GET_insightData-v3-collections__response-200.json")),
        Answer(body=example("GET_insightData-v3-collections-collectionName-schema__response-200.json")),
        as_json({"errorCode": "insightData:collectionNotFound", "description": "x"}, 404),
        Answer(200),
    )
    assert [found.collection_scope for found in dotdigital.insight.collections()] == ["contact", "account"]
    members = {member.name: member for member in dotdigital.insight.schema("Orders") or []}
    assert members["currency"].type == "string"
    assert any(member.repeated for member in members.values())
    assert dotdigital.insight.schema("None") is None
    assert not dotdigital.insight.create_collection("Catalog", "account", "catalog")


def test_pages_of_records_differ_by_scope(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(*[as_json({"_links": {}, "_items": [{"key": "1", "ownerContactId": 7}]})] * 3)
    assert dotdigital.insight.page("Orders", "contact").items[0].owner_contact_id == 7
    dotdigital.insight.page("Catalog", "account", limit=10, marker="x")
    dotdigital.insight.page("Orders", "contact", owner=Owner("contactId", 7))
    assert [request.path for request in server.requests] == [
        "/insightData/v3/contacts/Orders?limit=5000",
        "/insightData/v3/account/Catalog?limit=10&marker=x",
        "/insightData/v3/contacts/contactId/7/Orders?limit=5000",
    ]


def test_single_records_over_v2_carry_their_document_as_text(server: Scripted, dotdigital: Dotdigital) -> None:
    missing = as_json({"message": "Error: ERROR_TRANSACTIONAL_DATA_DOES_NOT_EXIST"}, 404)
    answer = {"key": "1", "contactIdentifier": "-1", "json": '{"a": 1}'}
    server.answers(as_json(answer), as_json(answer), missing, Answer(204))
    dotdigital.insight_v2.put("Catalog", "1", {"a": 1})
    body = {"key": "1", "contactIdentifier": "account", "json": '{"a":1}'}
    assert sent(server) == ("POST", "/v2/contacts/transactional-data/Catalog/1", body)
    record = dotdigital.insight_v2.get("Catalog", "1")
    assert record is not None
    assert (record.contact_identifier, record.json) == ("account", {"a": 1})
    assert dotdigital.insight_v2.get("Catalog", "2") is None
    assert dotdigital.insight_v2.delete("Catalog", "1")


def test_a_failure_that_comes_as_a_success_is_seen(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(as_json({"message": "Error: ERROR_PROGRAM_NOT_FOUND"}))
    with pytest.raises(ConfigError) as refused:
        list(dotdigital.programs.all())
    assert refused.value.code is codes.PROGRAM_NOT_FOUND


def test_an_answer_of_another_shape_stops_the_run_and_names_the_member(
    server: Scripted, dotdigital: Dotdigital
) -> None:
    server.answers(as_json([{"id": "Ada's id", "name": "x"}]))
    with pytest.raises(FatalError) as strange:
        list(dotdigital.lists.all())
    assert "id" in strange.value.why
    assert "Ada" not in strange.value.why


def test_a_view_on_another_lane_shares_budget_and_connections(server: Scripted) -> None:
    budget = TokenBuckets({"high": Rate(100)})
    whole = Dotdigital(server.url, "u", Secret("p"), budget, allow_private=True, retries=Retries(total=0.0))
    server.answers(*[as_json(CONTACT)] * 20)
    for _ in range(6):  # of a burst of ten, bulk leaves four
        whole.on("bulk").contacts.get("ada@example.com")
    with pytest.raises(RetryableError):
        whole.on("bulk").contacts.get("ada@example.com")
    assert whole.on("consent").contacts.get("ada@example.com")


def test_no_error_repeats_the_password(server: Scripted, dotdigital: Dotdigital) -> None:
    server.answers(Answer(401))
    with pytest.raises(DotbridgeError) as refused:
        dotdigital.account.info()
    assert "swordfish" not in f"{refused.value} {refused.value!r} {vars(dotdigital)}"
