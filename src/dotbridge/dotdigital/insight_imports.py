"""Bulk imports of insight records over v3, and over v2 where v3 is not open to the account (§15.4, §17.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import orjson

from dotbridge.dotdigital.api import Api, typed
from dotbridge.dotdigital.import_reports import InsightFault, InsightImport, state_of
from dotbridge.dotdigital.insight import CollectionType, Scope
from dotbridge.dotdigital.words import Word, folded
from dotbridge.http.operation import Operation

IMPORT_RECORDS = Operation("insight_imports.put", "PUT", tier="low")  # never repeated, as any import
IMPORT_STATUS = Operation("insight_imports.status", "GET")
IMPORT_RECORDS_V2 = Operation("insight_imports.post_v2", "POST", tier="low")
IMPORT_STATUS_V2 = Operation("insight_imports.status_v2", "GET")
IMPORT_REPORT_V2 = Operation("insight_imports.report_v2", "GET", tier="medium")

LARGEST_BODY = 50_000_000  # bytes (§5.2)
MOST_RUNNING = 5


class _Accepted(msgspec.Struct, frozen=True, rename="camel"):
    import_id: str


class _Identity(msgspec.Struct, frozen=True):
    identifier: str = ""
    value: str | int = ""


class _Owner(msgspec.Struct, frozen=True, rename="camel"):
    contact_identity: _Identity = _Identity()


class _Failure(msgspec.Struct, frozen=True, rename="camel"):
    key: str | int = ""  # a sample shows a number
    failure_reason: Word = Word("unknown")
    details: list[str] = []
    collection_owner: _Owner = _Owner()


class _Summary(msgspec.Struct, frozen=True, rename="camel"):
    total_records: int = 0
    total_imported: int = 0
    total_rejected: int = 0


class _Status(msgspec.Struct, frozen=True, rename="camel"):
    status: str
    import_id: str = ""
    collection_name: str = ""
    summary: _Summary = _Summary()
    failures: list[_Failure] = []


class _StatusV2(msgspec.Struct, frozen=True):
    id: str
    status: str


class _FaultV2(msgspec.Struct, frozen=True):
    key: str = ""
    reason: Word = Word("unknown")
    detail: str = ""


class _ReportV2(msgspec.Struct, frozen=True, rename="camel"):
    total_items: int = 0
    total_imported: int = 0
    total_rejected: int = 0
    faults: list[_FaultV2] = []


class InsightImportsPart:
    """Submits an import and reads what became of it. Contacts are never created; missing ones become faults."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def put(self, body: bytes) -> str:
        """Submits a body (see ``framed``) of at most 50 MB and gives the id of the import.

        5 running already: ``RetryableError`` TOO_MANY_IMPORTS. Answer lost: ``OutcomeUnknown``, sent only once.
        """
        return self._api.fetch(_Accepted, IMPORT_RECORDS, "insightData", "v3", "import", body=body).import_id

    def read(self, import_id: str) -> InsightImport:
        """The import as it stands."""
        status = self._api.fetch(_Status, IMPORT_STATUS, "insightData", "v3", "import", import_id)
        return InsightImport(
            id=status.import_id or import_id,
            state=state_of(status.status),
            collection=status.collection_name,
            total=status.summary.total_records,
            imported=status.summary.total_imported,
            rejected=status.summary.total_rejected,
            faults=tuple(_fault(failure) for failure in status.failures),
        )

    def put_v2(self, collection: str, body: bytes) -> str:
        """The same over v2: an array of ``{key, contactIdentifier, json}``, with ``json`` as text (§30.5)."""
        path = ("v2", "contacts", "transactional-data", "import", collection)
        return self._api.fetch(_StatusV2, IMPORT_RECORDS_V2, *path, body=body).id

    def read_v2(self, import_id: str) -> InsightImport:
        """An import of ``put_v2`` as it stands, with its report once it has finished."""
        path = ("v2", "contacts", "transactional-data", "import", import_id)
        response = self._api.send(IMPORT_STATUS_V2, *path)
        state = state_of(typed(_StatusV2, response, folded(response.json())).status)
        if state != "finished":
            return InsightImport(import_id, state)
        report = self._api.fetch(_ReportV2, IMPORT_REPORT_V2, *path, "report")
        faults = tuple(
            InsightFault(fault.key, fault.reason, (fault.detail,) if fault.detail else ()) for fault in report.faults
        )
        totals = (report.total_items, report.total_imported, report.total_rejected)
        return InsightImport(import_id, state, "", *totals, faults)


def framed(collection: str, scope: Scope, kind: CollectionType, records: bytes) -> bytes:
    """The body of an import from records that are JSON already, ``{key, json, contactIdentity?}`` each, with commas."""
    head = orjson.dumps({"collectionName": collection, "collectionScope": scope, "collectionType": kind})
    return b'%s,"records":[%s]}' % (head[:-1], records)


def framed_v2(records: Iterable[tuple[str, str, Mapping[str, Any]]]) -> bytes:
    """The body of a v2 import from (key, contact identifier or ``account``, document)."""
    return orjson.dumps(
        [
            {"key": key, "contactIdentifier": identifier, "json": orjson.dumps(document).decode()}
            for key, identifier, document in records
        ]
    )


def _fault(failure: _Failure) -> InsightFault:
    owner = failure.collection_owner.contact_identity
    return InsightFault(
        str(failure.key), failure.failure_reason, tuple(failure.details), owner.identifier, str(owner.value)
    )
