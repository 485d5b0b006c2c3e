"""The published payloads, and an account of the sandbox in which each of them has something to show.

They stand in the folder named by DOTBRIDGE_SHARED, else beside the checkout; without it the tests on them skip.
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

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("DOTBRIDGE_SHARED") or CHECKOUT.parent / "shared")
EXAMPLES = SHARED / "contracts" / "examples" / "dotdigital"

needed = pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"the published payloads are not at {EXAMPLES}")

UNKNOWN = "d7de900d-d337-43f6-b1e1-c8ec73e1a434"
DATE = "2020-01-01T00:00:00Z"
LIST = "/v2/address-books/{list}/contacts"
DATA = "/v2/contacts/transactional-data"
V3 = "/contacts/v3"
INSIGHT = "/insightData/v3"
ONE = "john.smith@emailsim.io"


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


def simple(method: str, path: str, request: str = "") -> Callable[[Scene], Reply]:
    """A call with a published body, if one is named."""

    def call(scene: Scene) -> Reply:
        where = path.format(list=scene.list, john=scene.john)
        return scene.call(method, where, sample(request) if request else None)

    return call
