"""Runs search criteria on a table: every condition of Magento as SQL, one count and one page (1.2, 1.3)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping

import orjson

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.rest.criteria import Criteria, Filter
from dotbridge.sandbox.northwind.rest.errors import RestError
from dotbridge.sandbox.northwind.tables import Table

_OPERATORS = {
    "neq": "<>",
    "gt": ">",
    "gteq": ">=",
    "moreq": ">=",
    "from": ">=",
    "lt": "<",
    "lteq": "<=",
    "to": "<=",
    "like": "LIKE",
    "nlike": "NOT LIKE",
}
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d).*)?")
Clause = tuple[str, list[str]]


def find(
    connection: sqlite3.Connection,
    table: Table,
    criteria: Criteria,
    unknown: Callable[[str], RestError],
    relations: Mapping[str, str] | None = None,
) -> tuple[list[Document], int]:
    """The page's records and the count of all that match.

    ``unknown`` makes the error for a field that the table lacks; ``relations`` are pseudo fields as SQL with ``{}`` for
    the comparison, such as a product's categories.
    """
    where, values = _where(table, criteria, unknown, relations or {})
    order = ", ".join([*(_order(table, *sort, unknown) for sort in criteria.sorts), "entity_id"])
    total = connection.execute(f"SELECT count(*) FROM {table.name} WHERE {where}", values).fetchone()[0]  # noqa: S608 - known columns
    query = f"SELECT body FROM {table.name} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - known columns
    rows = connection.execute(query, [*values, criteria.page_size or -1, criteria.offset])
    return [orjson.loads(body) for (body,) in rows], total


def _where(
    table: Table, criteria: Criteria, unknown: Callable[[str], RestError], relations: Mapping[str, str]
) -> Clause:
    groups, values = ["1"], []
    for group in criteria.groups:
        clauses = []
        for one in group:
            if one.field not in table.fields and one.field not in relations:
                raise unknown(one.field)
            if one.field in relations:
                clause, given = condition("value", one, dated=False)
                clauses.append(relations[one.field].format(clause))
            else:
                clause, given = condition(one.field, one, dated=one.field.endswith("_at"))
                clauses.append(clause)
            values += given
        if clauses:
            groups.append(f"({' OR '.join(clauses)})")
    return " AND ".join(groups), values


def condition(column: str, one: Filter, *, dated: bool) -> Clause:
    """One condition as SQL.

    An unknown condition compares for equality: Magento builds an OR over the given values (a recorded answer shows it).
    """
    value = instant(one.value) if dated else one.value
    match one.condition:
        case "in" | "nin":
            parts = [part.strip() for part in one.value.split(",")]
            negation = "NOT " if one.condition == "nin" else ""
            return f"{column} {negation}IN ({','.join('?' * len(parts))})", parts
        case "null":
            return f"{column} IS NULL", []
        case "notnull":
            return f"{column} IS NOT NULL", []
        case "finset" | "nfinset":
            negation = "NOT " if one.condition == "nfinset" else ""
            return f"{negation}instr(',' || {column} || ',', ',' || ? || ',') > 0", [value]
        case known if known in _OPERATORS:
            return f"{column} {_OPERATORS[known]} ?", [value]
        case _:
            return f"{column} = ?", [value]


def instant(value: str) -> str:
    """A time as the database compares it: offset and ``Z`` ignored, a bare date is midnight (1.3)."""
    found = _INSTANT.fullmatch(value.strip())
    return f"{found[1]} {found[2] or '00:00:00'}" if found else value


def _order(table: Table, field: str, direction: str | None, unknown: Callable[[str], RestError]) -> str:
    if field not in table.fields:
        raise unknown(field)
    return f"{field} {direction or 'DESC'}"
