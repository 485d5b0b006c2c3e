"""What every platform declares and gives; set-up forms, checks, docs and conformance tests come from it.

A ``Source`` is one open connection to one shop. It lists its websites and holds ``Stream`` objects; a stream gives
pages of the platform's own rows, in an order that can be resumed, and turns one row into one commerce word. Reading
commits nothing and changes nothing in the shop.
"""

from __future__ import annotations

import abc
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

import msgspec

from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError, RecordError
from dotbridge.sources.codes import EVENT_STALE, SUBSCRIPTION_NONE

if TYPE_CHECKING:
    from dotbridge.sources.coupons import Coupons
    from dotbridge.sources.event_queue import EventQueue

Record = TypeVar("Record")


class Field(msgspec.Struct, frozen=True):
    """One setting of a connection, as the set-up form and the YAML name it."""

    name: str
    label: str
    required: bool = True
    secret: bool = False
    default: str | int | bool | None = None
    help: str = ""


class Check(msgspec.Struct, frozen=True):
    """One named finding of a connection test. ``state`` failed stops the set-up, missing only costs what it names."""

    name: str
    state: Literal["ok", "missing", "failed"]
    text: str
    todo: str = ""


class Cursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a stream was read up to. Stored as JSON beside the rows it covers.

    phase ``all`` goes through every id upwards (``after``); when it ends, the stream goes on with ``changed`` from
    ``since`` (the moment ``all`` began, less the overlap) by (instant, id), or, for a stream without a usable change
    column, is ``done`` until its next full compare is due. Of a stream in parts, ``all`` ends at the id ``until``.
    """

    phase: Literal["all", "changed", "done"] = "all"
    after: str = ""
    since: str = ""
    since_id: str = ""
    started: str = ""
    until: str = ""


class Page(msgspec.Struct, Generic[Record], frozen=True):
    """Rows in cursor order, the cursor that covers them, and whether the stream holds more right now.

    ``read_started`` is the instant (epoch seconds of our clock) before the first query of the page: of two reads of a
    record the one that started later is the newer. ``gone`` are source ids that the shop's own change feed named and
    that the shop holds no more.
    """

    rows: Sequence[Any]
    next_cursor: Cursor
    more: bool
    read_started: float
    gone: Sequence[str] = ()


class Happened(msgspec.Struct, frozen=True):
    """What a platform says has happened: records of a stream to read again.

    It is a hint and never the truth: the records are read by id, and those that the shop holds no more are taken out,
    whatever ``deleted`` says. ``erased``: of a customer that was deleted, the shop erased the person's data at their wish.
    ``event_id`` is the sender's name for it, the same when it is sent again ("": the door
    makes one of the body); ``at`` is the sender's instant as UTC text, or "".
    """

    stream: str
    ids: tuple[str, ...]
    deleted: bool = False
    event_id: str = ""
    at: str = ""
    erased: bool = False


class Posted(msgspec.Struct, frozen=True):
    """What came to the event door of a connection. Names of headers are in lower case, the body is as it was sent.

    ``received_at`` is our clock in epoch seconds.
    """

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    received_at: float


class Answer(msgspec.Struct, frozen=True):
    """What the sender of a handshake wants to hear."""

    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = {}
    status: int = 200


class EventForm(abc.ABC):
    """One way in which events come from a platform; a platform's forms stand in its ``events.py``.

    Built for each post with the connection's settings, secrets in clear. Without state, and without I/O but for public
    keys that the platform publishes.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    @abc.abstractmethod
    def recognises(self, posted: Posted) -> bool:
        """Whether this is the form of the post, by its method and headers; the first form that says so is asked."""

    def handshake(self, posted: Posted) -> Answer | None:  # noqa: ARG002 - for forms that have one
        """The answer to a post that only asks whether we are there; ``None`` for an event."""
        return None

    @abc.abstractmethod
    def verify(self, posted: Posted) -> None:
        """Raises RecordError EVENT_FORGED unless the sender knows the secret (compared in constant time, and false for
        a connection without one), EVENT_STALE when it was sent longer than ``EVENT_WINDOW`` ago or ahead."""

    @abc.abstractmethod
    def decode(self, headers: Mapping[str, str], body: bytes) -> list[Happened]:
        """What happened, nothing for events that concern us not; raises RecordError EVENT_BROKEN."""


#: Seconds between the sender's instant and ours within which a post is taken: a copy of it is of no use for longer.
EVENT_WINDOW = 300.0


