"""What a refused answer of Oro's API means (§7.1, 7.2)."""

from __future__ import annotations

import time
from typing import Any

import orjson

from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.http.errors import Transient
from dotbridge.http.rate_limit import retry_after
from dotbridge.http.response import Response
from dotbridge.sources.orocommerce.codes import (
    ACCESS_REFUSED,
    CALL_REFUSED,
    FILTER_UNKNOWN,
    MAINTENANCE,
    RESOURCE_MISSING,
    RIGHT_MISSING,
    SHOP_SLOW,
)

MAINTENANCE_SECONDS = 60.0
_LONGEST = 300


def explain(response: Response) -> DotbridgeError | None:
    """The error behind a status; ``None`` leaves it to the status alone."""
    first = _first(response)
    said = f"{response.operation.name}: {sentence(first) or f'answered {response.status}, no reason given'}"
    match response.status:
        case 400:
            # The wording differs between versions; title and parameter do not.
            unknown = first.get("title") in ("filter constraint", "sort constraint") and _parameter(first)
            return FatalError(FILTER_UNKNOWN if unknown else CALL_REFUSED, said, field=_parameter(first))
        case 401:
            return ConfigError(ACCESS_REFUSED, said)
        case 403:
            return ConfigError(RIGHT_MISSING, said)
        case 404 | 405:
            return FatalError(RESOURCE_MISSING, said)
        case 503 if response.is_html:
            wait = retry_after(response.headers, time.time())
            return RetryableError(MAINTENANCE, retry_after=MAINTENANCE_SECONDS if wait is None else wait)
        case 500 | 502 | 504:
            return Transient(SHOP_SLOW, said)
    return None


def sentence(error: dict[str, Any]) -> str:
    """Detail, else title, of one error object, with what it is about."""
    text = str(error.get("detail") or error.get("title") or "")[:_LONGEST]
    about = _parameter(error)
    return f"{text} ({about})" if text and about else text


def _parameter(error: dict[str, Any]) -> str:
    source = error.get("source")
    return str(source.get("parameter") or source.get("pointer") or "") if isinstance(source, dict) else ""


def _first(response: Response) -> dict[str, Any]:
    try:
        body = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return {}
    errors = body.get("errors") if isinstance(body, dict) else None
    return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
