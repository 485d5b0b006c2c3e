"""Reading what a caller sent: bodies, pages and instants, with the leniency of each generation (contract 2.4, 6)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import orjson

from .clock import iso, parse_instant
from .exchange import Call
from .refusals import refuse, refuse_v3


def read_v2(call: Call) -> Any:
    """The JSON body of a v2 call."""
    try:
        return orjson.loads(call.body)
    except orjson.JSONDecodeError:
        refuse("ERROR_MALFORMED_REQUEST")


def fold(value: Any) -> dict[str, Any]:
    """An object with its member names in lower case: v2 reads requests without regard to case (2.4)."""
    if not isinstance(value, dict):
        refuse("ERROR_MALFORMED_REQUEST")
    return {name.lower(): member for name, member in value.items()}


def read_v3(call: Call, service: str) -> dict[str, Any]:
    """The JSON object of a v3 call; ``service`` is the prefix of its error codes."""
    try:
        document = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        refuse_v3(400, f"{service}:badJson", "The request JSON is badly formed")
    return document


def page_v2(call: Call, default: int = 1000, maximum: int = 1000) -> tuple[int, int]:
    """``select`` and ``skip``; outside 1-1000 the platform refuses, 0 included (6)."""
    try:
        select, skip = int(call.query("select", str(default))), int(call.query("skip", "0"))
    except ValueError:
        refuse("ERROR_PARAMETER_INVALID")
    stated = "select" in call.incoming.query
    if skip < 0 or (stated and not 1 <= select <= maximum):
        refuse("ERROR_PARAMETER_INVALID")
    return select, skip


def number_v2(text: Any, missing: str) -> int:
    """An id; anything but digits names nothing, so it is refused with the code for what is missing."""
    if not str(text).isdigit() or len(str(text)) > 18:
        refuse(missing)
    return int(text)


def since_v2(call: Call) -> str:
    """The instant in the path as stored text."""
    try:
        return iso(parse_instant(call.params["date"]))
    except ValueError:
        refuse("ERROR_PARAMETER_INVALID")


def read_date(text: str) -> dt.datetime | None:
    """The instant of a text, or nothing."""
    try:
        return parse_instant(text)
    except ValueError:
        return None


def is_guid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
