"""What every document must keep to (dotdigital-api §15.2, §15.3), as a walk over it beside its declared members."""

from __future__ import annotations

import math
import re
from typing import Any

from dotbridge.mapping.spelling import Member

_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII).fullmatch
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", re.ASCII).fullmatch
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII).fullmatch


def check_members(document: dict[str, Any], members: tuple[Member, ...], extra: str = "") -> None:
    """Every member is declared and has its declared type; ``extra`` is the type of undeclared top-level members."""
    types = {member.path: member.type for member in members}
    for path, value in _walk(document, ""):
        declared = types.get(path)
        if declared is None:
            free = next(
                (path[: len(known)] for known, t in types.items() if "free" in t and path.startswith(known + ".")), ""
            )
            assert free or extra, f"{path} is not declared"
            continue
        assert _holds(declared, value), f"{path} is {value!r}, declared as {declared}"


def check_names_and_values(value: Any) -> None:
    """Legal names without clashes, no ``None``, no empty array or object, no array in an array, finite numbers."""
    if isinstance(value, dict):
        assert len({name.replace("-", "_") for name in value}) == len(value)
        for name, part in value.items():
            assert _NAME(name)
            assert part is not None
            assert part not in ([], {})
            check_names_and_values(part)
    elif isinstance(value, list):
        assert not any(isinstance(part, list) for part in value)
        for part in value:
            check_names_and_values(part)
    elif isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, str):
        assert len(value) <= 1000


def _walk(value: Any, path: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, part in value.items():
        here = f"{path}.{name}" if path else name
        found.append((here, part))
        for item in part if isinstance(part, list) else [part]:
            if isinstance(item, dict):
                found += _walk(item, here)
    return found


def _holds(declared: str, value: Any) -> bool:
    if declared in {"number", "id"}:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if declared in {"object", "free"}:
        return isinstance(value, dict)
    if declared in {"array", "free array"}:
        return isinstance(value, list) and all(isinstance(item, dict) for item in value)
    if not isinstance(value, str):
        return False
    return {"instant": _INSTANT, "moment": _MOMENT}.get(declared, lambda _: True)(value) is not None