def assert_fresh(posted: Posted, sent_at: float) -> None:
    """Raises RecordError EVENT_STALE for what was signed at an instant (epoch seconds) too far from ours."""
    age = posted.received_at - sent_at
    if abs(age) > EVENT_WINDOW:
        when = "ago" if age > 0 else "ahead of our clock"
        raise RecordError(EVENT_STALE, f"It was signed {abs(age):.0f} s {when}.")


#: The setting that every connection has beside the platform's own.
EVENT_SECRET = Field(
    "event_secret",
    "Event secret",
    required=False,
    secret=True,
    help="What senders sign with at /events/<connection>/; without it nothing is taken there.",
)


class FedTable(NamedTuple):
    """A table of a shop's database whose rows belong to records of a stream, and the column that holds their id."""

    stream: str
    column: str


class Changes(msgspec.Struct):
    """What a change feed gave: ids by stream, the position behind it, and whether there is more right now.

    ``gap``: what followed the old position is lost; the new one is where the feed stands now.
    """

    ids: dict[str, set[str]]
    position: str
    more: bool = False
    gap: bool = False


class ChangeFeed(abc.ABC):
    """Changes of a shop as they are written, from a position that is kept beside what they led to.

    Kept open from turn to turn, used by one thread at a time.
    """

    @abc.abstractmethod
    def start(self) -> str:
        """The position now; raises ConfigError where there is no feed or it may not be read."""

    @abc.abstractmethod
    def read(self, position: str, most: int) -> Changes:
        """Changes behind the position, about ``most`` rows; does not wait for more."""

    @abc.abstractmethod
    def close(self) -> None:
        """Gives back connections; it may be used again, and closed twice."""


CHANGE_FEED = Field(
    "change_feed",
    "Follow the database's log",
    required=False,
    default=False,
    help="Changes in seconds, from the binary log; needs the extra dotbridge[binlog] and REPLICATION SLAVE.",
)


class Stream(abc.ABC, Generic[Record]):
    """One kind of record of one shop. Stateless but for what its source has probed; used by one thread at a time."""

    name: ClassVar[str]
    #: ``indexed``: a change column finds what moved; ``compare``: only a full pass does.
    change: ClassVar[Literal["indexed", "compare"]]
    #: Default seconds between full compares; 0 never. ``compare_why`` says what only a compare finds and what it costs.
    compare_every: ClassVar[int] = 86_400
    compare_why: ClassVar[str] = ""
    #: Of a stream of people: whether its change column also moves with the newsletter's word.
    change_tells_consent: ClassVar[bool] = False
    #: Whether phase ``all`` goes upwards by id, from any ``after`` to any ``until``: then several workers may read parts
    #: of it at the same time.
    in_parts: ClassVar[bool] = False

    @abc.abstractmethod
    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Record]:
        """The next at most ``limit`` records behind the cursor; equal instants over a page edge are not skipped."""

    @abc.abstractmethod
    def fetch(self, website: Website, ids: Sequence[str]) -> Sequence[Any]:
        """The rows of these ids that the website holds now, in any order; the others are gone."""

    @abc.abstractmethod
    def ids(self, website: Website, after: str, limit: int) -> Sequence[str]:
        """The next source ids behind ``after`` in ascending order of the platform, within the stream's scope."""

    @abc.abstractmethod
    def identify(self, row: Any) -> tuple[str, str]:
        """(source id, changed at or "") of a row, also of one that cannot be understood."""

    @abc.abstractmethod
    def to_commerce(self, row: Any) -> Record:
        """The record in our words; raises RecordError for this row alone."""

    def ends(self, website: Website, after: str, size: int) -> Iterable[tuple[str, int]]:
        """Of a stream in parts: where it may be cut behind ``after``, upwards, as (the id up to which a part goes, about
        how many records it has). Parts have about ``size`` records; the last one, whose end is "", has no end."""
        while True:
            ids = self.ids(website, after, size)
            if len(ids) < size:
                yield "", len(ids)
                return
            after = ids[-1]
            yield after, size

    def guests(self, website: Website, after: str, limit: int) -> Sequence[tuple[str, str]]:  # noqa: ARG002 - as count
        """Of a stream of orders: (order id, e-mail as typed) of the next orders without an account behind ``after``."""
        return ()

    def count(self, website: Website) -> int | None:  # noqa: ARG002 - for streams that can count
        """How many records the stream's scope holds, for progress; ``None`` where counting would cost too much."""
        return None


