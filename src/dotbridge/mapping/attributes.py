"""Values of attributes and extra columns that a merchant mapped: made safe, with one type per member."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from dotbridge.mapping.base import Context
from dotbridge.mapping.codes import KEY_DROPPED, VALUE_DROPPED
from dotbridge.mapping.names import clashes, member_name

#: Whole numbers beyond 64 bits are none of JSON's that others read.
LARGEST = 2**63 - 1


def typed(values: Mapping[str, Any], ctx: Context, field: str) -> dict[str, Any]:
    """Columns of an order: numbers as numbers, the rest as text; empty values are left out, zero is a value."""
    result: dict[str, Any] = {}
    for code, value in values.items():
        if isinstance(value, Decimal | float):
            if math.isfinite(value):
                _put(result, code, float(value), ctx, field)
            else:
                ctx.warn(VALUE_DROPPED, f"{field}.{code}", f"It is {value}.")
        elif isinstance(value, int) and not isinstance(value, bool):
            if abs(value) <= LARGEST:
                _put(result, code, value, ctx, field)
            else:
                ctx.warn(VALUE_DROPPED, f"{field}.{code}", f"It is {value}.")
        elif text := _text(value, ctx, f"{field}.{code}"):
            _put(result, code, text, ctx, field)
    return result


def labels(values: Iterable[tuple[str, Any]], ctx: Context, field: str) -> dict[str, str]:
    """Attributes of a product: always text, so that no later value has another type; empty values are left out."""
    result: dict[str, str] = {}
    for code, value in values:
        if text := _text(value, ctx, f"{field}.{code}"):
            _put(result, code, text, ctx, field)
    return result


def _put(result: dict[str, Any], code: str, value: object, ctx: Context, field: str) -> None:
    name = member_name(code)
    if name and not clashes(name, result):
        result[name] = value
    else:
        ctx.warn(KEY_DROPPED, f"{field}.{code}")


def _text(value: object, ctx: Context, field: str) -> str:
    """The text of a plain value or of a list of plain values; "" for nothing and, with a warning, for other things."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return ctx.text(",".join([part for item in value if (part := _text(item, ctx, field))]), field)
    if isinstance(value, str | int):
        return ctx.text(str(value), field)
    if isinstance(value, Decimal | float) and math.isfinite(value):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    ctx.warn(VALUE_DROPPED, field, f"It is of type {type(value).__name__}.")
    return ""
