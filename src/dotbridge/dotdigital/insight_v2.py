"""Single insight records over v2, for what v3 lacks: a write that also makes the collection (§15.4)."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.api import Api
from dotbridge.errors import FatalError, RecordError
from dotbridge.http.operation import Operation

PUT_RECORD_V2 = Operation("insight_v2.put", "POST", tier="medium", repeatable=True)
GET_RECORD_V2 = Operation("insight_v2.get", "GET", tier="high")
DELETE_RECORD_V2 = Operation("insight_v2.delete", "DELETE", tier="medium", repeatable=True)

ACCOUNT = "account"  # the contact identifier that stands for account scope


class _Record(msgspec.Struct, frozen=True, rename="camel"):
    key: str = ""
    contact_identifier: str = ""
    json: str | dict[str, Any] = ""


class RecordV2(msgspec.Struct, frozen=True):
    """One record; ``contact_identifier`` is the contact's id as text, or ``account``."""

    key: str
    contact_identifier: str
    json: dict[str, Any]


class InsightV2Part:
    """Writes, reads and deletes one record of a collection, whatever its scope."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def put(self, collection: str, key: str, document: dict[str, Any], contact_identifier: str = ACCOUNT) -> None:
        """Replaces the record under ``key``; the contact is given by id or e-mail."""
        payload = {"key": key, "contactIdentifier": contact_identifier, "json": orjson.dumps(document).decode()}
        self._api.send(PUT_RECORD_V2, *_path(collection, key), payload=payload)

    def get(self, collection: str, key: str) -> RecordV2 | None:
        """The record, or ``None``."""
        try:
            found = self._api.fetch(_Record, GET_RECORD_V2, *_path(collection, key))
        except RecordError as error:
            if _absent(error):
                return None
            raise
        owner = ACCOUNT if found.contact_identifier == "-1" else found.contact_identifier
        return RecordV2(found.key, owner, _document(found.json))

    def delete(self, collection: str, key: str) -> bool:
        """False if there was nothing to delete."""
        try:
            self._api.send(DELETE_RECORD_V2, *_path(collection, key))
        except RecordError as error:
            if _absent(error):
                return False
            raise
        return True


def _path(collection: str, key: str) -> tuple[str, ...]:
    return ("v2", "contacts", "transactional-data", collection, key)


def _document(json: str | dict[str, Any]) -> dict[str, Any]:
    """``json`` is text with JSON in it, though some samples show an object (§8)."""
    if isinstance(json, dict):
        return json
    try:
        document = orjson.loads(json)
    except orjson.JSONDecodeError as error:
        raise FatalError(codes.ANSWER_SHAPE, "insight_v2.get: the document is no JSON.") from error
    return document if isinstance(document, dict) else {}


def _absent(error: RecordError) -> bool:
    return error.code in {codes.RECORD_NOT_FOUND, codes.COLLECTION_NOT_FOUND, codes.NOT_FOUND}
