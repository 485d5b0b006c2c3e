"""Builds ``searchCriteria`` queries (magento2-data §1.2). Pure.

Conditions are a closed list because Magento ignores an unknown one silently and gives everything; indices stay below
ten because of the signature's order (``oauth``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Condition = Literal["eq", "neq", "gt", "gteq", "lt", "lteq", "in", "nin", "like", "null", "notnull"]

_MOST = 10


class Filter(NamedTuple):
    """One condition on a column of the entity; for ``in`` the value is a comma list."""

    field: str
    condition: Condition
    value: str


def one_of(field: str, values: Iterable[str]) -> Filter:
    """The column holds one of the values."""
    return Filter(field, "in", ",".join(values))


class Criteria(NamedTuple):
    """One page of a list: one filter of each group holds; sorted by ``sort``, ``fields`` of each row ("" for all).

    A field of ``sort`` with a minus before it goes downwards.

    ``page`` stays 1 where rows are reached by a filter on their id, which is everywhere that rows may change meanwhile.
    """

    groups: tuple[tuple[Filter, ...], ...] = ()
    sort: tuple[str, ...] = ("entity_id",)
    size: int = 100
    fields: str = ""
    page: int = 1

    def pairs(self) -> list[tuple[str, str]]:
        """The query's parameters."""
        if max(len(self.groups), len(self.sort), *map(len, self.groups), 0) > _MOST:
            raise ValueError("an index of two digits would break the signature")
        pairs: list[tuple[str, str]] = []
        for group, filters in enumerate(self.groups):
            for index, entry in enumerate(filters):
                name = f"searchCriteria[filterGroups][{group}][filters][{index}]"
                pairs += [
                    (f"{name}[field]", entry.field),
                    (f"{name}[value]", entry.value),
                    (f"{name}[conditionType]", entry.condition),
                ]
        for index, field in enumerate(self.sort):
            direction = "DESC" if field.startswith("-") else "ASC"
            pairs.append((f"searchCriteria[sortOrders][{index}][field]", field.removeprefix("-")))
            pairs.append((f"searchCriteria[sortOrders][{index}][direction]", direction))
        pairs.append(("searchCriteria[pageSize]", str(self.size)))
        pairs.append(("searchCriteria[currentPage]", str(self.page)))
        if self.fields:
            pairs.append(("fields", self.fields))
        return pairs
