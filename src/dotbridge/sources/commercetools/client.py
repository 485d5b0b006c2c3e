"""The HTTP API of one project: reads of lists by id, pages that shrink when they are too much, answers checked.

What is read is repeated here around the HTTP client's single sending, so that a cut-off body counts as a failed try.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import orjson

from dotbridge.commerce import clock
from dotbridge.errors import Code, DotbridgeError, FatalError
from dotbridge.http.client import HttpClient
from dotbridge.http.codes import TIMED_OUT
from dotbridge.http.errors import Transient
from dotbridge.http.operation import Operation, Query, join_path
from dotbridge.http.retry import Retries
from dotbridge.http.server_clock import ServerClock
from dotbridge.sources.commercetools.answers import TooHeavy, explain
from dotbridge.sources.commercetools.codes import ANSWER_STRANGE, NOT_FOUND, PAGE_REPEATS, QUERY_HEAVY, SCOPE_MISSING
from dotbridge.sources.commercetools.predicates import behind
from dotbridge.sources.commercetools.regions import Hosts
from dotbridge.sources.commercetools.token import ClientCredentials

T = TypeVar("T")
Json = Mapping[str, Any]

MOST = 500
"""Records of a page that the platform gives at most (§4)."""
TIMEOUT_SECONDS = 65.0  # the platform itself ends a request after 60 (§6)
_ONCE = Retries(attempts=1, total=0.0)


class Ask(NamedTuple):
    """One page of a list: all of ``where`` hold. ``more`` are further parameters, for instance of price selection."""

    where: tuple[str, ...] = ()
    size: int = MOST
    expand: tuple[str, ...] = ()
    more: tuple[tuple[str, str], ...] = ()


class Listing(NamedTuple):
    """Records upwards by id, and whether the list may hold more behind them."""

    items: list[Json]
    more: bool


class Api:
    """Calls of one project. Keeps what it learned: page sizes that can be borne, and how far the clocks are apart."""

    def __init__(
        self,
        hosts: Hosts,
        project_key: str,
        auth: ClientCredentials,
        *,
        allow_private: bool = False,
        retries: Retries | None = None,
    ) -> None:
        self._auth = auth
        self._root = join_path(project_key)
        self._retries = retries or Retries()
        self._http = HttpClient(
            hosts.api, auth=auth, timeout=TIMEOUT_SECONDS, retries=_ONCE, allow_private=allow_private, explain=explain
        )
        self._sizes: dict[str, int] = {}
        self.clock = ServerClock()

    def get(self, path: str = "", query: Query | None = None, *, name: str = "") -> Any:
        """The parsed answer of ``/{project}/{path}``; ``path`` is encoded already. FatalError NOT_FOUND on 404."""
        return self._retries.call(lambda: self._once(name or path or "project", path, query))

    def results(self, path: str, query: Query, *, name: str) -> list[Json]:
        """One page of a list whose items have no id; where it holds more, that is for the caller to notice."""
        return _results(name, self.get(path, query, name=name))

    def page(self, resource: str, ask: Ask, after: str = "") -> Listing:
        """At most ``ask.size`` records behind the id; fewer where so many at once are too much, also from then on."""
        while True:
            size = min(ask.size, MOST, self._sizes.get(resource, MOST))
            try:
                return self._page(resource, ask._replace(size=size), after)
            except TooHeavy:
                if size == 1:
                    raise
                self._sizes[resource] = max(1, size // 2)

    def every(self, resource: str, ask: Ask = Ask()) -> Iterator[Json]:  # noqa: B008 - immutable
        """All records that match, page after page."""
        after, more = "", True
        while more:
            listing = self.page(resource, ask, after)
            yield from listing.items
            after, more = (listing.items[-1]["id"] if listing.items else after), listing.more

    def total(self, resource: str, where: Sequence[str]) -> int:
        """How many match; with a predicate the platform counts up to 10,000 (§4)."""
        body = self.get(resource, {"limit": 0, "withTotal": "true", **({"where": list(where)} if where else {})})
        total = body.get("total") if isinstance(body, dict) else None
        if not isinstance(total, int):
            raise FatalError(ANSWER_STRANGE, f"{resource}: no total.")
        return total

    def create(self, resource: str, draft: Json) -> Json:
        """What became of the draft. Never repeated by itself: it may have been made."""
        operation = Operation(f"{resource} create", "POST")
        body = self._http.request(operation, f"{self._root}/{resource}", body=orjson.dumps(draft)).json()
        return body if isinstance(body, dict) else {}

    def update(self, resource: str, record: str, version: int, actions: Sequence[Json]) -> None:
        """Changes a record that is still of this version; raises RetryableError CONFLICT where it has moved on."""
        operation = Operation(f"{resource} update", "POST")
        body = orjson.dumps({"version": version, "actions": list(actions)})
        self._http.request(operation, f"{self._root}/{resource}/{record}", body=body)

    def now(self) -> str:
        """This instant by the platform's clock, which writes ``lastModifiedAt``; by ours until it has answered."""
        return clock.instant_of(self.clock.now())

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()
        self._auth.close()

    def _page(self, resource: str, ask: Ask, after: str) -> Listing:
        where = [*ask.where, *([behind(after)] if after else [])]
        query: dict[str, Any] = {"sort": "id asc", "limit": ask.size, "withTotal": "false", **dict(ask.more)}
        query.update({name: list(values) for name, values in (("where", where), ("expand", ask.expand)) if values})

        def once() -> Listing:
            try:
                items = _results(resource, self._once(resource, resource, query))
            except Transient as error:
                if ask.size > 1 and error.code is TIMED_OUT:
                    raise TooHeavy(QUERY_HEAVY, error.why) from error
                raise
            ascending(items, after, resource)
            return Listing(items, len(items) >= ask.size)

        return self._retries.call(once)

    def _once(self, name: str, path: str, query: Query | None) -> Any:
        target = f"{self._root}/{path}" if path else self._root
        asked = time.time()
        response = self._http.request(Operation(f"commercetools {name}", "GET"), target, query=query, lane="bulk")
        self.clock.hear(response.headers.get("date", ""), asked)
        return response.json()


def _results(resource: str, body: Any) -> list[Json]:
    results = body.get("results") if isinstance(body, dict) else None
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        raise FatalError(ANSWER_STRANGE, f"{resource}: no list of results.")
    return results


def ascending(items: Sequence[Json], after: str, resource: str) -> None:
    """Raises FatalError unless the records lie behind ``after``, upwards by id.

    A cache that ignores the query, or a list that is not sorted, would give the same page for ever or skip records.
    """
    for item in items:
        found = item.get("id")
        if not isinstance(found, str) or not found:
            raise FatalError(ANSWER_STRANGE, f"{resource}: a record without id.")
        if found <= after:
            raise FatalError(PAGE_REPEATS, f"{resource}: {found} came after {after}.")
        after = found


def optional(look_up: Callable[[], T], *more: Code) -> T | None:
    """What ``look_up`` gives; ``None`` where the API client lacks the scope, or the project the resource.

    ``more`` are further errors that it may end in.
    """
    try:
        return look_up()
    except DotbridgeError as error:
        if error.code in (SCOPE_MISSING, NOT_FOUND, *more):
            return None
        raise
