"""The published payloads: requests are accepted as documented, answers have the members, types and casing shown."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from support.dotdigital_sandbox import Reply
from support.published_payloads import (
    DATA,
    DATE,
    INSIGHT,
    LIST,
    ONE,
    V3,
    Scene,
    differences,
    needed,
    sample,
    simple,
)

pytestmark = needed

ANSWERS: dict[str, Callable[[Scene], Reply]] = {
    "GET_v2-account-info__response-200": simple("GET", "/v2/account-info"),
    "GET_v2-data-fields__response-200": simple("GET", "/v2/data-fields"),
    "POST_v2-data-fields__response-201": simple("POST", "/v2/data-fields", "POST_v2-data-fields__request"),
    "DELETE_v2-data-fields-name__response-200_Failed-Result": simple("DELETE", "/v2/data-fields/FIRSTNAME"),
    "DELETE_v2-data-fields-name__response-200_Successful-Result": lambda scene: (
        scene.dotdigital.field("POINTS", "Numeric") or scene.call("DELETE", "/v2/data-fields/POINTS")
    ),
    "GET_v2-address-books__response-200": simple("GET", "/v2/address-books"),
    "GET_v2-address-books-private__response-200": simple("GET", "/v2/address-books/private"),
    "GET_v2-address-books-public__response-200": lambda scene: (
        scene.call("POST", "/v2/address-books", {"name": "Open", "visibility": "Public"})
        and scene.call("GET", "/v2/address-books/public")
    ),
    "GET_v2-address-books-id__response-200": simple("GET", "/v2/address-books/{list}"),
    "POST_v2-address-books__response-200": lambda scene: scene.call(
        "POST", "/v2/address-books", {"name": "My Address Book", "visibility": "Public"}
    ),
    "PUT_v2-address-books-id__response-200": lambda scene: scene.call(
        "PUT", f"/v2/address-books/{scene.list}", {"name": "My Updated Address Book"}
    ),
    "GET_v2-address-books-id-contacts__response-200": simple("GET", LIST),
    "GET_v2-address-books-id-contacts-modified-since-date__response-200": simple(
        "GET", f"{LIST}/modified-since/{DATE}"
    ),
    "GET_v2-address-books-id-contacts-unsubscribed-since-date__response-200": lambda scene: scene.left_list().call(
        "GET", f"/v2/address-books/{scene.list}/contacts/unsubscribed-since/{DATE}"
    ),
    "POST_v2-address-books-id-contacts__response-200": simple(
        "POST", LIST, "POST_v2-address-books-id-contacts__request"
    ),
    "POST_v2-address-books-id-contacts-unsubscribe__response-200": simple(
        "POST", f"{LIST}/unsubscribe", "POST_v2-contacts-unsubscribe__request"
    ),
    "POST_v2-address-books-id-contacts-resubscribe__response-200": lambda scene: scene.unsubscribed().call(
        "POST",
        f"/v2/address-books/{scene.list}/contacts/resubscribe",
        sample("POST_v2-address-books-id-contacts-resubscribe__request"),
    ),
    "POST_v2-address-books-id-contacts-resubscribe-with-no-challenge__response-200": simple(
        "POST",
        f"{LIST}/resubscribe-with-no-challenge",
        "POST_v2-contacts-resubscribe-with-no-challenge__request",
    ),
    "POST_v2-address-books-addressBookId-contacts-delete__response-202": simple(
        "POST", f"{LIST}/delete", "POST_v2-address-books-addressBookId-contacts-delete__request"
    ),
    "POST_v2-address-books-addressBookId-contacts-delete-all__response-202": simple("POST", f"{LIST}/delete-all"),
    "GET_v2-contacts-deletion-deletionRequestId__response-200": Scene.list_removal,
    "GET_v2-contacts__response-200": simple("GET", "/v2/contacts"),
    "GET_v2-contacts-created-since-date__response-200": simple("GET", f"/v2/contacts/created-since/{DATE}"),
    "GET_v2-contacts-modified-since-date__response-200": simple("GET", f"/v2/contacts/modified-since/{DATE}"),
    "GET_v2-contacts-contactIdentifier__response-200": simple("GET", "/v2/contacts/{john}"),
    "GET_v2-contacts-id-address-books__response-200": simple("GET", "/v2/contacts/{john}/address-books"),
    "GET_v2-contacts-suppressed-since-date__response-200": lambda scene: scene.unsubscribed().call(
        "GET", f"/v2/contacts/suppressed-since/{DATE}"
    ),
    "GET_v2-contacts-unsubscribed-since-date__response-200": lambda scene: scene.unsubscribed().call(
        "GET", f"/v2/contacts/unsubscribed-since/{DATE}"
    ),
    "POST_v2-contacts__response-201": simple("POST", "/v2/contacts", "POST_v2-contacts__request"),
    "PUT_v2-contacts-id__response-201": simple("PUT", "/v2/contacts/{john}", "PUT_v2-contacts-id__request"),
    "POST_v2-contacts-unsubscribe__response-200": simple(
        "POST", "/v2/contacts/unsubscribe", "POST_v2-contacts-unsubscribe__request"
    ),
    "POST_v2-contacts-resubscribe__response-200": lambda scene: scene.unsubscribed().call(
        "POST", "/v2/contacts/resubscribe", sample("POST_v2-contacts-resubscribe__request")
    ),
    "POST_v2-contacts-resubscribe-with-no-challenge__response-200": lambda scene: scene.unsubscribed().call(
        "POST",
        "/v2/contacts/resubscribe-with-no-challenge",
        sample("POST_v2-contacts-resubscribe-with-no-challenge__request"),
    ),
    "PUT_v2-contacts-suppress-contacts__response-200": lambda scene: scene.call(
        "PUT",
        "/v2/contacts/suppress-contacts",
        [{"id": scene.john}, {"email": "jane.doe@emailsim.io"}, {"email": "unknown@emailsim.co"}],
    ),
    "POST_v2-contacts-with-consent__response-201": simple(
        "POST", "/v2/contacts/with-consent", "POST_v2-contacts-with-consent__request"
    ),
    "PUT_v2-contacts-id-with-consent__response-201": simple(
        "PUT", "/v2/contacts/{john}/with-consent", "PUT_v2-contacts-id-with-consent__request"
    ),
    "GET_v2-contacts-contactIdentifier-with-consent__response-200": lambda scene: scene.consented().call(
        "GET", f"/v2/contacts/{ONE}/with-consent"
    ),
    "POST_v2-contacts-import__response-202": lambda scene: scene.dotdigital.upload("Email\n"),
    "POST_v2-address-books-id-contacts-import-with-merge-option-mergeOption__response-202": lambda scene: (
        scene.dotdigital.upload("Email\n", f"/v2/address-books/{scene.list}/contacts/import/with-merge-option/1")
    ),
    "GET_v2-contacts-import-id__response-200": lambda scene: scene.call("GET", f"/v2/contacts/import/{scene.csv()}"),
    "GET_v2-contacts-import-id-report__response-200": lambda scene: scene.call(
        "GET", f"/v2/contacts/import/{scene.csv()}/report"
    ),
    "POST_v2-contacts-transactional-data-collectionName__response-201": simple(
        "POST", f"{DATA}/Parcels", "POST_v2-contacts-transactional-data-collectionName__request"
    ),
    "POST_v2-contacts-transactional-data-collectionName-key__response-200": lambda scene: scene.call(
        "POST",
        f"{DATA}/Parcels/P00000001",
        sample("POST_v2-contacts-transactional-data-collectionName-key__request") | {"contactIdentifier": ONE},
    ),
    "GET_v2-contacts-transactional-data-collectionName-key__response-200": simple("GET", f"{DATA}/Orders/24938"),
    "GET_v2-contacts-selector-transactional-data-collectionName__response-200": simple(
        "GET", "/v2/contacts/joe.bloggs@emailsim.io/transactional-data/Orders"
    ),
    "GET_v2-transactional-data-collectionName__response-200": simple("GET", "/v2/transactional-data/catalog_myStore"),
    "GET_v2-contacts-transactional-data-collections__response-200": simple(
        "GET", "/v2/contacts/transactional-data-collections"
    ),
    "POST_v2-contacts-transactional-data-import-collectionName__response-202": simple(
        "POST", f"{DATA}/import/Parcels", "POST_v2-contacts-transactional-data-import-collectionName__request"
    ),
    "GET_v2-contacts-transactional-data-import-id__response-200": lambda scene: scene.call(
        "GET", scene.v2_insight_import()
    ),
    "GET_v2-contacts-transactional-data-import-id-report__response-200": lambda scene: scene.call(
        "GET", f"{scene.v2_insight_import()}/report"
    ),
    "built_GET_contacts-v3__response-200": Scene.pages,
    "built_GET_contacts-v3-identifier-value__response-200": Scene.full_contact,
    "built_GET_contacts-v3-import-importId__response-200_finished": Scene.mixed_import,
    "built_GET_contacts-v3-delete-deleteId__response-200": Scene.bulk_delete,
    "built_PUT_contacts-v3-import__response-202": simple("PUT", f"{V3}/import", "PUT_contacts-v3-import__request"),
    "GET_insightData-v3-import-importId__response-200_Import-complete": Scene.failed_insight_import,
    "GET_insightData-v3-collections-collectionName-schema__response-200": simple(
        "GET", f"{INSIGHT}/collections/Orders/schema"
    ),
    "built_GET_insightData-v3-collections__response-200": simple("GET", f"{INSIGHT}/collections"),
    "built_GET_insightData-v3-contacts-identifier-value-collectionName-recordId__response-200": lambda scene: (
        _same_json(scene.call("GET", f"{INSIGHT}/contacts/email/joe.bloggs@emailsim.io/Orders/24938"))
    ),
}


# The sandbox has no preferences, so a contact has none either.
NOT_OFFERED = {"$.preferences is empty"}


def _same_json(reply: Reply) -> Reply:
    """The record with the sample's document: its members are the shop's business."""
    document = reply.json | {"json": {"orderTotal": 56.0}}
    return Reply(reply.status, reply.headers, json.dumps(document).encode())


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_has_the_members_types_and_casing_of_the_published_one(scene: Scene, name: str) -> None:
    reply = ANSWERS[name](scene)
    assert 200 <= reply.status < 300, reply
    assert set(differences(sample(name), reply.json)) <= NOT_OFFERED


def test_the_published_import_of_contacts_is_taken_with_a_report_of_what_it_names_wrongly(scene: Scene) -> None:
    number = scene.call("PUT", f"{V3}/import", sample("PUT_contacts-v3-import__request")).json["importId"]
    assert differences(
        sample("built_GET_contacts-v3-import-importId__response-200_in-progress"),
        scene.sandbox.get(f"{V3}/import/{number}"),
    ) == []  # fmt: skip
    done = scene.dotdigital.wait(f"{V3}/import/{number}")
    assert [item["identifiers"]["email"] for item in done["created"]] == ["john.doe@emailsim.io"]
    assert [item["identifiers"]["email"] for item in done["updated"]] == ["jane.doe@emailsim.io"]
    assert done["failures"][0]["failures"][0]["failureCode"] == "InvalidContactId"


def test_the_published_import_collection_is_taken(scene: Scene) -> None:
    body = sample("POST_v2-contacts-import-collection__request") | {"addressBookIds": [scene.list]}
    accepted = scene.call("POST", "/v2/contacts/import-collection", body)
    assert accepted.status == 202
    assert differences(sample("POST_v2-contacts-import-collection__response-202"), accepted.json) == []
    scene.dotdigital.wait(f"/v2/contacts/import/{accepted.json['id']}")
    john = scene.sandbox.state()["contacts"][ONE]
    assert (john["fields"]["POSTCODE"], john["lists"]) == ("N5 1DP", ["Top customers"])
    assert john["consents"][0][0] == "Your consent text goes here."


@pytest.mark.parametrize("name", ["request", "request_magento-lookup"])
def test_a_built_patch_creates_the_contact(scene: Scene, name: str) -> None:
    scene.dotdigital.field("SUBSCRIBER_STATUS", "String")
    body = sample(f"built_PATCH_contacts-v3-identifier-value__{name}")
    if "lists" in body:
        body["lists"] = [scene.list]
    assert scene.call("PATCH", f"{V3}/email/john.doe@emailsim.io", body).status == 201


@pytest.mark.parametrize(
    ("name", "scope"),
    [("Orders_magento2", "contact"), ("Wishlist_magento2", "contact"), ("Reviews_magento2", "contact"),
     ("CartInsight_magento2-dummy", "contact"), ("Catalog_magento2", "account"), ("Integrations_magento2", "account")],
)  # fmt: skip
def test_the_connectors_records_are_imported_and_read_back(scene: Scene, name: str, scope: str) -> None:
    for email in ("john.doe@emailsim.io", "owner@example.com"):
        scene.dotdigital.contact(email)
    item = sample(f"built_record_{name}")
    collection = f"{name.partition('_')[0]}_of_a_shop"
    result = scene.dotdigital.import_records(collection, item, scope=scope)
    assert (result["summary"]["totalImported"], result["failures"]) == (1, [])
    assert scene.sandbox.state()["insight"][collection] == {item["key"]: item["json"]}


def test_the_connectors_single_record_and_cart_are_taken(scene: Scene) -> None:
    scene.dotdigital.contact("john.doe@emailsim.io")
    order = sample("built_record_Orders_v2-single__request")
    assert scene.call("POST", f"{DATA}/Purchases", order).status == 201
    scene.call("POST", f"{INSIGHT}/collections/CartInsight?collectionScope=contact&collectionType=cartInsight")
    cart = sample("built_PUT_insightData-v3-contacts-email-CartInsight-recordId__request")
    path = f"{INSIGHT}/contacts/email/john.doe@emailsim.io/CartInsight/1"
    assert [scene.call("PUT", path, cart).status for _ in range(2)] == [201, 204]
