"""Bulk imports of contacts over v3: JSON in, the ids of created and updated contacts out (§16.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec
import orjson

from dotbridge.dotdigital.api import Api
from dotbridge.dotdigital.import_reports import (
    ContactCounters,
    ContactFault,
    ContactImport,
    TakenContact,
    reason_of,
    state_of,
)
from dotbridge.http.operation import Operation

IMPORT_CONTACTS = Operation("contact_imports.put", "PUT", tier="low")  # no idempotency key exists: never repeated
IMPORT_STATUS = Operation("contact_imports.status", "GET")

LARGEST_BODY = 50_000_000  # bytes (§5.2)
MOST_RUNNING = 25

MergeOption = Literal["overwrite", "overwriteIfNotEmpty", "overwriteIfEmpty"]


class _Accepted(msgspec.Struct, frozen=True, rename="camel"):
    import_id: str


class _Summary(msgspec.Struct, frozen=True, rename="camel"):
    new_contacts: int = 0
    updated_contacts: int = 0
    globally_suppressed: int = 0
    invalid_entries: int = 0
    duplicate_identifiers: int = 0


class _Taken(msgspec.Struct, frozen=True, rename="camel"):
    contact_id: int
    identifiers: dict[str, Any] = {}


class _Reason(msgspec.Struct, frozen=True, rename="camel"):
    failure_code: str = "Unknown"
    description: str = ""


class _Failure(msgspec.Struct, frozen=True, rename="camel"):
    contact_id: int | None = None
    match_identifier: str = ""
    identifiers: dict[str, Any] = {}
    failures: list[_Reason] = []


class _Status(msgspec.Struct, frozen=True, rename="camel"):
    status: str
    import_id: str = ""
    summary: _Summary = _Summary()
    created: list[_Taken] = []
    updated: list[_Taken] = []
    failures: list[_Failure] = []


class ContactImportsPart:
    """Submits an import and reads what became of it."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def put(self, body: bytes) -> str:
        """Submits a body (see ``body``) of at most 50 MB and gives the id of the import.

        25 running already: ``RetryableError`` TOO_MANY_IMPORTS. Answer lost: ``OutcomeUnknown``, sent only once.
        """
        return self._api.fetch(_Accepted, IMPORT_CONTACTS, "contacts", "v3", "import", body=body).import_id

    def read(self, import_id: str) -> ContactImport:
        """The import as it stands; recommended every 5 to 30 seconds. Unknown id: IMPORT_NOT_FOUND."""
        return _normal(import_id, self._api.fetch(_Status, IMPORT_STATUS, "contacts", "v3", "import", import_id))


def body(contacts: Iterable[Mapping[str, Any]], merge_option: MergeOption = "overwrite") -> bytes:
    """The body of an import. Each contact names its ``matchIdentifier``, one of its own ``identifiers``."""
    return orjson.dumps({"mergeOption": merge_option, "contacts": list(contacts)})


def framed(contacts: Iterable[bytes], merge_option: MergeOption = "overwrite") -> bytes:
    """The same from contacts that are JSON already."""
    return b'{"mergeOption":"%s","contacts":[%s]}' % (merge_option.encode(), b",".join(contacts))


def _normal(import_id: str, status: _Status) -> ContactImport:
    made = [(contact, True) for contact in status.created] + [(contact, False) for contact in status.updated]
    taken = tuple(
        TakenContact(
            contact.contact_id, str(contact.identifiers.get("email", "")), _texts(contact.identifiers), created
        )
        for contact, created in made
    )
    ids = {contact.contact_id for contact in taken}
    pairs = {pair for contact in taken for pair in contact.identifiers.items()}
    return ContactImport(
        id=status.import_id or import_id,
        state=state_of(status.status),
        counters=ContactCounters(
            created=status.summary.new_contacts,
            updated=status.summary.updated_contacts,
            globally_suppressed=status.summary.globally_suppressed,
            invalid=status.summary.invalid_entries,
            duplicate=status.summary.duplicate_identifiers,
        ),
        taken=taken,
        faults=tuple(_fault(failure, ids, pairs) for failure in status.failures),
    )


def _fault(failure: _Failure, ids: set[int], pairs: set[tuple[str, str]]) -> ContactFault:
    identifiers = _texts(failure.identifiers)
    identifier = failure.match_identifier or next(iter(identifiers), "email")
    reasons = failure.failures or [_Reason()]
    return ContactFault(
        identifier=identifier,
        value=identifiers.get(identifier, ""),
        reason=reason_of(reasons[0].failure_code),
        detail="; ".join(reason.description or reason.failure_code for reason in reasons),
        contact_id=failure.contact_id,
        partial=failure.contact_id in ids or not pairs.isdisjoint(identifiers.items()),
    )


def _texts(identifiers: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in identifiers.items() if value is not None}
