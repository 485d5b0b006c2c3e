"""Many rows at once into PostgreSQL: COPY into a temporary table, then one INSERT from there.

Measured on orders: 3 µs of the client's CPU a row, against 60 µs with a place-holder for each value, as SQLite gets them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DataError, connection, transaction

_INTO = re.compile(r"(\w+) \((.*)\)", re.DOTALL)
_TARGET = re.compile(r"ON CONFLICT \(([^)]*)\)")


_NUL = "\0"


def storable(values: Sequence[Any]) -> Sequence[Any]:
    """The values without the character NUL, which a shop's text may hold and PostgreSQL does not take."""
    for value in values:
        kind = type(value)
        if (kind is str and _NUL in value) or (kind is list and _NUL in "".join(map(str, value))):
            return [_without_nul(one) for one in values]
    return values


def _without_nul(value: Any) -> Any:
    if type(value) is list:
        return [_without_nul(one) for one in value]
    return value.replace(_NUL, "") if type(value) is str else value


class _Way(NamedTuple):
    """The statements for one kind of rows."""

    make: str
    types: str
    copy: str
    insert: str
    empty: str


@lru_cache(64)
def _way(into: str, values: str, then: str, width: int, shared: int) -> _Way:
    parts, target = _INTO.fullmatch(into), _TARGET.match(then)
    if parts is None or target is None:
        raise ValueError(into)
    table, columns = parts[1], parts[2].split(", ")
    own, fixed = columns[shared:width], values.strip("()").split(", ")[width:]
    given = ", ".join(own)
    order = ", ".join([column for column in target[1].split(", ") if column in own])
    # One table for each set of columns: it lives as long as the session, and forgets its rows with each transaction.
    name = f"{table}_in_{len(columns)}_{len(own)}"
    return _Way(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ON COMMIT DELETE ROWS AS SELECT {given} FROM {table} WITH NO DATA",
        f"SELECT {given} FROM {name} LIMIT 0",
        f"COPY {name} ({given}) FROM STDIN (FORMAT BINARY)",
        # In the order of the key, as all who write these rows: then no two wait for each other.
        f"INSERT INTO {into} SELECT {', '.join([*['%s'] * shared, given, *fixed])} FROM {name} ORDER BY {order} {then}",
        f"DELETE FROM {name}",
    )


def copy(into: str, values: str, then: str, rows: Sequence[Sequence[Any]], shared: Sequence[Any] = ()) -> int:
    """What ``hot.insert`` does, on PostgreSQL."""
    way = _way(into, values, then, len(shared) + len(rows[0]), len(shared))
    try:
        return _copied(way, rows, shared)
    except DataError:
        # Its driver refuses the character NUL. To look for it in every value beforehand takes longer than the copying.
        return _copied(way, [storable(row) for row in rows], storable(shared))


def _copied(way: _Way, rows: Sequence[Sequence[Any]], shared: Sequence[Any]) -> int:
    # A transaction of its own, or a savepoint: the copied rows live as long, and a second try finds the first undone.
    with transaction.atomic(), connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(way.make)
        # Binary rows cost half of what text does, and must be told of which type each column is.
        types = [column.type_code for column in cursor.execute(way.types).description or ()]
        with cursor.copy(way.copy) as target:
            target.set_types(types)
            for row in rows:
                target.write_row(row)
        written = int(cursor.execute(way.insert, shared or None).rowcount)
        # The transaction may come here again.
        cursor.execute(way.empty)
    return written
