"""The items of a v3 import as the rows of a v2 file (§13.2): a column for each field, every value in quotes, UTF-8.

In a file of data an empty cell leaves the field alone (merge option 1), because its rows may lack each other's fields; to
clear some, a second file names them and nothing else (merge option 0). There is no column for an opt-in, a status or a
consent, and none may come to be by a field of that name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

EMAIL, EMAIL_TYPE = "Email", "EmailType"
#: Columns that mean something else than a data field of that name (§13.2).
SYSTEM = frozenset(
    {
        *("EMAIL", "OPTINTYPE", "EMAILTYPE", "ID"),
        *("CONSENTTEXT", "CONSENTURL", "CONSENTDATETIME", "CONSENTIP", "CONSENTUSERAGENT"),
    }
)


def takes(item: Mapping[str, Any]) -> bool:
    """Whether files can say what the item says: it holds no status, and no field has a name of the system's."""
    if set(item["channelProperties"]["email"]) - {"emailType"}:
        return False
    fields = item["dataFields"]
    if not SYSTEM.isdisjoint([name.upper() for name in fields]):
        return False
    # No reader of CSV takes a NUL.
    return not any(isinstance(value, str) and "\0" in value for value in fields.values())


def cleared(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that the item empties."""
    return tuple(sorted([name for name, value in item["dataFields"].items() if value is None]))


def write(items: Sequence[Mapping[str, Any]]) -> bytes:
    """A file of the items' values, for merge option 1; lists are no part of it, they are the route's."""
    names = sorted({name for item in items for name, value in item["dataFields"].items() if value is not None})
    rows = [
        (
            item["identifiers"]["email"],
            item["channelProperties"]["email"]["emailType"],
            *[_cell(item["dataFields"].get(name)) for name in names],
        )
        for item in items
    ]
    return _file([EMAIL, EMAIL_TYPE, *names], rows)


def blanks(items: Sequence[Mapping[str, Any]]) -> bytes:
    """A file that empties what all of these items empty, for merge option 0."""
    names = cleared(items[0])
    return _file([EMAIL, *names], [(item["identifiers"]["email"], *[""] * len(names)) for item in items])


def addresses(items: Sequence[Mapping[str, Any]]) -> bytes:
    """A file of their addresses alone, to fill a list with people who are there already."""
    return _file([EMAIL], [(item["identifiers"]["email"],) for item in items])


def _file(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    # Everything in quotes: blanks at the edges and line breaks are part of a value.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value)
