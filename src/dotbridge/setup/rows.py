"""All tables of an installation, row by row, in an order in which each row finds those that it names.

What is read from one database can be written to another, whichever kinds the two are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from dotbridge.ledger.copying import storable

#: Rows in one go.
PAGE = 2000
#: Logins end with the move; the rest of Django's own tables goes along, since people and their groups name it.
_LEFT_OUT = {"django_session"}

Model = type[models.Model]
Row = Sequence[Any]


def tables() -> list[Model]:
    """The models of all tables, those that others name first."""
    known = {
        model._meta.db_table: model  # noqa: SLF001 - Django's documented way to a table's name
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.db_table not in _LEFT_OUT  # noqa: SLF001
    }
    needs = {
        name: {
            field.related_model._meta.db_table  # noqa: SLF001
            for field in model._meta.concrete_fields  # noqa: SLF001
            if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type)
        }
        & (known.keys() - {name})
        for name, model in sorted(known.items())
    }
    return [known[name] for name in TopologicalSorter(needs).static_order()]


def table_of(model: Model) -> str:
    """The name of the model's table."""
    return model._meta.db_table  # noqa: SLF001


def columns_of(model: Model) -> list[str]:
    """The names of its columns, in the order of the rows."""
    return [str(field.column) for field in model._meta.concrete_fields]  # noqa: SLF001


def count(database: BaseDatabaseWrapper, model: Model) -> int:
    """How many rows the table has."""
    with database.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table_of(model)}")  # noqa: S608 - our own table
        return int(cursor.fetchone()[0])


def read(database: BaseDatabaseWrapper, model: Model) -> Iterator[list[Row]]:
    """The table's rows in pages by primary key, in plain values: JSON as text, booleans as such, instants in UTC."""
    quoted = ", ".join(database.ops.quote_name(column) for column in columns_of(model))
    names = [str(field.column) for field in model._meta.pk_fields]  # noqa: SLF001
    key, places = ", ".join(map(database.ops.quote_name, names)), [columns_of(model).index(name) for name in names]
    behind = f" WHERE ({key}) > ({', '.join(['%s'] * len(names))})"
    plain = [_plain(field) for field in model._meta.concrete_fields]  # noqa: SLF001
    table, args = table_of(model), list[Any]()
    while True:
        where = behind if args else ""
        with database.cursor() as cursor:
            cursor.execute(f"SELECT {quoted} FROM {table}{where} ORDER BY {key} LIMIT {PAGE}", args)  # noqa: S608
            found = cursor.fetchall()
        if not found:
            return
        args = [found[-1][place] for place in places]
        yield [tuple([make(value) for make, value in zip(plain, row, strict=True)]) for row in found]


def write(database: BaseDatabaseWrapper, model: Model, pages: Iterable[list[Row]]) -> int:
    """Adds these rows, inside the caller's transaction; gives how many."""
    table, written = table_of(model), 0
    quoted = ", ".join(database.ops.quote_name(column) for column in columns_of(model))
    if database.vendor == "postgresql":
        with (
            database.wrap_database_errors,
            database.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as target,
        ):
            for page in pages:
                for row in page:
                    target.write_row(storable(row))
                written += len(page)
        return written
    marks = ", ".join(["%s"] * len(columns_of(model)))
    with database.cursor() as cursor:
        for page in pages:
            cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", page)  # noqa: S608
            written += len(page)
    return written


def restart_numbers(database: BaseDatabaseWrapper) -> None:
    """New rows get numbers behind those that were written."""
    with database.cursor() as cursor:
        for statement in database.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def _plain(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """How a value of the field reads alike from both databases."""
    if isinstance(field, models.BooleanField):
        return lambda value: None if value is None else bool(value)
    if isinstance(field, models.BinaryField):
        return lambda value: None if value is None else bytes(value)
    if isinstance(field, models.DateTimeField):
        return _instant
    return lambda value: value


def _instant(value: Any) -> str | None:
    """An instant as text in UTC. SQLite keeps it so, without saying so."""
    if value is None:
        return None
    at = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return (at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)).isoformat(sep=" ")
