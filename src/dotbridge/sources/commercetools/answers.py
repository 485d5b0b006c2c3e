"""What a refused answer of commercetools means (commercetools §6): told by its code, never by its words."""

from __future__ import annotations

from typing import Any

import orjson

from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.http.response import Response
from dotbridge.sources.commercetools.codes import (
    ACCESS_REFUSED,
    CALL_REFUSED,
    CONFLICT,
    NOT_FOUND,
    QUERY_HEAVY,
    SCOPE_MISSING,
)

_HEAVY = {"QueryTimedOut", "QueryComplexityLimitExceeded", "ContentTooLarge"}
_LONGEST = 300


class TooHeavy(RetryableError):  # noqa: N818 - says what to do: ask for less
    """The same query is not asked again; a smaller one is."""


def explain(response: Response) -> DotbridgeError | None:
    """The error behind a status; ``None`` leaves it to the status alone."""
    body = _body(response)
    code, message = _code(body), str(body.get("message") or "no reason given")[:_LONGEST]
    why = f"{response.operation.name}: {message.rstrip('.')}.{_correlation(response)}"
    if response.status == 413 or (code in _HEAVY and response.status < 500):
        return TooHeavy(QUERY_HEAVY, why)
    match response.status:
        case 400:
            return FatalError(CALL_REFUSED, why)
        case 401:
            return ConfigError(ACCESS_REFUSED, why)
        case 403:
            return ConfigError(SCOPE_MISSING, why)
        case 404 if not response.is_html:
            return FatalError(NOT_FOUND, why)
        case 409:
            return RetryableError(CONFLICT, why)
    return None


def _body(response: Response) -> dict[str, Any]:
    try:
        body = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _code(body: dict[str, Any]) -> str:
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return str(first.get("code") or body.get("error") or "")


def _correlation(response: Response) -> str:
    found = response.headers.get("x-correlation-id", "")
    return f" Correlation id {found[:64]}." if found else ""
