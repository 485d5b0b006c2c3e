"""Magento 1's product_options: PHP serialize() output, as far as an order line shows it (contract magento1-data §6).

String lengths count bytes, so bytes are parsed. Arrays and scalars are taken; objects and references come from code of
others and are refused. Whatever the input, it ends in a value or in a RecordError: each step consumes input, and
nesting is bounded.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple, TypeAlias

from dotbridge.commerce.order import Option
from dotbridge.errors import RecordError
from dotbridge.sources.magento1.codes import OPTIONS_BROKEN

Key: TypeAlias = int | bytes
Value: TypeAlias = "bool | int | float | bytes | dict[Key, Value] | None"

DEEPEST = 32
#: The lists that Magento shows on a line, in its order.
SHOWN = (b"options", b"additional_options", b"attributes_info")
#: Kinds whose print_value Magento writes HTML-escaped; typed text it writes as it is.
CHOSEN = frozenset((b"drop_down", b"radio", b"checkbox", b"multiple"))

_ARRAY, _BOOL, _FLOAT, _INT, _NULL, _STRING = b"abdiNs"
_QUOTE, _OPEN, _CLOSE = b'"{}'
_flat = re.compile(rb'a:\d++:\{(?:s:\d++:"[^"{}]*+";|[ib]:-?\d++;|d:[^;"{}]++;|N;)*+\}').match


class LineOptions(NamedTuple):
    """What a line's product_options tell: what was chosen, and the grouped product it was bought from ("" if none)."""

    options: tuple[Option, ...]
    group_id: str


@lru_cache(8192)
def line_options(text: str) -> LineOptions:
    """Options and group of a line; raises RecordError where the text is damaged. Equal text is read once."""
    top = decode(text.encode("utf-8", "surrogatepass"))
    if not isinstance(top, dict):
        return LineOptions((), "")
    found: list[Option] = []
    for name in SHOWN:
        shown = top.get(name)
        if isinstance(shown, dict):
            found += [option for entry in shown.values() if (option := _option(entry))]
    group = top.get(b"super_product_config")
    group_id = group.get(b"product_id") if isinstance(group, dict) else None
    return LineOptions(tuple(found), _text(group_id))


def _option(entry: Value) -> Option | None:
    if not isinstance(entry, dict):
        return None
    shown = entry.get(b"print_value")
    if shown is None:
        # `value` is made for HTML pages, and holds a link for files.
        value = unescape(_text(entry.get(b"value")))
    else:
        value = _text(shown)
        if entry.get(b"option_type") in CHOSEN:
            value = unescape(value)
    return Option(_text(entry.get(b"label")), value, _text(entry.get(b"option_id")))


def _text(value: Value) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise _broken("a text is no UTF-8") from None
    if isinstance(value, dict):
        return ", ".join([_text(each) for each in value.values()])
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)


def decode(data: bytes) -> Value:
    """The value that PHP serialised: arrays as dicts, strings as bytes. Raises RecordError for anything else."""
    try:
        value, end = _value(data, 0, 0)
    except (ValueError, IndexError):  # a mark is missing, a number is none, or the text ends too early
        raise _broken("it is cut or altered") from None
    if end != len(data):
        raise _broken(f"something follows its end at byte {end}")
    return value


def _value(data: bytes, at: int, depth: int) -> tuple[Value, int]:
    """The value that begins at ``at``, and where the next one begins."""
    kind = data[at]
    if kind == _STRING:
        return _string(data, at)
    if kind == _ARRAY:
        return _array(data, at, depth)
    if kind == _NULL:
        return None, _expect(data, at + 1, b";")
    end = data.index(b";", at + 2, at + 64)
    _expect(data, at + 1, b":")
    if kind == _INT:
        return _integer(data, at + 2, end), end + 1
    if kind == _BOOL:
        return _integer(data, at + 2, end) != 0, end + 1
    if kind == _FLOAT:
        return float(data[at + 2 : end]), end + 1
    raise _broken(f"it holds what is no array, text or number at byte {at}")


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    colon = data.index(b":", at + 2, at + 16)
    start = colon + 2
    end = start + _integer(data, at + 2, colon)
    if data[at + 1] != 58 or data[colon + 1] != _QUOTE or end < start or data[end : end + 2] != b'";':
        raise ValueError
    return data[start:end], end + 2


def _array(data: bytes, at: int, depth: int) -> tuple[dict[Key, Value], int]:
    if depth == DEEPEST:
        raise _broken(f"it is nested deeper than {DEEPEST} levels")
    flat = _flat(data, at)
    if flat is not None and (filled := _flat_array(flat[0])) is not None:
        return filled, flat.end()
    return _filled(data, at, depth)


@lru_cache(8192)
def _flat_array(part: bytes) -> dict[Key, Value] | None:
    """An array without arrays, such as one choice of a size: equal ones are read once. Nobody changes what it gives.

    ``None`` where a quote inside a text made it look like one.
    """
    try:
        filled, end = _filled(part, 0, 0)
    except (ValueError, IndexError, RecordError):
        return None
    return filled if end == len(part) else None


def _filled(data: bytes, at: int, depth: int) -> tuple[dict[Key, Value], int]:
    colon = data.index(b":", at + 2, at + 16)
    if data[at + 1] != 58 or data[colon + 1] != _OPEN:
        raise ValueError
    filled: dict[Key, Value] = {}
    count = _integer(data, at + 2, colon)
    if count < 0:
        raise ValueError
    at = colon + 2
    # A count that is not true runs into the closing brace or the end, never further than the data.
    for _ in range(count):
        if data[at] == _STRING:
            key: Key
            key, at = _string(data, at)
        elif data[at] == _INT:
            end = data.index(b";", at + 2, at + 24)
            key, at = _integer(data, at + 2, end), end + 1
        else:
            raise ValueError
        filled[key], at = _value(data, at, depth + 1)
    if data[at] != _CLOSE:
        raise ValueError
    return filled, at + 1


def _integer(data: bytes, start: int, end: int) -> int:
    digits = data[start:end]
    if digits.isdigit() or (digits[:1] == b"-" and digits[1:].isdigit()):
        return int(digits)
    raise ValueError


def _expect(data: bytes, at: int, mark: bytes) -> int:
    if data[at : at + 1] != mark:
        raise ValueError
    return at + 1


def _broken(why: str) -> RecordError:
    return RecordError(OPTIONS_BROKEN, f"Of product_options: {why}.", field="product_options")
