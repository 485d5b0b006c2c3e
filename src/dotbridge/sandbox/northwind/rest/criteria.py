"""searchCriteria as Magento reads it from the query: nested names, both spellings, lenient paging (1.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.rest import errors

Query = Sequence[tuple[str, str]]
_STEPS = re.compile(r"^[^\[]+|(?<=\[)[^\]]*(?=\])")


@dataclass(frozen=True, slots=True)
class Filter:
    field: str
    value: str
    condition: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """Groups are AND-ed, the filters in one OR-ed. ``page_size`` 0 or None means all rows."""

    groups: tuple[tuple[Filter, ...], ...] = ()
    sorts: tuple[tuple[str, str | None], ...] = ()
    page_size: int | None = None
    current_page: int | None = None

    @property
    def offset(self) -> int:
        return (max(self.current_page or 1, 1) - 1) * (self.page_size or 0)

    def echo(self) -> Document:
        """``search_criteria`` of the answer: only what was asked, ``filter_groups`` always."""
        answer: Document = {
            "filter_groups": [
                {"filters": [{"field": f.field, "value": f.value, "condition_type": f.condition} for f in group]}
                for group in self.groups
            ]
        }
        if self.sorts:
            answer["sort_orders"] = [
                {"field": field, "direction": direction} if direction else {"field": field}
                for field, direction in self.sorts
            ]
        if self.page_size is not None:
            answer["page_size"] = self.page_size
        if self.current_page is not None:
            answer["current_page"] = self.current_page
        return answer


def nested(query: Query) -> dict[str, Any]:
    """The query as PHP nests it: ``a[b][0]=c`` → ``{"a": {"b": {"0": "c"}}}``; a later name replaces an earlier one."""
    result: dict[str, Any] = {}
    for name, value in query:
        *above, last = _STEPS.findall(name) or [name]
        place = result
        for step in above:
            inner = place.get(step)
            if not isinstance(inner, dict):
                inner = place[step] = {}
            place = inner
        place[last] = value
    return result


def parse(query: Query, *, maximum: int | None = None) -> Criteria:
    """The criteria of a list call; without any searchCriteria, and for a bad direction or page, a 400."""
    values = nested(query)
    given = values.get("searchCriteria", values.get("search_criteria"))
    if given is None:
        raise errors.required("searchCriteria")
    if not isinstance(given, dict):
        return Criteria()
    size, page = _number(given, "page_size"), _number(given, "current_page")
    if maximum is not None and size is not None and size > maximum:
        raise errors.RestError(400, "Maximum SearchCriteria pageSize is %max", {"max": maximum})
    groups = tuple(
        tuple(_filter(one) for one in _entries(_get(group, "filters")))
        for group in _entries(_get(given, "filter_groups"))
    )
    return Criteria(groups, tuple(_sort(one) for one in _entries(_get(given, "sort_orders"))), size, page)


def _get(values: Any, name: str) -> Any:
    """A member in either spelling: ``filter_groups`` or ``filterGroups``."""
    if not isinstance(values, dict):
        return None
    camel = re.sub(r"_(\w)", lambda found: found[1].upper(), name)
    return values.get(camel, values.get(name))


def _entries(values: Any) -> list[Any]:
    return list(values.values()) if isinstance(values, dict) else []


def _filter(one: Any) -> Filter:
    return Filter(
        str(_get(one, "field") or ""), str(_get(one, "value") or ""), str(_get(one, "condition_type") or "eq")
    )


def _sort(one: Any) -> tuple[str, str | None]:
    direction = _get(one, "direction")
    if direction is not None and str(direction).upper() not in {"ASC", "DESC"}:
        message = "The sort order has to be specified as %1 for ascending order or %2 for descending order."
        raise errors.RestError(400, message, ["ASC", "DESC"])
    return str(_get(one, "field") or ""), str(direction).upper() if direction else None


def _number(given: dict[str, Any], name: str) -> int | None:
    value = _get(given, name)
    if value is None:
        return None
    if not re.fullmatch(r"\s*[+-]?\d+\s*", str(value)):
        raise errors.wrong_type(name, value, "int")
    return int(value)
