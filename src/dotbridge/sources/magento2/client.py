"""The REST API of one shop: signed calls, pages that shrink when they are too much, answers checked for their shape.

Every call is signed anew at each sending, since Magento refuses a nonce that it has seen; hence the
repeats are made here, with the HTTP room's rules, around the HTTP client's single sending.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import orjson

from dotbridge.commerce import clock
from dotbridge.errors import DotbridgeError, FatalError, RetryableError
from dotbridge.http.client import HttpClient
from dotbridge.http.codes import TIMED_OUT
from dotbridge.http.errors import Transient
from dotbridge.http.operation import Operation
from dotbridge.http.retry import Retries
from dotbridge.http.server_clock import ServerClock
from dotbridge.http.transport import Origin
from dotbridge.sources.magento2.answers import PageTooLarge, explain
from dotbridge.sources.magento2.codes import ACCESS_REFUSED, ANSWER_STRANGE, PAGE_REPEATS, ROUTE_MISSING, SHOP_SLOW
from dotbridge.sources.magento2.criteria import Criteria, Filter
from dotbridge.sources.magento2.oauth import Access, Pairs, encode_query
from dotbridge.sources.magento2.sites import ADMIN_SCOPE

T = TypeVar("T")

ALL = ADMIN_SCOPE
"""The scope in which customers, orders and carts are read (§1.1)."""

TIMEOUT_SECONDS = 60.0  # proxies before shops give up after 30 to 60 s (§7)

_SHORT_LIST = 300
_ONCE = Retries(attempts=1, total=0.0)
_TOO_MUCH = (SHOP_SLOW, TIMED_OUT)


class _PageTooSlow(RetryableError):  # noqa: N818 - says what to do: ask for fewer rows
    """The same page is not asked for again; a smaller one is."""


class Listing(NamedTuple):
    """One page of a list, how many rows match in all, those of the page included, and how many were asked for."""

    items: list[dict[str, Any]]
    total: int
    size: int


class Rest:
    """Calls of one shop. Keeps what it learned: page sizes that the shop can bear and how far its clock is off."""

    def __init__(
        self, base_url: str, access: Access, *, allow_private: bool = False, retries: Retries | None = None
    ) -> None:
        origin = Origin.parse(base_url)
        self._before = f"{origin.scheme}://{origin.authority}{origin.prefix}"
        self._access = access
        self._retries = retries or Retries()
        self._http = HttpClient(
            base_url, timeout=TIMEOUT_SECONDS, retries=_ONCE, allow_private=allow_private, explain=explain
        )
        self._sizes: dict[str, int] = {}
        self.clock = ServerClock()

    def get(self, path: str, query: Pairs = (), *, scope: str = ALL, name: str = "") -> Any:
        """The parsed answer of ``/rest/<scope>/V1/<path>``; ``path`` is encoded already. FatalError on 404."""
        return self._retries.call(lambda: self._once(name or path, scope, path, query))

    def put(self, path: str, document: Any, *, scope: str = ALL, name: str = "") -> Any:
        """Changes something; doing it twice does what doing it once does. The parsed answer."""
        return self._retries.call(lambda: self._once(name or path, scope, path, (), document, "PUT"))

    def post(self, path: str, document: Any, *, name: str, repeatable: bool = False) -> Any:
        """Makes something, once; the parsed answer. ``repeatable``: twice does what once does, so that it may be tried
        again. Otherwise OutcomeUnknown where the answer was lost."""
        if repeatable:
            return self._retries.call(lambda: self._once(name, ALL, path, (), document, "POST"))
        return self._once(name, ALL, path, (), document, "POST", repeatable=False)

    def page(self, path: str, criteria: Criteria, *, scope: str = ALL) -> Listing:
        """At most ``criteria.size`` rows; fewer where the shop cannot bear so many at once, also from then on."""
        while True:
            size = min(criteria.size, self._sizes.get(path, criteria.size))
            try:
                return self._page(path, criteria._replace(size=size), scope)
            except PageTooLarge as error:
                if error.most >= size:
                    raise
                self._sizes[path] = error.most
            except _PageTooSlow:
                self._sizes[path] = size // 2

    def every(self, path: str, criteria: Criteria, *, scope: str = ALL, key: str = "id") -> Iterator[dict[str, Any]]:
        """All rows that match, page after page upwards by id; ``key`` is the id's member in a row."""
        after = 0
        while True:
            groups = (*criteria.groups, (Filter("entity_id", "gt", str(after)),))
            found = self.page(path, criteria._replace(groups=groups, sort=("entity_id",)), scope=scope)
            after = ascending(found.items, key, after, path)
            yield from found.items
            if len(found.items) >= found.total or not found.items:
                return

    def whole(self, path: str, *filters: Filter, scope: str = ALL, fields: str = "") -> list[dict[str, Any]]:
        """All rows of a short list that is not ordered by an id, each filter in a group of its own."""
        criteria = Criteria(tuple([(entry,) for entry in filters]), sort=(), size=_SHORT_LIST, fields=fields)
        rows: list[dict[str, Any]] = []
        while True:
            found = self.page(path, criteria, scope=scope)
            if found.size < criteria.size:  # the shop bears less: later pages begin elsewhere
                rows, criteria = [], criteria._replace(size=found.size, page=1)
                continue
            rows += found.items
            if len(rows) >= found.total:
                return rows
            if len(found.items) < found.size:
                raise FatalError(ANSWER_STRANGE, f"{path}: {len(rows)} of {found.total} rows, and no more pages.")
            criteria = criteria._replace(page=criteria.page + 1)

    def now(self) -> str:
        """This instant by the shop's clock, which writes ``updated_at``; by ours until the shop has answered."""
        return clock.instant_of(self.clock.now())

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _page(self, path: str, criteria: Criteria, scope: str) -> Listing:
        query = criteria.pairs()

        def once() -> Listing:
            try:
                return _listing(path, self._once(path, scope, path, query), criteria.size)
            except Transient as error:
                if criteria.size > 1 and error.code in _TOO_MUCH:
                    raise _PageTooSlow(error.code, error.why) from error
                raise

        return self._retries.call(once)

    def _once(
        self,
        name: str,
        scope: str,
        path: str,
        query: Pairs,
        document: Any = None,
        method: str = "GET",
        repeatable: bool = True,
    ) -> Any:
        target = f"/rest/{scope}/V1/{path}"
        headers = {"Authorization": self._access.authorization(method, self._before + target, query)}
        if document is not None:
            headers["Content-Type"] = "application/json"
        asked = time.time()
        response = self._http.request(
            Operation(name, method, repeatable=repeatable),
            f"{target}?{encode_query(query)}" if query else target,
            headers=headers,
            body=None if document is None else orjson.dumps(document),
            lane="bulk",
        )
        self.clock.hear(response.headers.get("date", ""), asked)
        return response.json()


