"""One call of the REST API as its answer needs it: the shop, the scope of the URL, the query and the body."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.rest import criteria, search
from dotbridge.sandbox.northwind.rest.errors import RestError, internal
from dotbridge.sandbox.northwind.shop import Shop
from dotbridge.sandbox.northwind.tables import Table
from dotbridge.sandbox.northwind.views import BY_CODE, DEFAULT_VIEW, View

ALL = "all"


@dataclass(frozen=True, slots=True)
class Call:
    """``scope`` is a store code, ``all`` or empty (the default store view)."""

    shop: Shop
    scope: str
    url: str
    query: list[tuple[str, str]] = field(default_factory=list)
    raw_body: bytes = b""
    maximum_page_size: int | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        return self.shop.connection

    @property
    def view(self) -> View | None:
        """The store view of the scope; None for ``all``."""
        return None if self.scope == ALL else BY_CODE.get(self.scope, DEFAULT_VIEW)

    @property
    def store_id(self) -> int:
        """The store whose values are shown; 0 for ``all``."""
        return self.view.id if self.view else 0

    def body(self) -> Document:
        """The JSON object of the body; anything else is Magento's decoding error."""
        try:
            document: Any = orjson.loads(self.raw_body)
        except orjson.JSONDecodeError:
            raise RestError(400, "Decoding error.") from None
        return document if isinstance(document, dict) else {}

    def listing(
        self,
        table: Table,
        show: Callable[[list[Document]], list[Document]],
        *,
        unknown: Callable[[str], RestError] | None = None,
        relations: Mapping[str, str] | None = None,
    ) -> Document:
        """A page of records with the echoed criteria and the full count.

        An unknown field is an internal error for flat tables; EAV entities pass their own 400 as ``unknown``.
        """
        wanted = criteria.parse(self.query, maximum=self.maximum_page_size)
        records, total = search.find(self.connection, table, wanted, unknown or _internal, relations)
        return {"items": show(records), "search_criteria": wanted.echo(), "total_count": total}


def _internal(_field: str) -> RestError:
    return internal()


def unknown_attribute(name: str) -> RestError:
    """What EAV entities (products, customers) answer to an unknown field (1.2)."""
    return RestError(400, 'The "%1" attribute name is invalid. Reset the name and try again.', [name])


def as_is(records: list[Document]) -> list[Document]:
    return records
