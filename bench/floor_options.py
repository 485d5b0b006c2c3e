"""The floor's reading of options, PHP-serialised or in JSON: only what a line shows, equal text once.

A text that has the plain layout which Magento writes, each string's length proved, is read by three regular
expressions; any other one is parsed byte by byte.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import orjson

_LISTS = (b"attributes_info", b"options", b"additional_options")
_SCALAR = rb's:\d+:"[^"{}]*+";|[ib]:-?\d++;|d:[^;"{}]++;|N;'
_FLAT = rb"a:\d++:\{(?:%s)*+\}" % _SCALAR
_NESTED = rb"a:\d++:\{(?:%s|%s)*+\}" % (_SCALAR, _FLAT)
_PLAIN = re.compile(rb"a:\d++:\{(?:%s|%s|%s)*+\}" % (_SCALAR, _FLAT, _NESTED)).fullmatch
_SHOWN = re.compile(rb's:\d++:"(?:%s)";a:\d++:\{((?:i:\d++;%s)*+)\}' % (b"|".join(_LISTS), _FLAT))
_ENTRY = re.compile(
    rb's:5:"label";s:\d++:"([^"]*+)";s:5:"value";(?:s:\d++:"[^"]*+";s:11:"print_value";)?s:\d++:"([^"]*+)";'
).findall
_LENGTHS = [b"s:%d:" % length for length in range(1000)]

Shown = tuple[dict[str, str], ...]


def shown_options(text: str | None) -> Shown:
    """Title and value of what the line shows."""
    if not text:
        return ()
    if text[0] == "{":
        return _read_json(text) if '"options"' in text or '"attributes_info"' in text else ()
    if 'options";a:' not in text and 'attributes_info";a:' not in text:
        return ()
    return _read(text)


@lru_cache(4096)
def _read_json(text: str) -> Shown:
    top = orjson.loads(text)
    entries = [*top.get("attributes_info", ()), *top.get("options", ())]
    return tuple([{"title": entry["label"], "value": entry.get("print_value") or entry["value"]} for entry in entries])


@lru_cache(4096)
def _read(text: str) -> Shown:
    data = text.encode()
    found = _quick(data)
    if found is None:
        top = _value(data, 0)[0]
        entries = [entry for name in _LISTS for entry in top.get(name, {}).values()]
        found = [(entry[b"label"], entry.get(b"print_value", entry[b"value"])) for entry in entries]
    return tuple([{"title": label.decode(), "value": value.decode()} for label, value in found])


def _quick(data: bytes) -> list[tuple[bytes, bytes]] | None:
    if not _PLAIN(data):
        return None
    parts = data.split(b'"')
    for before, text in zip(parts[::2], parts[1::2], strict=False):
        if len(text) > 999 or not before.endswith(_LENGTHS[len(text)]):
            return None
    return [pair for entries in _SHOWN.findall(data) for pair in _ENTRY(entries)]


def _value(data: bytes, at: int) -> tuple[Any, int]:
    kind = data[at : at + 1]
    if kind == b"N":
        return b"", at + 2
    mark = data.index(b":" if kind in b"sa" else b";", at + 2)
    if kind == b"s":
        end = mark + 2 + int(data[at + 2 : mark])
        return data[mark + 2 : end], end + 2
    if kind != b"a":
        return data[at + 2 : mark], mark + 1
    filled: dict[bytes, Any] = {}
    count, at = int(data[at + 2 : mark]), mark + 2
    for _ in range(count):
        key, at = _value(data, at)
        filled[key], at = _value(data, at)
    return filled, at + 1
