"""The published payloads: requests are accepted as documented, answers have the members, types and casing shown.

The payloads stand in the folder named by DOTBRIDGE_SHARED, else beside the checkout; without it these tests skip.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import Reply, Sandbox

CHECKOUT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("DOTBRIDGE_SHARED") or CHECKOUT.parent / "shared")
EXAMPLES = SHARED / "contracts" / "examples" / "dotdigital"

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"the published payloads are not at {EXAMPLES}")

UNKNOWN = "d7de900d-d337-43f6-b1e1-c8ec73e1a434"
DATE = "2020-01-01T00:00:00Z"


def sample(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def differences(shown: Any, given: Any, path: str = "$") -> list[str]:
    """Where an answer lacks a member of the sample or holds another type; null on either side fits anything."""
    if shown is None or given is None:
        return []
    if isinstance(shown, dict) and isinstance(given, dict):
        missing = [f"{path}.{name} is missing" for name in shown if name not in given]
        found = [differences(shown[name], given[name], f"{path}.{name}") for name in shown if name in given]
        return [*missing, *(line for lines in found for line in lines)]
    if isinstance(shown, list) and isinstance(given, list):
        if not shown or not given:
            return [] if not shown else [f"{path} is empty"]
        return differences(shown[0], given[0], f"{path}[0]")
    numbers = isinstance(shown, int | float) and isinstance(given, int | float)
    same = isinstance(shown, bool) == isinstance(given, bool) and (numbers or type(shown) is type(given))
    return [] if same else [f"{path} is {type(given).__name__}, not {type(shown).__name__}"]


class Scene:
    """An account with a little of everything, so that every read has something to show."""

    def __init__(self, sandbox: Sandbox, dotdigital: Dotdigital) -> None:
        self.sandbox, self.dotdigital = sandbox, dotdigital
        self.list = dotdigital.list("Top customers")
        self.john = self.add("john.smith@emailsim.io")
        self.jane = self.add("jane.doe@emailsim.io")
        self.call("PATCH", f"/contacts/v3/contactId/{self.john}", {"identifiers": {"mobileNumber": "447123000000"}})
        for email in ("myCustomer@emailsim.io", "myOtherCustomer@emailsim.io", "joe.bloggs@emailsim.io"):
            dotdigital.contact(email)
        order = sample("PUT_insightData-v3-import__request_Contact-level-Insight-data")
        sandbox.call("PUT", "/insightData/v3/import", order)
        product = sample("PUT_insightData-v3-import__request_Account-level-Insight-data")
        sandbox.call("PUT", "/insightData/v3/import", product)
        sandbox.post_control("clock", {"advance": 10})

    def add(self, email: str) -> int:
        body = {"email": email, "optInType": "Single", "emailType": "Html"}
        return int(self.call("POST", f"/v2/address-books/{self.list}/contacts", body).json["id"])

    def call(self, method: str, path: str, document: Any = None) -> Reply:
        return self.sandbox.call(method, path, document)

    def unsubscribed(self) -> Scene:
        self.dotdigital.happens("john.smith@emailsim.io", "unsubscribe")
        return self

    def left_list(self) -> Scene:
        self.dotdigital.happens("john.smith@emailsim.io", "unsubscribe", list=self.list)
        return self

    def csv(self) -> str:
        text = (EXAMPLES / "built_POST_v2-contacts-import__request.csv").read_text()
        return self.dotdigital.import_csv(text)

    def consented(self) -> Scene:
        self.call("POST", "/v2/contacts/with-consent", sample("POST_v2-contacts-with-consent__request"))
        return self

    def v2_insight_import(self) -> str:
        body = sample("POST_v2-contacts-transactional-data-import-collectionName__request")
        body.append({"key": "1", "contactIdentifier": "account", "json": "not json"})
        path = "/v2/contacts/transactional-data/import"
        number = self.call("POST", f"{path}/Parcels", body).json["id"]
        self.dotdigital.wait(f"{path}/{number}")
        return f"{path}/{number}"

    def failed_insight_import(self) -> Any:
        body = sample("PUT_insightData-v3-import__request_Contact-level-Insight-data")
        body["records"][0]["contactIdentity"]["value"] = "nobody@emailsim.io"
        number = self.call("PUT", "/insightData/v3/import", body).json["importId"]
        self.dotdigital.wait(f"/insightData/v3/import/{number}")
        return self.call("GET", f"/insightData/v3/import/{number}")

    def mixed_import(self) -> Reply:
        body = {
            "contacts": [
                {
                    "matchIdentifier": "email",
                    "identifiers": {"email": "new@emailsim.io", "mobileNumber": "447123123123"},
                },
                {"matchIdentifier": "email", "identifiers": {"email": "jane.doe@emailsim.io"}},
                {"matchIdentifier": "email", "identifiers": {"email": "not-an-address"}},
            ]
        }
        number = self.call("PUT", "/contacts/v3/import", body).json["importId"]
        self.dotdigital.wait(f"/contacts/v3/import/{number}")
        return self.call("GET", f"/contacts/v3/import/{number}")

    def full_contact(self) -> Reply:
        self.dotdigital.field("TOTAL_SPEND", "Numeric")
        body = {
            "identifiers": {"email": "john.doe@emailsim.io", "mobileNumber": "447123123123"},
            "lists": [self.list],
            "consentRecords": [
                {"text": "Yes", "dateTimeConsented": DATE, "url": "u", "ipAddress": "::1", "userAgent": "x"}
            ],
        }
        return self.call("PATCH", "/contacts/v3/email/john.doe@emailsim.io", body)

    def pages(self) -> Reply:
        return self.call("GET", "/contacts/v3?limit=2&include=channelProperties")

    def bulk_delete(self) -> Reply:
        body = [{"email": "jane.doe@emailsim.io"}, {"email": "nobody@emailsim.io"}]
        number = self.call("POST", "/contacts/v3/delete", body).json["deleteId"]
        self.dotdigital.wait(f"/contacts/v3/delete/{number}")
        return self.call("GET", f"/contacts/v3/delete/{number}")

    def list_removal(self) -> Reply:
        body = [self.john]
        number = self.call("POST", f"/v2/address-books/{self.list}/contacts/delete", body).json["id"]
        for _ in range(2):
            reply = self.call("GET", f"/v2/contacts/deletion/{number}")
        return reply

    def bound(self, method: str, setting: str, path: str, body: Any) -> Reply:
        """The refusal of a job when none may run."""
        self.sandbox.post_control("settings", {setting: 0})
        return self.call(method, path, body)


@pytest.fixture
def scene(sandbox: Sandbox, dotdigital: Dotdigital) -> Scene:
    return Scene(sandbox, dotdigital)


def simple(method: str, path: str, request: str = "") -> Callable[[Scene], Reply]:
    """A call with a published body, if one is named."""

    def call(scene: Scene) -> Reply:
        where = path.format(list=scene.list, john=scene.john)
        return scene.call(method, where, sample(request) if request else None)

    return call


LIST = "/v2/address-books/{list}/contacts"
DATA = "/v2/contacts/transactional-data"
V3 = "/contacts/v3"
INSIGHT = "/insightData/v3"
ONE = "john.smith@emailsim.io"

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


REFUSALS: dict[str, Callable[[Scene], Reply]] = {
    "GET_contacts-v3__response-400": simple("GET", f"{V3}?~modified=2022-08-01T00:00:00Z"),
    "GET_contacts-v3-identifier-value__response-404": simple("GET", f"{V3}/email/unknown@emailsim.io"),
    "PUT_contacts-v3-identifier-value__response-404": lambda scene: scene.call("PUT", f"{V3}/contactId/354265", {}),
    "POST_contacts-v3__response-400": lambda scene: scene.call("POST", V3, {"identifiers": {"email": "123646"}}),
    "POST_contacts-v3__response-409": lambda scene: scene.call(
        "POST", V3, {"identifiers": {"email": "jane.doe@emailsim.io"}}
    ),
    "POST_contacts-v3-delete__response-400": lambda scene: scene.call("POST", f"{V3}/delete", []),
    "POST_contacts-v3-delete__response-429": lambda scene: scene.bound(
        "POST", "delete_limit", f"{V3}/delete", [{"contactId": scene.john}]
    ),
    "GET_contacts-v3-delete-deleteId__response-400": simple("GET", f"{V3}/delete/123646"),
    "GET_contacts-v3-delete-deleteId__response-404": simple("GET", f"{V3}/delete/{UNKNOWN}"),
    "PUT_contacts-v3-import__response-400": lambda scene: scene.call("PUT", f"{V3}/import", []),
    "PUT_contacts-v3-import__response-429": lambda scene: scene.bound(
        "PUT", "contact_import_limit", f"{V3}/import", {"contacts": []}
    ),
    "PUT_insightData-v3-import__response-400": lambda scene: scene.call("PUT", f"{INSIGHT}/import", {}),
    "GET_insightData-v3-import-importId__response-404": simple("GET", f"{INSIGHT}/import/{UNKNOWN}"),
    "GET_insightData-v3-async-jobId__response-404": simple("GET", f"{INSIGHT}/async/{UNKNOWN}"),
    "POST_insightData-v3-collections-collectionName__response-400": simple(
        "POST", f"{INSIGHT}/collections/my%20collection?collectionScope=account&collectionType=custom"
    ),
    "DELETE_insightData-v3-collections-collectionName__response-404": simple(
        "DELETE", f"{INSIGHT}/collections/myOrders"
    ),
    "DELETE_insightData-v3-account-collectionName-recordId__response-400": simple(
        "DELETE", f"{INSIGHT}/account/My%20collection/1"
    ),
    "DELETE_insightData-v3-accounts-collectionName-deleteRecords__response-400": lambda scene: scene.call(
        "DELETE", f"{INSIGHT}/accounts/catalog_myStore/deleteRecords", {"keys": []}
    ),
    "GET_insightData-v3-contacts-identifier-value__response-404": simple(
        "GET", f"{INSIGHT}/contacts/email/unknown@emailsim.io"
    ),
}
# Here the sandbox's sentence holds other words than the sample: its collection's name, its own identifier.
OWN_WORDS = {
    "GET_insightData-v3-account-collectionName-recordId__response-404_recordNotFound": simple(
        "GET", f"{INSIGHT}/contacts/email/joe.bloggs@emailsim.io/Orders/7"
    ),
    "GET_insightData-v3-import-importId__response-400": simple("GET", f"{INSIGHT}/import/123646"),
    "built_v3-error_identifier-conflict": lambda scene: scene.call(
        "PATCH", f"{V3}/email/{ONE}", {"identifiers": {"email": "jane.doe@emailsim.io"}}
    ),
}


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_a_v3_refusal_is_the_published_one_word_for_word(scene: Scene, name: str) -> None:
    reply = REFUSALS[name](scene)
    assert reply.status == int(name.partition("__response-")[2][:3])
    assert reply.json == sample(name)


@pytest.mark.parametrize("name", sorted(OWN_WORDS))
def test_a_v3_refusal_has_the_published_code_and_members(scene: Scene, name: str) -> None:
    reply = OWN_WORDS[name](scene)
    shown = sample(name)
    assert reply.json["errorCode"] == shown["errorCode"]
    assert differences(shown, reply.json) == []


MESSAGES: dict[str, Callable[[Scene], Reply]] = {
    "built_v2-error_401": lambda scene: scene.sandbox.send("GET", "/v2/contacts"),
    "built_v2-error_address-book-duplicate": lambda scene: scene.call("POST", "/v2/address-books", {"name": "Test"}),
    "built_v2-error_address-book-not-writable": lambda scene: scene.call(
        "POST", "/v2/address-books/1/contacts", {"email": ONE}
    ),
    "built_v2-error_api-usage-exceeded": lambda scene: (
        scene.sandbox.post_control("settings", {"limit_scheme": "flat", "flat_limit": 0})
        and scene.call("GET", "/v2/contacts")
    ),
    "built_v2-error_contact-not-found": simple("GET", "/v2/contacts/nobody@emailsim.io"),
    "built_v2-error_contact-suppressed": lambda scene: scene.unsubscribed().call(
        "POST", "/v2/contacts", {"email": ONE}
    ),
    "built_v2-error_datafield-exists": lambda scene: scene.call(
        "POST", "/v2/data-fields", {"name": "FIRSTNAME", "type": "String"}
    ),
    "built_v2-error_import-file-invalid": lambda scene: scene.call("POST", "/v2/contacts/import", {"data": "RW1haWw="}),
    "built_v2-error_import-report-not-ready": lambda scene: scene.call(
        "GET", f"/v2/contacts/import/{scene.dotdigital.upload('Email').json['id']}/report"
    ),
    "built_v2-error_invalid-email": lambda scene: scene.call("POST", "/v2/contacts", {"email": "nobody"}),
    "built_v2-error_schema-conflict": lambda scene: (
        scene.dotdigital.import_records("Catalog", {"key": "1", "json": {"custom": []}}, scope="account")
        and scene.call("POST", f"{DATA}/Catalog", {"key": "2", "contactIdentifier": "account", "json": {"custom": 1}})
    ),
    "built_v2-error_transactional-data-missing": simple("GET", f"{DATA}/Orders/nothing"),
}


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_v2_message_is_the_known_one_word_for_word(scene: Scene, name: str) -> None:
    assert MESSAGES[name](scene).json == sample(name)


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
