"""What every insight collection declares and gives, and the context in which records are mapped.

A collection turns one commerce record into one document. It is stateless; all that depends on settings, website and
products hangs on the ``Context``, of which a collector keeps one per website and settings. Notices are warnings: the
record goes, and a person is told. The collector takes and clears them after each record.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from dotbridge.commerce.facts import ProductFact
from dotbridge.commerce.money import document_step, known_currency
from dotbridge.commerce.site import Store, Website
from dotbridge.errors import Code
from dotbridge.mapping.codes import CURRENCY_UNKNOWN, ID_NOT_NUMERIC, TEXT_CUT
from dotbridge.mapping.settings import Settings
from dotbridge.mapping.spelling import Member, Table, changing, respell, table

Record = TypeVar("Record")
Made = TypeVar("Made")

Document = dict[str, Any]
TEXT_LIMIT = 1000


class Notice(NamedTuple):
    """A warning: the record goes, something was dropped or is doubtful."""

    code: str
    field: str
    text: str


class Context:
    """Settings, website and products around the records of one website; used by one thread at a time."""

    __slots__ = ("_made", "_scopes", "_steps", "_stores", "notices", "products", "settings", "snake", "website")

    def __init__(self, settings: Settings, website: Website, products: Mapping[str, ProductFact] | None = None) -> None:
        self.settings = settings
        self.website = website
        self.products: Mapping[str, ProductFact] = {} if products is None else products
        self.notices: list[Notice] = []
        self.snake = settings.spelling == "snake"
        self._stores = {store.source_id: store for store in website.stores}
        self._scopes: dict[tuple[str, str], tuple[str, str, str, str]] = {}
        self._steps: dict[str, int] = {}
        self._made: dict[Any, Any] = {}

    def warn(self, code: Code, field: str, text: str = "") -> None:
        """Notes a warning about ``field`` of the record in hand."""
        self.notices.append(Notice(code.id, field, f"{code.what} {text}".rstrip()))

    def once(self, make: Callable[[Settings], Made]) -> Made:
        """What ``make`` builds of the settings, built once per context."""
        try:
            made: Made = self._made[make]
        except KeyError:
            made = self._made[make] = make(self.settings)
        return made

    def store(self, store_id: str) -> Store | None:
        """The website's store view of this id; ``None`` for one that was deleted."""
        return self._stores.get(store_id)

    def scope(self, store_id: str, store_name: str) -> tuple[str, str, str, str]:
        """Website name, website code, store name and store code, that every document carries.

        A deleted store view keeps the name that the record remembers and has no code.
        """
        found = self._scopes.get((store_id, store_name))
        if found is None:
            store = self._stores.get(store_id)
            name, code = (store.name, store.code) if store else (store_name, "")
            found = self._scopes[store_id, store_name] = (self.website.name, self.website.code, name, code)
        return found

    def text(self, value: str, field: str) -> str:
        """The text, cut with a warning where Dotdigital would refuse its length."""
        if len(value) <= TEXT_LIMIT:
            return value
        self.warn(TEXT_CUT, field, f"{field} had {len(value)} characters.")
        return value[:TEXT_LIMIT]

    def step(self, currency: str) -> int:
        """Units of the last place in amounts of the currency; an unknown currency is warned of and has two decimals."""
        step = self._steps.get(currency)
        if step is None:
            step = document_step(currency)
            if known_currency(currency):
                self._steps[currency] = step
            else:
                self.warn(CURRENCY_UNKNOWN, "currency", f"It is {currency!r}.")
        return step

    def id(self, value: str, field: str) -> int | str | None:
        """An id as the account keeps ids: always a number or always text; ``None`` where it cannot be a number."""
        if self.settings.ids == "text":
            return value or None
        if value.isascii() and value.isdigit() and len(value) <= 18:
            return int(value)
        if value:
            self.warn(ID_NOT_NUMERIC, field, f"{field} is {value!r}.")
        return None


class Collection(abc.ABC, Generic[Record]):
    """One kind of insight document. ``stream`` names the source's stream, ``table`` the ledger's.

    ``leaves`` says what happens to a record that Dotdigital has and that becomes excluded: it is still updated, or it
    is removed. ``finite``: its numbers come from integers, or are looked at one by one. ``members`` declares every member
    of the document; spelling and the reference page come from it.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    stream: ClassVar[str]
    scope: ClassVar[Literal["contact", "account"]]
    type: ClassVar[str]
    table: ClassVar[str]
    leaves: ClassVar[Literal["update", "remove"]]
    finite: ClassVar[bool] = False
    members: ClassVar[tuple[Member, ...]]
    _snake: ClassVar[Table]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._snake = changing(table(cls.members))

    @abc.abstractmethod
    def name(self, ctx: Context, record: Record) -> str:
        """Dotdigital's name of the collection that the record belongs in."""

    @abc.abstractmethod
    def document_key(self, record: Record) -> str:
        """The record's key in Dotdigital, without the connection's prefix."""

    @abc.abstractmethod
    def build(self, record: Record, ctx: Context) -> Document:
        """The document in camelCase; raises RecordError."""

    def document(self, record: Record, ctx: Context) -> Document:
        """The document in the account's spelling; raises RecordError where Dotdigital would refuse the record.

        It holds no ``None``, no empty array, and of each member always the same type. Serialise it before the next.
        """
        document = self.build(record, ctx)
        return respell(document, self._snake) if ctx.snake and self._snake else document

    @abc.abstractmethod
    def excluded(self, record: Record, ctx: Context) -> str:
        """The named rule that leaves the record out, or ""."""

    def removes(self, rule: str) -> bool:  # noqa: ARG002 - for collections that tell their rules apart
        """Whether a record that Dotdigital has is taken out when this rule comes to leave it out."""
        return self.leaves == "remove"

    def email(self, record: Record) -> str:
        """The address of the contact it belongs to, as typed; "" for an account's own documents."""
        return str(getattr(record, "email", ""))

    def customer_id(self, record: Record) -> str:
        """The shop's customer id it belongs to, "" for guests and for an account's own documents."""
        return str(getattr(record, "customer_id", ""))
