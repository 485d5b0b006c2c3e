"""What the conformance suite asks of a shop, whatever its platform."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeVar

from dotbridge.sources.base import Source

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, kw_only=True)
class GivenOrder:
    """An order to hold. Instants are UTC ``YYYY-MM-DD hh:mm:ss``, the total is text in the order's currency."""

    id: int
    changed_at: str = "2026-03-01 10:00:00"
    placed_at: str = "2026-03-01 09:00:00"
    currency: str = "GBP"
    total: str = "12.00"
    email: str | None = "ada@example.com"
    name: str = "Ada"
    status: str = "processing"


@dataclass(frozen=True, kw_only=True)
class GivenCustomer:
    """A customer to hold."""

    id: int
    name: str = "Ada"
    email: str | None = "ada@example.com"
    changed_at: str = "2026-03-01 10:00:00"


@dataclass(frozen=True, kw_only=True)
class HttpTrouble:
    """What a gateway or a shop under load answers instead; ``status`` 0 is the shop's own answer, cut in half."""

    status: int
    body: bytes = b"{}"
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


#: The cases that need a shop which is read over HTTP.
OVER_HTTP = (
    "test_too_many_calls_wait_for_their_turn",
    "test_a_long_wait_is_left_to_the_job",
    "test_a_web_page_with_503_loses_nothing",
    "test_an_answer_that_breaks_off_is_asked_for_again",
    "test_a_token_or_a_right_that_ends_while_reading_loses_nothing",
    "test_a_page_that_repeats_for_ever_ends_with_an_error",
)
NO_HTTP: Mapping[str, str] = dict.fromkeys(OVER_HTTP, "a database does not speak HTTP")


class _Asked(Protocol):
    path: str


def first_answer(end: str) -> Callable[[Any, _Answer], _Answer]:
    """What a gateway does instead: whatever is asked of a path with this end, the answer is the first that was given."""
    kept: list[_Answer] = []

    def instead(asked: _Asked, answer: _Answer) -> _Answer:
        if not asked.path.endswith(end):
            return answer
        kept.append(answer)
        return kept[0]

    return instead


class Bench(abc.ABC):
    """An empty shop of one website that the suite fills. Entering it starts what it needs."""

    platform: ClassVar[str]
    #: By which of the platform's ways it is read, where there are several and each has a bench.
    way: ClassVar[str] = ""
    #: Case -> why it does not apply to this platform; every other case must pass.
    without: ClassVar[Mapping[str, str]] = {}
    #: What an order that was given as ``complete`` is called in our words.
    complete: ClassVar[str] = "complete"
    #: The farthest instant of change that a row of the platform may carry.
    latest: ClassVar[str] = "2999-01-01 00:00:00"
    #: Seconds that the shop's clock is ahead of ours.
    skew: float = 0.0
    #: Texts that must stand in no log and no error.
    secrets: tuple[str, ...] = ()

    @abc.abstractmethod
    def open(self, **changed: Any) -> Source:
        """The shop as a connection opens it, with some settings changed; the suite closes it."""

    @abc.abstractmethod
    def refused(self) -> Mapping[str, Any]:
        """Settings to change so that the shop refuses the credentials; what is secret in them is in ``secrets``."""

    @abc.abstractmethod
    def put_orders(self, given: Iterable[GivenOrder]) -> None:
        """Adds or replaces orders of the first website."""

    @abc.abstractmethod
    def put_customers(self, given: Iterable[GivenCustomer]) -> None:
        """Adds or replaces customers of the first website."""

    def id_of(self, number: int) -> str:
        """The platform's id of the suite's record of this number; the ids' order is that of the numbers."""
        return str(number)

    def number_of(self, source_id: str) -> int:
        """The number behind an id."""
        return int(source_id)

    def just_now(self) -> str:
        """An instant of change as recent as the platform is expected to see at the next read."""
        return self.now().strftime("%Y-%m-%d %H:%M:%S")

    def now(self) -> datetime:
        """This instant by the shop's clock."""
        return datetime.now(UTC) + timedelta(seconds=self.skew)

    def set_clock(self, skew: float) -> None:
        """Lets the shop's clock be so many seconds ahead of ours."""
        self.skew = skew

    def fails(self, trouble: HttpTrouble, times: int) -> None:
        """The next answers to reads of orders are these; then all is well again."""
        raise NotImplementedError

    def repeats(self) -> None:
        """From now on each read of orders is answered like the first, as by a cache that does not look at the query."""
        raise NotImplementedError

    def recovers(self) -> None:
        """All is well again at once."""
        raise NotImplementedError

    @abc.abstractmethod
    def delete_order(self, order_id: int) -> None:
        """Deletes an order without a trace."""

    @abc.abstractmethod
    def empty(self) -> None:
        """Takes all orders and customers out."""
