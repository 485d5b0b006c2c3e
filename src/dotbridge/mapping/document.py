"""Documents as bytes: what is compared, stored and sent."""

from __future__ import annotations

import math
import re
from typing import Any

import orjson

from dotbridge.errors import RecordError
from dotbridge.mapping.codes import DOCUMENT_BROKEN, DOCUMENT_TOO_LARGE

_null = re.compile(rb"null").search

#: Bytes of one document. Dotdigital limits imports to 50 MB and does not publish the limit of a record.
RECORD_LIMIT = 1_000_000


def serialise(document: dict[str, Any], limit: int = RECORD_LIMIT, *, finite: bool = False) -> bytes:
    """The document as UTF-8 JSON, members in their order; raises RecordError for what JSON cannot carry.

    ``finite``: no number in it can be anything else, so none is looked for.
    """
    try:
        body = orjson.dumps(document)
    except TypeError as error:
        raise RecordError(DOCUMENT_BROKEN, f"{error}.") from None
    # NaN and infinity are written as null, and no insight document holds a null: the search is cheap, the walk rare.
    if not finite and _null(body) and (path := _endless(document, "")):
        raise RecordError(DOCUMENT_BROKEN, f"{path} is not a finite number.", field=path)
    if len(body) > limit:
        raise RecordError(DOCUMENT_TOO_LARGE, f"It has {len(body)} bytes, the limit is {limit}.")
    return body


def _endless(value: object, path: str) -> str:
    """The path of the first number that is not finite, or ""."""
    if isinstance(value, float):
        return "" if math.isfinite(value) else path or "value"
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)
    for name, part in parts:
        if found := _endless(part, f"{path}.{name}" if path else str(name)):
            return found
    return ""