def ascending(rows: Sequence[dict[str, Any]], key: str, after: int, path: str) -> int:
    """The last id of rows that must lie behind ``after`` in ascending order; FatalError where they do not.

    A cache that ignores the query, or a search that drops the filter, would otherwise give the same page for ever.
    """
    for row in rows:
        try:
            found = int(row[key])
        except (KeyError, TypeError, ValueError):
            raise FatalError(ANSWER_STRANGE, f"{path}: a row without {key}.") from None
        if found <= after:
            raise FatalError(PAGE_REPEATS, f"{path}: {key} {found} came after {after}.")
        after = found
    return after


def _listing(path: str, body: Any, size: int) -> Listing:
    """A checked page; ``items`` is null for an empty one where ``fields`` trims it (§1.2)."""
    items = body.get("items") if isinstance(body, dict) else None
    total = body.get("total_count") if isinstance(body, dict) else None
    if not isinstance(total, int) or not isinstance(items, list | None):
        raise FatalError(ANSWER_STRANGE, f"{path}: no list with its total_count.")
    if total and not items:
        # Counted and loaded by two queries of the shop: a row may go in between, and then the next look agrees.
        raise Transient(ANSWER_STRANGE, f"{path}: {total} rows counted and none given.")
    if items and not all(isinstance(item, dict) for item in items):
        raise FatalError(ANSWER_STRANGE, f"{path}: rows that are no objects.")
    return Listing(items or [], total, size)


def optional(look_up: Callable[[], T]) -> T | None:
    """What ``look_up`` gives; ``None`` where the shop lacks the route or the integration the right to it."""
    try:
        return look_up()
    except DotbridgeError as error:
        if error.code in (ROUTE_MISSING, ACCESS_REFUSED):
            return None
        raise
