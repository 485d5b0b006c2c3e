"""The shape of JSON answers: which members exist, of which types, whatever their values."""

from __future__ import annotations

from typing import Any

Shape = dict[str, set[str]]


def of(value: Any, path: str = "") -> Shape:
    """Path (``items[].sku``) → JSON types seen there; all numbers are one type, as PHP prints 30.0 as 30."""
    shape: Shape = {path: {_type(value)}} if path else {}
    if isinstance(value, dict):
        for name, member in value.items():
            merge(shape, of(member, f"{path}.{name}".lstrip(".")))
    elif isinstance(value, list):
        for member in value:
            merge(shape, of(member, f"{path}[]"))
    return shape


def merge(shape: Shape, other: Shape) -> None:
    for path, types in other.items():
        shape.setdefault(path, set()).update(types)


def _type(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case None:
            return "null"
        case list():
            return "array"
        case _:
            return "object"


def objects(value: Any, path: str = "") -> dict[str, list[set[str]]]:
    """Path → the member names of each object there."""
    found: dict[str, list[set[str]]] = {path: [set(value)]} if isinstance(value, dict) else {}
    members = (
        value.items() if isinstance(value, dict) else [("[]", one) for one in value] if isinstance(value, list) else []
    )
    for name, member in members:
        below = path + name if name == "[]" else f"{path}.{name}".lstrip(".")
        for place, seen in objects(member, below).items():
            found.setdefault(place, []).extend(seen)
    return found


def always(values: list[Any]) -> dict[str, set[str]]:
    """Path → the members that every object there has."""
    return {place: set.intersection(*seen) for place, seen in objects(values).items()}
