"""Bulk imports of contacts over v2: a CSV file in, counters and a file of faults out (§13).

The transport of the classic connectors: it refuses the unsubscribed row by row, where v3 takes their data silently.
"""

from __future__ import annotations

import csv
import io
from typing import Literal

import msgspec
from urllib3.filepost import encode_multipart_formdata

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.api import Api, typed
from dotbridge.dotdigital.errors import build
from dotbridge.dotdigital.import_reports import (
    ContactCounters,
    ContactFault,
    ContactImport,
    reason_of,
    state_of,
)
from dotbridge.dotdigital.words import folded
from dotbridge.errors import FatalError, RetryableError
from dotbridge.http.operation import Operation

UPLOAD_CSV = Operation("csv_imports.upload", "POST", tier="low")  # never repeated, as any import
CSV_STATUS = Operation("csv_imports.status", "GET")
CSV_REPORT = Operation("csv_imports.report", "GET", tier="medium")
CSV_FAULTS = Operation("csv_imports.report_faults", "GET", tier="medium")

LARGEST_FILE = 10_000_000  # bytes; no current page names a limit, the last one known was this (§5.2)

MergeOption = Literal[0, 1, 2]
"""0 overwrites, 1 only with values that are not blank, 2 only fields that are empty (§13.4)."""


class _Status(msgspec.Struct, frozen=True):
    id: str
    status: str


class _Report(msgspec.Struct, frozen=True, rename="camel"):
    new_contacts: int = 0
    updated_contacts: int = 0
    globally_suppressed: int = 0
    invalid_entries: int = 0
    duplicate_emails: int = 0
    blocked: int = 0
    unsubscribed: int = 0
    hard_bounced: int = 0
    soft_bounced: int = 0
    isp_complaints: int = 0
    mail_blocked: int = 0
    domain_suppressed: int = 0
    pending_double_optin: int = 0
    failures: int = 0
    suppressed_contacts: int = 0


class CsvImportsPart:
    """Uploads a file of contacts and reads what became of it."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def upload(
        self, file: bytes, *, list_id: int | None = None, merge_option: MergeOption = 0, name: str = "contacts.csv"
    ) -> str:
        """Uploads UTF-8 CSV with a column ``Email`` and gives the id of the import; ``list_id`` joins them to a list.

        25 running already: ``RetryableError`` TOO_MANY_IMPORTS. Answer lost: ``OutcomeUnknown``, sent only once. Larger than
        ``LARGEST_FILE``: ``RecordError`` TOO_LARGE, not sent.
        """
        if len(file) > LARGEST_FILE:
            raise build(codes.TOO_LARGE, f"{UPLOAD_CSV.name}: the file has {len(file):,} bytes.")
        # Without a file name in the part header the upload is refused (§13.1).
        body, media = encode_multipart_formdata({"file": (name, file, "text/csv")})
        base: tuple[str | int, ...] = (
            ("v2", "contacts") if list_id is None else ("v2", "address-books", list_id, "contacts")
        )
        path = (*base, "import", "with-merge-option", merge_option)
        return self._api.fetch(_Status, UPLOAD_CSV, *path, body=body, headers={"Content-Type": media}).id

    def read(self, import_id: str, *, faults_gone: bool = False) -> ContactImport:
        """The import as it stands, with report and faults once it has finished.

        Faults are kept for a week. A finished import without them is NOT_READY, or has none of those it counts where the
        caller knows them to be ``faults_gone``.
        """
        path = ("v2", "contacts", "import", import_id)
        response = self._api.send(CSV_STATUS, *path)
        state = state_of(typed(_Status, response, folded(response.json())).status)
        if state != "finished":
            return ContactImport(import_id, state)
        report = self._api.fetch(_Report, CSV_REPORT, *path, "report")
        counters = _counters(report)
        refused = counters.globally_suppressed + counters.invalid + counters.duplicate + counters.suppressed
        try:
            faults = self.faults(import_id) if refused + counters.failed else ()
        except RetryableError as error:
            if not faults_gone or error.code is not codes.NOT_READY:
                raise
            faults = ()
        return ContactImport(import_id, state, counters, faults=faults)

    def faults(self, import_id: str) -> tuple[ContactFault, ...]:
        """The refused rows of a finished import."""
        response = self._api.send(
            CSV_FAULTS, "v2", "contacts", "import", import_id, "report-faults", headers={"Accept": "text/csv"}
        )
        return parse_faults(response.text)


def parse_faults(text: str) -> tuple[ContactFault, ...]:
    """The rows of a fault file: ``Reason`` first, then the uploaded columns in lower case; may be empty (§13.6)."""
    if not text.strip():
        return ()
    rows = csv.reader(io.StringIO(text, newline=""))
    columns = [column.strip().lower() for column in next(rows)]
    if "reason" not in columns or "email" not in columns:
        raise FatalError(codes.ANSWER_SHAPE, "csv_imports.report_faults: a column Reason or email is missing.")
    reason, email = columns.index("reason"), columns.index("email")
    return tuple(
        ContactFault("email", row[email].strip(), reason_of(row[reason]), row[reason].strip())
        for row in rows
        if len(row) > max(reason, email)
    )


def _counters(report: _Report) -> ContactCounters:
    return ContactCounters(
        created=report.new_contacts,
        updated=report.updated_contacts,
        globally_suppressed=report.globally_suppressed,
        invalid=report.invalid_entries,
        duplicate=report.duplicate_emails,
        suppressed=report.blocked
        + report.unsubscribed
        + report.hard_bounced
        + report.soft_bounced
        + report.isp_complaints
        + report.mail_blocked
        + report.domain_suppressed
        + report.pending_double_optin
        + report.suppressed_contacts,
        failed=report.failures,
    )
