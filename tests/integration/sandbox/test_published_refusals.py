"""The published refusals: what the sandbox will not do it says in the platform's own words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.dotdigital_sandbox import Reply
from support.published_payloads import (
    DATA,
    INSIGHT,
    ONE,
    UNKNOWN,
    V3,
    Scene,
    differences,
    needed,
    sample,
    simple,
)

pytestmark = needed

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
