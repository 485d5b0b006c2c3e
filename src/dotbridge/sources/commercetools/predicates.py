"""Query predicates (commercetools §4). Pure. Every ``or`` is bracketed, and every value from outside is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
NOTHING = 'id = "00000000-0000-0000-0000-000000000000"'
"""Selects no record."""


def quoted(value: str) -> str:
    """A value as a predicate takes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def one_of(field: str, values: Iterable[str]) -> str:
    """The field holds one of the values."""
    return f"{field} in ({', '.join([quoted(value) for value in values])})"


def is_id(text: str) -> bool:
    """Whether the platform may have given this id; a query for anything else would be refused."""
    return _UUID(text) is not None


def equals(field: str, value: str) -> str:
    """The field holds the value."""
    return f"{field} = {quoted(value)}"


def behind(last: str) -> str:
    """Records with a greater id."""
    return f"id > {quoted(last)}"


def up_to(last: str) -> str:
    """Records with no greater id."""
    return f"id <= {quoted(last)}"


def between(field: str, since: str, until: str) -> str:
    """From the beginning of one second of ours to the end of another, as the platform writes instants."""
    return f"{field} >= {quoted(first_of(since))} and {field} <= {quoted(last_of(until))}"


def first_of(instant: str) -> str:
    """The first millisecond of a second of ours; of none, the beginning of time."""
    return f"{(instant or '1970-01-01T00:00:00Z').removesuffix('Z')}.000Z"


def last_of(instant: str) -> str:
    """The last millisecond of a second of ours."""
    return f"{instant.removesuffix('Z')}.999Z"


def any_of(*predicates: str) -> str:
    """At least one of them holds."""
    return f"({' or '.join(predicates)})"
