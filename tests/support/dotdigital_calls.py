"""The few calls that most tests against the Dotdigital sandbox begin with."""

from __future__ import annotations

import base64
from typing import Any

from .dotdigital_sandbox import Reply, Sandbox


class Dotdigital:
    """A signed-in caller with short names for common calls."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def contact(self, email: str, **fields: Any) -> int:
        pairs = [{"key": key, "value": value} for key, value in fields.items()]
        reply = self.sandbox.call("POST", "/v2/contacts", {"email": email, "dataFields": pairs})
        assert reply.status == 201, reply
        return int(reply.json["id"])

    def list(self, name: str) -> int:
        reply = self.sandbox.call("POST", "/v2/address-books", {"name": name})
        assert reply.status == 201, reply
        return int(reply.json["id"])

    def field(self, name: str, kind: str) -> None:
        assert self.sandbox.call("POST", "/v2/data-fields", {"name": name, "type": kind}).status == 201

    def happens(self, email: str, event: str, **details: Any) -> None:
        self.sandbox.post_control(f"contacts/{email}/{event}", details)

    def status(self, email: str) -> str:
        return str(self.sandbox.get(f"/v2/contacts/{email}")["status"])

    def upload(self, text: str, path: str = "/v2/contacts/import", name: str = "contacts.csv") -> Reply:
        data = base64.b64encode(text.encode()).decode()
        return self.sandbox.call("POST", path, {"fileName": name, "data": data})

    def import_csv(self, text: str, path: str = "/v2/contacts/import") -> str:
        """Upload and wait; the import's id."""
        reply = self.upload(text, path)
        assert reply.status == 202, reply
        return self.wait(f"/v2/contacts/import/{reply.json['id']}")["id"]

    def import_contacts(self, *contacts: dict[str, Any], merge: str = "overwrite") -> Any:
        """A finished v3 import."""
        reply = self.sandbox.call("PUT", "/contacts/v3/import", {"mergeOption": merge, "contacts": list(contacts)})
        assert reply.status == 202, reply
        return self.wait(f"/contacts/v3/import/{reply.json['importId']}")

    def import_records(
        self, collection: str, *records: dict[str, Any], scope: str = "contact", kind: str = "custom"
    ) -> Any:
        """A finished v3 insight import."""
        body = {
            "collectionName": collection, "collectionScope": scope, "collectionType": kind, "records": list(records),
        }  # fmt: skip
        reply = self.sandbox.call("PUT", "/insightData/v3/import", body)
        assert reply.status == 202, reply
        return self.wait(f"/insightData/v3/import/{reply.json['importId']}")

    def wait(self, path: str) -> Any:
        for _ in range(10):
            answer = self.sandbox.get(path)
            if answer["status"] not in ("NotStarted", "NotFinished", "Processing"):
                return answer
        raise AssertionError(f"{path} never finished")


def record(key: str, email: str, **document: Any) -> dict[str, Any]:
    """A contact's insight record as a v3 import carries it."""
    return {"key": key, "contactIdentity": {"identifier": "email", "value": email}, "json": document}
