"""The two forms of a v2 contact import, read into the same rows: an uploaded file and a JSON collection (13.1-13.3)."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from dataclasses import dataclass, field
from typing import Any

import orjson
from werkzeug.formparser import parse_form_data

from . import consent
from .exchange import Call
from .reading import fold, read_v2
from .refusals import refuse

_SYSTEM_COLUMNS = frozenset({"email", "optintype", "emailtype", "id"})
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(slots=True)
class Row:
    """One contact as it came: system columns, data fields, consent; ``shown`` is what a fault file repeats."""

    email: str = ""
    opt_in: str = ""
    email_type: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    consent: list[tuple[str, Any]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file with its name; what the name holds decides some outcomes (29.10)."""

    name: str
    content: bytes


class NotCsvError(ValueError):
    """The file cannot be read as CSV."""


def read_upload(call: Call) -> Upload:
    """The file of a multipart form or of a base64 member; refuses a part without file name, and two files."""
    content_type = call.incoming.headers.get("content-type", "")
    if content_type.lower().startswith("multipart/"):
        return _read_multipart(call, content_type)
    given = fold(read_v2(call))
    try:
        content = base64.b64decode(str(given.get("data") or ""), validate=True)
    except binascii.Error:
        refuse("ERROR_MALFORMED_REQUEST")
    if not content or not given.get("filename"):
        refuse("INVALID_FILE", 400)
    return Upload(str(given["filename"]), content)


def _read_multipart(call: Call, content_type: str) -> Upload:
    environ = {
        "wsgi.input": io.BytesIO(call.body),
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(call.body)),
        "REQUEST_METHOD": "POST",
    }
    _, _, files = parse_form_data(environ)
    parts = [part for _, part in files.items(multi=True)]
    if len(parts) > 1:
        refuse("ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED")
    if not parts or not parts[0].filename:
        refuse("INVALID_FILE", 400)
    return Upload(parts[0].filename, parts[0].read())


def read_csv(content: bytes) -> tuple[list[str], list[Row]]:
    """Header and rows; NotCsvError for spreadsheets, binary content and anything that is not UTF-8."""
    if content.startswith(_SPREADSHEETS) or b"\0" in content:
        raise NotCsvError("not a CSV file")
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        header = [name.strip() for name in next(lines, [])]
        return header, [_csv_row(header, line) for line in lines if line]
    except (UnicodeDecodeError, csv.Error) as fault:
        raise NotCsvError(str(fault)) from fault


def _csv_row(header: list[str], line: list[str]) -> Row:
    row = Row(shown=line + [""] * (len(header) - len(line)))
    for name, value in zip(header, row.shown, strict=False):
        lower = name.lower()
        if lower == "email":
            row.email = value
        elif lower == "optintype":
            row.opt_in = value
        elif lower == "emailtype":
            row.email_type = value
        elif consent.is_consent(lower):
            row.consent.append((lower, value))
        elif lower not in _SYSTEM_COLUMNS:
            row.fields[name] = value
    return row


def read_collection(body: bytes) -> tuple[list[str], list[Row]]:
    """The contacts of an import-collection call; a fault file shows e-mail and data fields."""
    rows = []
    names: dict[str, None] = {}
    for item in map(fold, fold(orjson.loads(body)).get("contacts") or []):
        row = Row(str(item.get("email") or ""), str(item.get("optintype") or ""), str(item.get("emailtype") or ""))
        for pair in map(fold, item.get("datafields") or []):
            row.fields[str(pair.get("key"))] = pair.get("value")
        row.consent = [(str(p.get("key")), p.get("value")) for p in map(fold, item.get("consentfields") or [])]
        names.update(dict.fromkeys(row.fields))
        rows.append(row)
    for row in rows:
        row.shown = [row.email, *(_text(row.fields.get(name)) for name in names)]
    return ["Email", *names], rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
