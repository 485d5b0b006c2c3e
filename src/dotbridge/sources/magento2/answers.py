"""What a refused answer of Magento 2 means (magento2-data §1.5)."""

from __future__ import annotations

import time
from typing import Any

import orjson

from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.http.errors import Transient
from dotbridge.http.rate_limit import retry_after
from dotbridge.http.response import Response
from dotbridge.sources.magento2.codes import (
    ACCESS_REFUSED,
    CALL_REFUSED,
    MAINTENANCE,
    NONCE_USED,
    ROUTE_MISSING,
    SHOP_FAILED,
    SHOP_SLOW,
)

MAINTENANCE_SECONDS = 60.0
_LONGEST = 300


class PageTooLarge(FatalError):  # noqa: N818 - a refusal with its cure
    """The shop limits the size of a page; ``most`` rows are allowed."""

    def __init__(self, why: str, most: int) -> None:
        super().__init__(CALL_REFUSED, why)
        self.most = most


def explain(response: Response) -> DotbridgeError | None:
    """The error behind a status; ``None`` leaves it to the status alone."""
    body = _body(response)
    message = sentence(body)
    why = f"{response.operation.name}: {message or 'no reason given'}"
    if response.status < 500:
        return _refusal(response.status, message, why, _page_limit(body))
    match response.status:
        case 500 if message:
            return Transient(SHOP_FAILED, why)
        case 500 | 502 | 504:  # a 500 without words is PHP at the end of its time or memory
            return Transient(SHOP_SLOW, f"{response.operation.name} answered {response.status}.")
        case 503 if response.is_html:
            wait = retry_after(response.headers, time.time())
            return RetryableError(MAINTENANCE, retry_after=MAINTENANCE_SECONDS if wait is None else wait)
    return None


def _refusal(status: int, message: str, why: str, most: int) -> DotbridgeError | None:
    match status:
        case 400:
            return PageTooLarge(why, most) if most else FatalError(CALL_REFUSED, why)
        case 401 | 403:
            return Transient(NONCE_USED, why) if "nonce" in message.lower() else ConfigError(ACCESS_REFUSED, why)
        case 404:
            return FatalError(ROUTE_MISSING, why)
    return None


def sentence(body: Any) -> str:
    """The message of an error body with its %1 or %name placeholders filled in, cut to a readable length."""
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        return ""
    text: str = body["message"]
    given = body.get("parameters")
    if isinstance(given, list):
        given = {str(number): value for number, value in enumerate(given, 1)}
    if isinstance(given, dict):
        # The longest first, so that %1 does not eat the beginning of %10.
        for name in sorted(given, key=len, reverse=True):
            text = text.replace(f"%{name}", str(given[name]))
    return text[:_LONGEST]


def _body(response: Response) -> Any:
    try:
        return orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return None


def _page_limit(body: Any) -> int:
    given = body.get("parameters") if isinstance(body, dict) else None
    most = given.get("max") if isinstance(given, dict) and "pageSize" in str(body.get("message")) else None
    return int(most) if isinstance(most, int | str) and str(most).isdigit() else 0
