"""Consent records, as v2 and v3 write and show them (contract 11.7, 16.3)."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from typing import Any

from .clock import parse_instant

# The order of a record's columns, and the names that the two v2 spellings have for each.
COLUMNS = ("text", "consented", "url", "ip", "agent")
_V2_NAMES = ("TEXT", "DATETIMECONSENTED", "URL", "IPADDRESS", "USERAGENT")
_IMPORT_NAMES = ("consenttext", "consentdatetime", "consenturl", "consentip", "consentuseragent")
_V3_NAMES = ("text", "dateTimeConsented", "url", "ipAddress", "userAgent")
_POSITION = {name.lower(): index for names in (_V2_NAMES, _IMPORT_NAMES) for index, name in enumerate(names)}

Record = tuple[Any, ...]


def is_consent(name: str) -> bool:
    """Whether a CSV column or a flat key belongs to a consent record."""
    return name.lower() in _IMPORT_NAMES


def from_pairs(pairs: list[tuple[str, Any]]) -> Record | None:
    """A record from v2 keys of either spelling; nothing if no key carries a value."""
    record: list[Any] = [None] * len(COLUMNS)
    for key, value in pairs:
        position = _POSITION.get(key.lower())
        if position is not None and value not in (None, ""):
            record[position] = str(value)
    return tuple(record) if any(record) else None


def from_v3(item: Any) -> Record:
    """A record from v3: all five members and no others; ValueError says what is wrong."""
    if not isinstance(item, dict) or set(item) != set(_V3_NAMES):
        raise ValueError("a consent record has exactly text, dateTimeConsented, url, ipAddress and userAgent")
    parse_instant(str(item["dateTimeConsented"]))
    return tuple(str(item[name]) for name in _V3_NAMES)


def load(db: sqlite3.Connection, contact_id: int) -> list[tuple[Any, ...]]:
    """The records of a contact, oldest first, each with the instant it was made."""
    query = "SELECT text, consented, url, ip, agent, created FROM consent WHERE contact = ? ORDER BY id"
    return db.execute(query, (contact_id,)).fetchall()


def to_v3(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(_V3_NAMES, row[: len(_V3_NAMES)], strict=True))


def to_v2(row: tuple[Any, ...], *, created_now: bool = False) -> dict[str, Any]:
    """A record as v2 shows it; the id is null in the answer to the call that made it."""
    *values, created = row
    fields = [{"key": key, "value": value} for key, value in zip(_V2_NAMES, values, strict=True)]
    if created_now:
        return {"id": None, "fields": fields}
    mark = base64.b64encode(hashlib.sha256(repr(row).encode()).digest()).decode()
    made = parse_instant(created).strftime("%d/%m/%Y %H:%M:%S")
    return {"id": f"{made} ({mark})", "fields": [*fields, {"key": "DATETIMECREATED", "value": created}]}
