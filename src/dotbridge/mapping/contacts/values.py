"""One value as a data field of a given type takes it (dotdigital-api §14.1): text, number, date or truth."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from dotbridge.mapping.settings import FieldType

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII).fullmatch
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:Z|\+00:00)?", re.ASCII).fullmatch
_TRUTH = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
_DIGITS = 18


def fit(value: object, type_: FieldType) -> str | int | float | bool | None:
    """The value as the type takes it; ``None`` where it does not fit. Text is not cut here."""
    return _FIT[type_](value)


def _string(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        parts = [_string(part) for part in value]
        return None if None in parts else ",".join([part for part in parts if part])
    if isinstance(value, Decimal | float):
        return format(Decimal(str(value)), "f") if math.isfinite(value) else None
    return str(value) if isinstance(value, int) else None


def _numeric(value: object) -> int | float | None:
    """A number of at most 18 digits before the point; text only if it is nothing but a number."""
    if isinstance(value, str):
        if value.isascii() and value.isdigit() and len(value) <= _DIGITS:
            return int(value)
        if not _NUMBER(value.strip()):
            return None
        value = Decimal(value.strip())
    if not isinstance(value, int | float | Decimal) or not math.isfinite(value) or abs(value) >= 10**_DIGITS:
        return None
    whole = int(value)
    return whole if whole == value and not isinstance(value, float) else float(value)


def _date(value: object) -> str | None:
    """An instant as it is; a calendar date as its midnight in UTC, whatever the shop's zone, so that no day shifts."""
    if not isinstance(value, str):
        return None
    found = _INSTANT(value + " 00:00:00" if _DATE(value) else value)
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}").isoformat() + "Z" if found else None
    except ValueError:
        return None


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return _TRUTH.get(str(value).strip().lower()) if isinstance(value, str | int) else None


_FIT: dict[str, Callable[[Any], str | int | float | bool | None]] = {
    "String": _string,
    "Numeric": _numeric,
    "Date": _date,
    "Boolean": _boolean,
}
