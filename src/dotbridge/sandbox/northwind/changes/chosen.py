"""Finds the record that a change is about: the named one, or one picked by chance."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.shop import Session
from dotbridge.sandbox.northwind.tables import Table


class NothingToChangeError(LookupError):
    """There is no such record, or none that this change could apply to."""


def record(session: Session, table: Table, entity_id: int | None, where: str = "1", *values: object) -> Document:
    """The record with this id, or any that meets ``where``; raises NothingToChangeError."""
    found = session.any(table, where, *values) if entity_id is None else session.load(table, entity_id)
    if found is None:
        raise NothingToChangeError(f"no fitting record in {table.name}")
    return found


def by_field(session: Session, table: Table, field: str, value: str) -> Document:
    """The first record with this value in a column; raises NothingToChangeError."""
    found = session.first(table, f"{field} = ? ORDER BY entity_id", value)
    if found is None:
        raise NothingToChangeError(f"no record with {field} = {value} in {table.name}")
    return found
