"""What a sync moved, read from the sandbox's journal: the people and documents that were sent, and those taken out."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from support.dotdigital_sandbox import Sandbox

_V2 = "/v2/contacts/transactional-data/"
_FILE = "/contacts/import/with-merge-option/1"
_WRITES = {"PUT", "POST", "PATCH", "DELETE"}


class Moves:
    """``people`` are addresses as sent, ``records`` and ``removed`` pairs of collection and key, each with how often.

    ``other`` are writes of any other kind, as method and path; ``contacts`` the contacts as sent, ``imports`` how many
    imports there were of each kind.
    """

    def __init__(self) -> None:
        self.people: Counter[str] = Counter()
        self.records: Counter[tuple[str, str]] = Counter()
        self.removed: Counter[tuple[str, str]] = Counter()
        self.other: list[str] = []
        self.contacts: list[dict[str, Any]] = []
        self.imports: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self.people or self.records or self.removed or self.other)


def last_request(sandbox: Sandbox) -> int:
    """The number of the newest request in the journal."""
    return int(sandbox.get_control("requests?limit=100000")["last"])


def moves(journal: Iterable[dict[str, Any]]) -> Moves:
    """What these requests sent and deleted; refused ones count as well."""
    found = Moves()
    for entry in journal:
        path = urlsplit(entry["path"]).path
        if entry["method"] not in _WRITES:
            continue
        if path.endswith(_FILE):
            found.imports["files"] += 1
            found.people.update(addresses(entry["body"]))
            continue
        sent = json.loads(entry["body"] or "null")
        if path == "/contacts/v3/import":
            found.imports["contacts"] += 1
            found.contacts += sent["contacts"]
            found.people.update([one["identifiers"]["email"] for one in sent["contacts"]])
        elif path == "/insightData/v3/import":
            found.imports[sent["collectionName"]] += 1
            found.records.update([(sent["collectionName"], one["key"]) for one in sent["records"]])
        elif entry["method"] == "DELETE" and path.startswith(_V2):
            collection, key = path.removeprefix(_V2).split("/")
            found.removed[unquote(collection), unquote(key)] += 1
        elif path.startswith("/insightData/v3/") and path.endswith("/deleteRecords"):
            collection = unquote(path.split("/")[-2])
            found.removed.update([(collection, key) for key in sent["keys"]])
        else:
            found.other.append(f"{entry['method']} {path}")
    return found


def addresses(body: str) -> list[str]:
    """Whose data an uploaded file of contacts holds; nobody's where it has no column for the kind of mail."""
    rows = csv.DictReader(io.StringIO(body.split("\r\n\r\n", 1)[1].rsplit("\r\n--", 1)[0], newline=""))
    return [row["Email"] for row in rows if "EmailType" in row]
