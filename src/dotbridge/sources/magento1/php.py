"""PHP's serialize() output, read (contract magento1-data §6).

String lengths count bytes, so bytes are parsed. Arrays and scalars are taken; objects and references come from code of
others and are refused. Whatever the input, it ends in a value or in a RecordError: each step consumes input, and
nesting is bounded.
"""

from __future__ import annotations

from typing import TypeAlias

from dotbridge.errors import RecordError
from dotbridge.sources.magento1.codes import OPTIONS_BROKEN

Key: TypeAlias = int | bytes
Value: TypeAlias = "bool | int | float | bytes | dict[Key, Value] | None"

DEEPEST = 32

_ARRAY, _BOOL, _FLOAT, _INT, _NULL, _STRING = b"abdiNs"
_QUOTE, _OPEN, _CLOSE = b'"{}'


def decode(data: bytes) -> Value:
    """The value that PHP serialised: arrays as dicts, strings as bytes. Raises RecordError for anything else."""
    try:
        value, end = _value(data, 0, 0)
    except (ValueError, IndexError):  # a mark is missing, a number is none, or the text ends too early
        raise broken("it is cut or altered") from None
    if end != len(data):
        raise broken(f"something follows its end at byte {end}")
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
    raise broken(f"it holds what is no array, text or number at byte {at}")


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    colon = data.index(b":", at + 2, at + 16)
    start = colon + 2
    end = start + _integer(data, at + 2, colon)
    if data[at + 1] != 58 or data[colon + 1] != _QUOTE or end < start or data[end : end + 2] != b'";':
        raise ValueError
    return data[start:end], end + 2


def _array(data: bytes, at: int, depth: int) -> tuple[dict[Key, Value], int]:
    if depth == DEEPEST:
        raise broken(f"it is nested deeper than {DEEPEST} levels")
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


def broken(why: str) -> RecordError:
    """The error of a text that is no PHP value, or none that is taken."""
    return RecordError(OPTIONS_BROKEN, f"Of product_options: {why}.", field="product_options")
