"""One call of the API: path, JSON and lane in; a typed answer or our error out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Generic, TypeVar

import msgspec
import orjson

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.errors import Refusal, build, explain
from dotbridge.dotdigital.words import convert
from dotbridge.errors import DotbridgeError, FatalError
from dotbridge.http.client import HttpClient
from dotbridge.http.codes import OUTCOME_UNKNOWN
from dotbridge.http.errors import OutcomeUnknown
from dotbridge.http.operation import Lane, Operation, Query, join_path
from dotbridge.http.response import Response

T = TypeVar("T")

PAGE_V2 = 1000  # the most that v2 gives at once, and v3 is asked for no more than 5,000 (§6)
PAGE_V3 = 5000


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a v3 listing; ``marker`` asks for the next one and is empty on the last."""

    items: list[T]
    marker: str = ""


class Api:
    """Binds the HTTP client to a lane; all parts of the client share one connection pool and one budget."""

    def __init__(self, http: HttpClient, lane: Lane = "live") -> None:
        self._http = http
        self._lane = lane

    def on(self, lane: Lane) -> Api:
        """The same account, its calls counted in another lane."""
        return Api(self._http, lane)

    def send(
        self,
        operation: Operation,
        *path: str | int,
        query: Query | None = None,
        payload: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Response:
        """The plain answer. ``payload`` is sent as JSON, ``body`` as it is; ``accept`` names expected refusals."""
        if payload is not None:
            body = orjson.dumps(payload)
        lane = self._lane
        response = self._http.request(
            operation, join_path(*path), query=query, body=body, headers=headers, lane=lane, accept=accept
        )
        if response.ok and (error := hidden_refusal(response)):
            raise error
        return response

    def fetch(
        self,
        shape: type[T],
        operation: Operation,
        *path: str | int,
        query: Query | None = None,
        payload: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """The answer as ``shape``."""
        return typed(shape, self.send(operation, *path, query=query, payload=payload, body=body, headers=headers))

    def pages(
        self,
        shape: type[T],
        operation: Operation,
        *path: str | int,
        query: Query | None = None,
        select: int = PAGE_V2,
    ) -> Iterator[list[T]]:
        """The pages of a v2 listing until a short one. Rows shift while paging, so a row may come twice (§30.31)."""
        skip = 0
        while True:
            asked = {**(query or {}), "select": select, "skip": skip}
            page = self.fetch(list[shape], operation, *path, query=asked)  # type: ignore[valid-type]  # T at run time
            if page:
                yield page
            if len(page) < select:
                return
            skip += select


def typed(shape: type[T], response: Response, payload: Any = None) -> T:
    """The JSON of an answer as ``shape``. What cannot be understood stops the run, or leaves an effect unknown."""
    payload = response.json() if payload is None else payload
    try:
        return convert(payload, shape)
    except (msgspec.ValidationError, ValueError) as error:
        why = f"{response.operation.name}: {_place(error)}"
        if response.operation.may_repeat:
            raise FatalError(codes.ANSWER_SHAPE, why) from error
        raise OutcomeUnknown(OUTCOME_UNKNOWN, why) from error


def page(shape: type[T], response: Response) -> Page[T]:
    """One page of a v3 listing (§6)."""
    payload = response.json()
    links = payload.get("_links") if isinstance(payload, dict) else None
    following = (links or {}).get("next") or {}
    items = payload.get("_items") if isinstance(payload, dict) else payload
    return Page(typed(list[shape], response, items or []), str(following.get("marker") or ""))  # type: ignore[valid-type]  # T at run time


def hidden_refusal(response: Response) -> DotbridgeError | None:
    """Some failures come under a 2xx, told apart only by a body that is a message (§4.1, §30.15)."""
    if not response.body.startswith(b"{") or len(response.body) > 2_000:
        return None
    try:
        members = {name.lower() for name in response.json()}
    except DotbridgeError:
        return None
    if members == {"message"}:
        return explain(response) or build(codes.UNEXPECTED, f"{response.operation.name}.")
    if "errorcode" in members:
        return explain(response) or build(codes.UNEXPECTED, Refusal.read(response.body).word)
    return None


def _place(error: Exception) -> str:
    """Where the shape differs, without the value."""
    text = str(error)
    return f"member {text.rpartition('`$')[2].rstrip('`') or '?'}." if "`$" in text else "a value of another kind."
