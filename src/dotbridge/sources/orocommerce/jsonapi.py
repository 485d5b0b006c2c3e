"""JSON:API documents as Oro writes them, and the queries it takes (§7.2). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import units
from dotbridge.errors import FatalError
from dotbridge.sources.orocommerce.codes import ANSWER_STRANGE

MOST = 500


class Query(NamedTuple):
    """A list: ``filters`` are (field, operator or "", value). ``page`` stays 1 where rows are reached by their id."""

    resource: str
    filters: tuple[tuple[str, str, str], ...] = ()
    sort: str = "id"
    size: int = 100
    include: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    page: int = 1

    def where(self, *filters: tuple[str, str, str]) -> Query:
        """The same with further filters, all of which hold."""
        return self._replace(filters=(*self.filters, *filters))

    def parameters(self) -> dict[str, str]:
        """The query's parameters."""
        found = {f"filter[{field}][{op}]" if op else f"filter[{field}]": value for field, op, value in self.filters}
        if self.sort:
            found["sort"] = self.sort
        if self.include:
            found["include"] = self.include
        found.update({f"fields[{name}]": members for name, members in self.fields})
        found["page[size]"] = str(self.size)
        if self.page > 1:
            found["page[number]"] = str(self.page)
        return found


class Resource:
    """One resource object with a look at what was included beside it."""

    __slots__ = ("_attributes", "_included", "_relationships", "id", "type")

    def __init__(self, row: Mapping[str, Any], included: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        self.type = str(row.get("type") or "")
        self.id = str(row["id"])
        self._attributes: Mapping[str, Any] = row.get("attributes") or {}
        self._relationships: Mapping[str, Any] = row.get("relationships") or {}
        self._included = included

    def value(self, name: str) -> Any:
        """An attribute, ``None`` if it is not there."""
        return self._attributes.get(name)

    def text(self, name: str) -> str:
        """An attribute as text, "" for null."""
        value = self._attributes.get(name)
        return "" if value is None else str(value)

    def at(self, name: str) -> str:
        """An instant in our form."""
        return instant(self.text(name))

    def amount(self, name: str) -> int:
        """A number in 1/10,000."""
        return units(self._attributes.get(name))

    def names(self, name: str) -> bool:
        """Whether this Oro has such a relationship."""
        return name in self._relationships

    def link(self, name: str) -> str:
        """The id that a to-one relationship points at, "" for none."""
        data = (self._relationships.get(name) or {}).get("data")
        return str(data["id"]) if isinstance(data, Mapping) else ""

    def one(self, name: str) -> Resource | None:
        """The included resource of a to-one relationship."""
        data = (self._relationships.get(name) or {}).get("data")
        return self._look_up(data) if isinstance(data, Mapping) else None

    def many(self, name: str) -> list[Resource]:
        """The included resources of a to-many relationship, in its order."""
        data = (self._relationships.get(name) or {}).get("data")
        found = [self._look_up(entry) for entry in data] if isinstance(data, list) else []
        return [each for each in found if each is not None]

    def _look_up(self, data: Mapping[str, Any]) -> Resource | None:
        row = self._included.get((str(data.get("type")), str(data.get("id"))))
        return None if row is None else Resource(row, self._included)


class Listing(NamedTuple):
    """One page: its resources, whether a page follows, and how many there are in all if that was asked."""

    items: list[Resource]
    more: bool
    total: int | None


def listing(body: Any, query: Query, total: str | None) -> Listing:
    """A checked page. ``links.next`` tells whether more follows; without links (HATEOAS off) a full page does."""
    rows = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and "id" in row for row in rows):
        raise FatalError(ANSWER_STRANGE, f"{query.resource}: no list of resources.")
    beside = body.get("included") or ()
    included = {(str(row.get("type")), str(row.get("id"))): row for row in beside if isinstance(row, Mapping)}
    links = body.get("links")
    more = "next" in links if isinstance(links, Mapping) else len(rows) >= query.size
    counted = int(total) if total is not None and total.isdigit() else None
    return Listing([Resource(row, included) for row in rows], more, counted)


def one_of(field: str, values: Iterable[str]) -> tuple[str, str, str]:
    """The filter that holds for one of the values."""
    return field, "", ",".join(values)


def enum(value: str) -> str:
    """The option of an enum, whose id is ``open`` or ``order_internal_status.open`` (§7.6)."""
    return value.rpartition(".")[2]


def ordered(items: Sequence[Resource]) -> list[int]:
    """The ids as numbers; FatalError for a resource without a number."""
    try:
        return [int(item.id) for item in items]
    except ValueError:
        raise FatalError(ANSWER_STRANGE, f"{items[0].type}: an id that is no number.") from None
