"""The client that all rooms call the outside world with."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from dotbridge.errors import ConfigError, DotbridgeError, FatalError
from dotbridge.http.auth import Auth
from dotbridge.http.budget import Budget, Unmetered
from dotbridge.http.codes import (
    BUDGET_SPENT,
    CREDENTIALS_REFUSED,
    FORBIDDEN,
    OUTCOME_UNKNOWN,
    RATE_LIMITED,
    REDIRECTED,
    REFUSED,
    UNAVAILABLE,
)
from dotbridge.http.errors import OutcomeUnknown, RateLimited, Transient
from dotbridge.http.operation import Lane, Operation, Query, target
from dotbridge.http.rate_limit import retry_after
from dotbridge.http.response import Response
from dotbridge.http.retry import Retries
from dotbridge.http.transport import Origin, Transport

LONGEST_ANSWER_SECONDS = 121.0  # Dotdigital asks clients to wait so long (dotdigital-api §2.1)

_MOST_REDIRECTS = 3
_DEFAULT_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "dotbridge"}

Explain = Callable[[Response], DotbridgeError | None]
"""What a refused answer means in the words of its platform; ``None`` leaves it to the status."""


class HttpClient:
    """Calls one service under ``base_url`` (which may carry a path); threads may share it."""

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = LONGEST_ANSWER_SECONDS,
        retries: Retries | None = None,
        budget: Budget | None = None,
        allow_private: bool = False,
        explain: Explain = lambda _: None,
    ) -> None:
        self._transport = Transport(Origin.parse(base_url), allow_private=allow_private)
        self._auth = auth
        self._headers = {**_DEFAULT_HEADERS, **(headers or {})}
        self._timeout = timeout
        self._retries = retries or Retries()
        self._budget = budget or Unmetered()
        self._explain = explain

    def request(
        self,
        operation: Operation,
        path: str,
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        lane: Lane = "live",
        accept: Collection[int] = (),
    ) -> Response:
        """The answer, if it is a 2xx or its status is in ``accept``; else the error that says what to do about it.

        ``path`` is percent-encoded already (``join_path``). A JSON body is announced unless ``headers`` say otherwise.
        """
        sent = {
            **self._headers,
            **({"Content-Type": "application/json"} if body is not None else {}),
            **(headers or {}),
        }

        def once() -> Response:
            if wait := self._budget.acquire(operation.tier, lane):
                raise RateLimited(BUDGET_SPENT, f"{operation.name}, tier {operation.tier}.", retry_after=wait)
            response = self._exchange(operation, self._transport.origin.prefix + target(path, query), sent, body)
            if response.ok and response.is_html:
                raise response.unreadable("a web page")
            if response.ok or response.status in accept:
                return response
            raise self._error(response)

        return self._retries.call(once)

    def close(self) -> None:
        """Close the kept connections."""
        self._transport.close()

    def _exchange(self, operation: Operation, path: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        response = self._send(operation, path, headers, body)
        if response.status == 401 and self._auth and self._auth.renew():
            response = self._send(operation, path, headers, body)
        for _ in range(_MOST_REDIRECTS):
            if not 300 <= response.status < 400:
                return response
            response = self._send(operation, self._redirected(response, path), headers, body)
        raise ConfigError(REDIRECTED, f"{operation.name} was sent on more than {_MOST_REDIRECTS} times.")

    def _send(self, operation: Operation, path: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        if self._auth:
            headers = {**headers, "Authorization": self._auth.header()}
        response = self._transport.send(operation, path, headers, body, self._timeout)
        self._budget.learn(operation.tier, response.headers)
        return response

    def _redirected(self, response: Response, path: str) -> str:
        """The new path of a read within the same host; credentials never travel to another one."""
        here = replace(self._transport.origin, prefix="")
        location = urljoin(f"{here.scheme}://{here.authority}{path}", response.headers.get("location", ""))
        parts = urlsplit(location)
        there = replace(Origin.parse(f"{parts.scheme}://{parts.netloc}"), prefix="")
        if response.operation.method != "GET" or there != here:
            raise ConfigError(REDIRECTED, f"{response.operation.name} is sent on to {there.authority}.")
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _error(self, response: Response) -> DotbridgeError:
        error = self._explain(response) or self._by_status(response)
        if isinstance(error, RateLimited) and error.retry_after:
            self._budget.exhausted(None if error.whole else response.operation.tier, error.retry_after)
        return error

    @staticmethod
    def _by_status(response: Response) -> DotbridgeError:
        what = f"{response.operation.name} answered {response.status}."
        wait = retry_after(response.headers, time.time())
        match response.status:
            case 401:
                return ConfigError(CREDENTIALS_REFUSED, what)
            case 403:
                return ConfigError(FORBIDDEN, what)
            case 408 | 425:
                return Transient(UNAVAILABLE, what, retry_after=wait)
            case 429:
                return RateLimited(RATE_LIMITED, what, retry_after=wait)
            case status if status < 500:
                return FatalError(REFUSED, what)
        if response.operation.may_repeat:
            return Transient(UNAVAILABLE, what, retry_after=wait)
        # A gateway also answers 5xx after it has handed the request on.
        return OutcomeUnknown(OUTCOME_UNKNOWN, what)
