"""The back-office API of one Oro: lists whose pages shrink when they are too much, answers checked for their shape."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import orjson

from dotbridge.commerce import clock
from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.http.client import HttpClient
from dotbridge.http.codes import ANSWER_UNREADABLE, TIMED_OUT
from dotbridge.http.errors import Transient
from dotbridge.http.operation import Operation
from dotbridge.http.retry import Retries
from dotbridge.http.server_clock import ServerClock
from dotbridge.observe.private import Secret
from dotbridge.sources.base import chunks
from dotbridge.sources.orocommerce.answers import explain
from dotbridge.sources.orocommerce.codes import (
    ANSWER_STRANGE,
    API_OFF,
    FILTER_UNKNOWN,
    PAGE_REPEATS,
    RESOURCE_MISSING,
    RIGHT_MISSING,
    SHOP_SLOW,
)
from dotbridge.sources.orocommerce.jsonapi import MOST, Listing, Query, Resource, listing, one_of, ordered
from dotbridge.sources.orocommerce.oauth import ClientCredentials

T = TypeVar("T")

MEDIA = "application/vnd.api+json"  # with parameters, or another type, Oro answers in a plain format (§7.1)
TIMEOUT_SECONDS = 60.0
IDS_PER_QUERY = 100
_ONCE = Retries(attempts=1, total=0.0)
_TOO_MUCH = (SHOP_SLOW, TIMED_OUT)


class _PageTooSlow(RetryableError):  # noqa: N818 - says what to do: ask for fewer rows
    """The same page is not asked for again; a smaller one is."""


class Api:
    """One Oro's API with the rights of an OAuth application. Learns page sizes and how far the shop's clock is off."""

    def __init__(
        self,
        base_url: str,
        path: str,
        client_id: str,
        client_secret: Secret,
        *,
        allow_private: bool = False,
        retries: Retries | None = None,
    ) -> None:
        origin = base_url.strip().rstrip("/")
        #: Which shop this is, and who asks.
        self.place = (origin, path.strip("/"), client_id)
        self._retries = retries or Retries()
        self._auth = ClientCredentials(
            origin, client_id, client_secret, allow_private=allow_private, retries=self._retries
        )
        self._http = HttpClient(
            f"{origin}/{path.strip('/')}",
            auth=self._auth,
            headers={"Accept": MEDIA},
            timeout=TIMEOUT_SECONDS,
            retries=_ONCE,
            allow_private=allow_private,
            explain=explain,
        )
        self._sizes: dict[str, int] = {}
        self.clock = ServerClock()

    def page(self, query: Query, *, count: bool = False) -> Listing:
        """At most ``query.size`` resources; fewer where Oro cannot bear so many at once, also from then on."""
        while True:
            size = min(query.size, self._sizes.get(query.resource, query.size))
            try:
                return self._page(query._replace(size=size), count=count)
            except _PageTooSlow:
                self._sizes[query.resource] = size // 2

    def every(self, query: Query) -> Iterator[Resource]:
        """All resources that match, page after page upwards by id."""
        after = 0
        while True:
            found = self.page(query._replace(sort="id").where(("id", "gt", str(after))))
            after = ascending(found.items, after, query.resource)
            yield from found.items
            if not found.more or not found.items:
                return

    def whole(self, query: Query) -> list[Resource]:
        """All resources of a list whose ids are no numbers, by page number."""
        found: dict[str, Resource] = {}
        query = query._replace(size=MOST, sort="")
        while True:
            part = self._page(query, count=False)
            fresh = {item.id: item for item in part.items}
            if part.items and fresh.keys() <= found.keys():
                raise FatalError(PAGE_REPEATS, f"{query.resource}: page {query.page} came again.")
            found.update(fresh)
            if not part.more or not part.items:
                return list(found.values())
            query = query._replace(page=query.page + 1)

    def some(self, query: Query, ids: Sequence[str], field: str = "id") -> Iterator[Resource]:
        """The resources whose ``field`` is one of ``ids``."""
        for chunk in chunks(ids, IDS_PER_QUERY):
            yield from self.every(query.where(one_of(field, chunk)))

    def create(self, resource: str, document: dict[str, Any]) -> str:
        """Creates a resource and gives its id. OutcomeUnknown where the answer was lost: the caller looks first."""
        answer = self._http.request(
            Operation(f"{resource}.create", "POST"),
            f"/{resource}",
            body=orjson.dumps(document),
            headers={"Content-Type": MEDIA},
        ).json()
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, dict) or "id" not in data:
            raise FatalError(ANSWER_STRANGE, f"{resource}: nothing was created.")
        return str(data["id"])

    def act(self, path: str, name: str) -> None:
        """A call of the legacy REST API, which changes something. OutcomeUnknown where the answer was lost."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        self._http.request(Operation(name, "POST"), f"/{path}", body=b"{}", headers=headers)

    def offers(self, query: Query) -> bool:
        """Whether this Oro answers such a query at all: resource, filter, sorting and right are there.

        Raises ConfigError API_OFF where a web page stands in the API's place (§7.1).
        """
        try:
            self.page(query._replace(size=1))
        except DotbridgeError as error:
            if error.code in (FILTER_UNKNOWN, RESOURCE_MISSING, RIGHT_MISSING):
                return False
            if error.code is ANSWER_UNREADABLE and "web page" in error.why:
                raise ConfigError(API_OFF, "A web page came instead, as the login page.") from error
            raise
        return True

    def now(self) -> str:
        """This instant by the shop's clock, which writes ``updatedAt``; by ours until it has answered."""
        return clock.instant_of(self.clock.now())

    def close(self) -> None:
        """Closes the kept connections."""
        self._http.close()
        self._auth.close()

    def _page(self, query: Query, *, count: bool) -> Listing:
        operation = Operation(query.resource, "GET")
        headers = {"X-Include": "totalCount"} if count else {}

        def once() -> Listing:
            try:
                asked = time.time()
                response = self._http.request(
                    operation, f"/{query.resource}", query=query.parameters(), headers=headers, lane="bulk"
                )
                self.clock.hear(response.headers.get("date", ""), asked)
                return listing(response.json(), query, response.headers.get("x-include-total-count"))
            except Transient as error:
                if query.size > 1 and error.code in _TOO_MUCH:
                    raise _PageTooSlow(error.code, error.why) from error
                raise

        return self._retries.call(once)


def ascending(items: Sequence[Resource], after: int, resource: str) -> int:
    """The last id of resources that must lie behind ``after`` in ascending order; FatalError where they do not."""
    for found in ordered(items):
        if found <= after:
            raise FatalError(PAGE_REPEATS, f"{resource}: id {found} came after {after}.")
        after = found
    return after


def optional(look_up: Callable[[], T]) -> T | None:
    """What ``look_up`` gives; ``None`` where this Oro lacks the resource or the application the right to it."""
    try:
        return look_up()
    except DotbridgeError as error:
        if error.code in (RESOURCE_MISSING, RIGHT_MISSING):
            return None
        raise