class Writes(abc.ABC):
    """What we may change in a shop: who gets the newsletter. Both give the addresses whose row now says so.

    Doing it twice does what doing it once does. An address that is not given back was not reached. Raises ConfigError
    where the right is missing after all.
    """

    @abc.abstractmethod
    def check(self) -> Check:
        """The finding ``newsletter``: ok, or missing with what to do; it changes nothing in the shop."""

    @abc.abstractmethod
    def unsubscribe(self, website: Website, emails: Sequence[str]) -> Collection[str]:
        """Unsubscribes these addresses in the website; one that the newsletter does not know counts as done."""

    @abc.abstractmethod
    def subscribe(self, website: Website, emails: Sequence[str]) -> Collection[str]:
        """Subscribes addresses that the website's newsletter knows; nobody is added to it."""


#: The finding of a shop that gives no right to write.
READ_ONLY = Check(
    "newsletter",
    "missing",
    "The newsletter is only read: unsubscribes made in Dotdigital wait and do not reach the shop.",
    "Give the connection its write access (docs/how-to/write-the-newsletter.md).",
)


#: Defaults where a shop is read over HTTP: the servers that answer are those that its customers wait for.
OVER_HTTP: Mapping[str, Any] = {"history.workers": 2}


class Source(abc.ABC):
    """One shop, opened with its settings. Closing it gives back its connections; it may be opened again."""

    key: ClassVar[str]
    label: ClassVar[str]
    version_range: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    #: Stream names the platform can give, those of which the event door can be told, and what of the shop it can change.
    collections: ClassVar[tuple[str, ...]]
    events: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ()
    #: Whether the platform's ids are numbers; members and fields that hold ids are made of this type.
    ids: ClassVar[Literal["number", "text"]] = "number"
    #: Website settings whose default is another one for this platform; what a person sets goes before it.
    defaults: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """``settings``: values of ``fields``, secrets in clear, and the website settings a stream reads (image role,
        brand attribute, custom attributes) under their dotted names."""
        self.settings = settings

    @classmethod
    def all_fields(cls) -> tuple[Field, ...]:
        """Every setting that a connection of this platform may have."""
        return (*cls.fields, EVENT_SECRET)

    @classmethod
    def event_forms(cls) -> tuple[type[EventForm], ...]:
        """The platform's own ways of telling what happened; the plain signed form is taken for every platform."""
        return ()

    @classmethod
    def defaults_for(cls, settings: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG003 - for those it concerns
        """``defaults`` of a connection with these settings: they may depend on its way into the shop."""
        return cls.defaults

    def change_feed(self) -> ChangeFeed | None:
        """The feed of the shop's changes, where the platform has one and the connection wants it."""
        return None

    def event_queue(self) -> EventQueue | None:
        """The queue that the platform's events are pulled from, where the connection names one."""
        return None

    def create_subscription(self, destination: Mapping[str, str]) -> Check:  # noqa: ARG002 - for platforms that have it
        """Lets the platform tell of changes by ``destination``, whose members are the platform's own; once is enough.

        Raises ConfigError where the platform has nothing of the kind.
        """
        raise ConfigError(SUBSCRIPTION_NONE, f"It is {self.label}.")

    @abc.abstractmethod
    def check(self) -> list[Check]:
        """Named findings: reachable, rights, version, what is missing. Raises ConfigError when nothing can be read."""

    @abc.abstractmethod
    def websites(self) -> list[Website]:
        """The shop's websites with their store views, the admin pseudo website left out."""

    @abc.abstractmethod
    def streams(self) -> Mapping[str, Stream[Any]]:
        """The streams that this shop can give, by name; one that the probe found impossible is left out."""

    def customer_attributes(self) -> frozenset[str] | None:
        """Codes of the attributes that customers may have in this shop; ``None`` where the platform cannot tell."""
        return None

    def newsletter_writes(self) -> Writes | None:
        """How to change the newsletter; ``None`` where the shop gives us no right to."""
        return None

    def coupons(self) -> Coupons | None:
        """How to make coupon codes in the shop; ``None`` where it cannot be done from here."""
        return None

    @abc.abstractmethod
    def close(self) -> None:
        """Gives back connections. Safe to call twice."""


def even_ends(after: int, last: int, records: int, size: int) -> list[tuple[str, int]]:
    """``ends`` of numeric ids from ``after`` up to ``last``, as if the ``records`` were spread evenly over them.

    For a platform that would have to list every id to tell more: two calls instead of one for each page.
    """
    parts = max(1, -(-records // max(1, size)))
    cuts = [after + (last - after) * number // parts for number in range(1, parts)]
    kept = [one for one in dict.fromkeys(cuts) if after < one < last]
    each = -(-records // (len(kept) + 1))
    return [*[(str(one), each) for one in kept], ("", each)]


def chunks(ids: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    """``ids`` in pieces of at most ``size``, for IN lists."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
