"""Insight data record by record: collections, their schema, and documents under their keys (§15, §17).

A collection hangs on contacts or on the account; the owner of a record is a ``Owner``, or ``None`` for the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import msgspec
import orjson

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.api import PAGE_V3, Api, Page, page
from dotbridge.dotdigital.words import Instant, Word
from dotbridge.errors import RecordError
from dotbridge.http.operation import Operation

Scope = Literal["account", "contact"]
CollectionType = Literal[
    "cartInsight", "catalog", "consentInsight", "custom", "orders", "productCategories", "webInsight", "wishList"
]

COLLECTIONS = Operation("insight.collections", "GET", tier="medium")
CREATE_COLLECTION = Operation("insight.create_collection", "POST", tier="medium", repeatable=True)
SCHEMA = Operation("insight.schema", "GET", tier="medium")
GET_RECORD = Operation("insight.get", "GET", tier="high")
PUT_RECORD = Operation("insight.put", "PUT", tier="medium", repeatable=True)
DELETE_RECORD = Operation("insight.delete", "DELETE", tier="medium", repeatable=True)
DELETE_RECORDS = Operation("insight.delete_records", "DELETE", tier="low", repeatable=True)
PAGE_OF_RECORDS = Operation("insight.page", "GET", tier="low")

MOST_KEYS = 5000


class Owner(NamedTuple):
    """The contact a record hangs on, by one of its identifiers: ``Owner("email", "ada@example.com")``."""

    identifier: str
    value: str | int


class Collection(msgspec.Struct, frozen=True, rename="camel"):
    """One collection of the account; type and scope in our spelling (``cart_insight``, ``contact``)."""

    collection_name: str
    collection_type: Word = Word("")
    collection_scope: Word = Word("")
    record_count: int = 0


class Member(msgspec.Struct, frozen=True):
    """One member of a schema; ``type`` is string, float, integer, boolean, timestamp or record."""

    name: str
    type: Word = Word("")
    mode: Word = Word("nullable")
    fields: list[Member] = []

    @property
    def repeated(self) -> bool:
        """Whether the member is an array."""
        return self.mode == "repeated"


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """One record; ``json`` is its document. ``owner_contact_id`` is ``None`` in account scope."""

    key: str
    json: Any = None
    created: Instant | None = None
    updated: Instant | None = None
    owner_contact_id: int | None = None


class Deleted(msgspec.Struct, frozen=True):
    """What became of a deletion by keys."""

    deleted: int
    not_found: tuple[str, ...]


class _Schema(msgspec.Struct, frozen=True, rename="camel"):
    schema: list[Member] = []


class _DeletedSummary(msgspec.Struct, frozen=True, rename="camel"):
    total_deleted: int = 0


class _DeletedAnswer(msgspec.Struct, frozen=True, rename="camel"):
    summary: _DeletedSummary = _DeletedSummary()
    not_found: list[str] = []


class InsightPart:
    """Collections and single records."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def collections(self) -> list[Collection]:
        """Every collection of the account."""
        return self._api.fetch(list[Collection], COLLECTIONS, "insightData", "v3", "collections")

    def create_collection(self, name: str, scope: Scope, kind: CollectionType) -> bool:
        """True if it was made now, false if it existed. At 1,000 collections: ``ConfigError`` COLLECTION_LIMIT."""
        query = {"collectionScope": scope, "collectionType": kind}
        response = self._api.send(CREATE_COLLECTION, "insightData", "v3", "collections", name, query=query)
        return response.status == 201

    def schema(self, collection: str) -> list[Member] | None:
        """The members of its documents with the types they were first sent in; ``None`` if it does not exist."""
        try:
            answer = self._api.fetch(_Schema, SCHEMA, "insightData", "v3", "collections", collection, "schema")
        except RecordError as error:
            if error.code in {codes.COLLECTION_NOT_FOUND, codes.NOT_FOUND}:
                return None
            raise
        document = next((member for member in answer.schema if member.name == "json"), None)
        return document.fields if document else []

    def get(self, collection: str, key: str, owner: Owner | None = None) -> Record | None:
        """The record, or ``None`` if record, collection or contact does not exist."""
        try:
            return self._api.fetch(Record, GET_RECORD, *_path(collection, owner), key)
        except RecordError as error:
            if _absent(error):
                return None
            raise

    def put(self, collection: str, key: str, document: bytes | dict[str, Any], owner: Owner | None = None) -> bool:
        """Writes the bare document under its key; true if the record is new.

        Does not create the collection: ``RecordError`` COLLECTION_NOT_FOUND, whereupon an import does. An unknown
        contact is CONTACT_NOT_FOUND.
        """
        body = document if isinstance(document, bytes) else orjson.dumps(document)
        return self._api.send(PUT_RECORD, *_path(collection, owner), key, body=body).status == 201

    def delete(self, collection: str, key: str, owner: Owner | None = None) -> bool:
        """False if there was nothing to delete."""
        try:
            self._api.send(DELETE_RECORD, *_path(collection, owner), key)
        except RecordError as error:
            if _absent(error):
                return False
            raise
        return True

    def delete_records(self, collection: str, keys: Sequence[str], owner: Owner | None = None) -> Deleted:
        """Deletes 1 to 5,000 records of one owner by their keys."""
        # The account's route alone is spelled in the plural (§17.1).
        base = ("insightData", "v3", "accounts", collection) if owner is None else _path(collection, owner)
        payload = {"keys": list(keys)}
        answer = self._api.fetch(_DeletedAnswer, DELETE_RECORDS, *base, "deleteRecords", payload=payload)
        return Deleted(answer.summary.total_deleted, tuple(answer.not_found))

    def page(
        self,
        collection: str,
        scope: Scope,
        *,
        owner: Owner | None = None,
        modified_since: str = "",
        limit: int = PAGE_V3,
        marker: str = "",
    ) -> Page[Record]:
        """One page of records in ascending order: of the account, of all contacts, or of one ``owner``."""
        query: dict[str, str | int] = {"limit": limit}
        if modified_since:
            query["~modified"] = f"gte::{modified_since}"
        if marker:
            query["marker"] = marker
        all_contacts = scope == "contact" and owner is None
        path = ("insightData", "v3", "contacts", collection) if all_contacts else _path(collection, owner)
        return page(Record, self._api.send(PAGE_OF_RECORDS, *path, query=query))


def _path(collection: str, owner: Owner | None) -> tuple[str | int, ...]:
    if owner is None:
        return ("insightData", "v3", "account", collection)
    return ("insightData", "v3", "contacts", owner.identifier, owner.value, collection)


def _absent(error: RecordError) -> bool:
    return error.code in {
        codes.RECORD_NOT_FOUND,
        codes.COLLECTION_NOT_FOUND,
        codes.CONTACT_NOT_FOUND,
        codes.NOT_FOUND,
    }
