"""Putting given values into a contact's data fields under a merge option (contract 13.4, 16.4)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from .data_fields import DataField, FieldValueError, stored


class Merge(StrEnum):
    """What happens to a value that is there already, in the words of v2."""

    OVERWRITE = "Overwrite"
    IF_NOT_EMPTY = "OnlyOverwriteIfNotEmpty"
    IF_EMPTY = "OnlyOverwriteIfContactDataNotPopulated"


V2 = {"0": Merge.OVERWRITE, "1": Merge.IF_NOT_EMPTY, "2": Merge.IF_EMPTY} | {option.lower(): option for option in Merge}
V3_QUERY = {
    "overwrite": Merge.OVERWRITE,
    "overwrite-if-not-empty": Merge.IF_NOT_EMPTY,
    "overwrite-if-empty": Merge.IF_EMPTY,
}
V3_BODY = {
    "overwrite": Merge.OVERWRITE,
    "overwriteifnotempty": Merge.IF_NOT_EMPTY,
    "overwriteifempty": Merge.IF_EMPTY,
}


def convert(
    given: dict[str, Any], definitions: dict[str, DataField]
) -> tuple[dict[str, Any], list[tuple[str, FieldValueError]]]:
    """Stored values by upper-case name, and the names that do not fit with their faults; blank becomes None."""
    values: dict[str, Any] = {}
    faults: list[tuple[str, FieldValueError]] = []
    for name, value in given.items():
        definition = definitions.get(name.upper())
        if definition is None:
            faults.append(
                (name, FieldValueError("ERROR_DATAFIELD_NOTFOUND", f"the account has no data field '{name}'"))
            )
        elif value is None or value == "":
            values[definition.name] = None
        else:
            try:
                values[definition.name] = stored(value, definition.type)
            except FieldValueError as fault:
                faults.append((name, fault))
    return values, faults


def merge(fields: dict[str, Any], values: dict[str, Any], option: Merge) -> None:
    """Change ``fields`` in place; a None clears under OVERWRITE and is passed over otherwise."""
    for name, value in values.items():
        if value is None:
            if option is Merge.OVERWRITE:
                fields.pop(name, None)
        elif option is not Merge.IF_EMPTY or name not in fields:
            fields[name] = value


def shown(fields: dict[str, Any], definitions: dict[str, DataField]) -> dict[str, Any]:
    """Every field of the account with the contact's value, its default, or None."""
    return {name: fields.get(name, definition.default) for name, definition in definitions.items()}
