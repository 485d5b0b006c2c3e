"""What was chosen on a line of an order, from ``product_options`` in the shop's database (magento2-data §3.3).

JSON since 2.2; labels are those of the moment of the order, in the language of its store view. Empty PHP arrays come as
lists where an object is expected, also where a list is an object of numbered members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import unescape
from typing import Any

import orjson

from dotbridge.commerce.order import Option
from dotbridge.errors import RecordError
from dotbridge.sources.magento2.codes import OPTIONS_BROKEN
from dotbridge.sources.magento2.to_commerce.lines import option_order
from dotbridge.sources.magento2.to_commerce.values import text

#: The lists that Magento shows on a line.
_MARKS = ('"attributes_info"', '"options"', '"additional_options"')
_DATES = frozenset({"date", "date_time", "time"})


@lru_cache(8192)
def line_options(held: str) -> tuple[Option, ...]:
    """Options of a line, a variant's choices first, as with REST; raises RecordError where the text is damaged. Equal text is read once."""
    if not any([mark in held for mark in _MARKS]):
        return ()
    try:
        top = orjson.loads(held)
    except orjson.JSONDecodeError:
        raise RecordError(OPTIONS_BROKEN, "product_options is no JSON.", field="product_options") from None
    if not isinstance(top, dict):
        return ()
    chosen = sorted(_entries(top.get("options")), key=lambda entry: option_order(entry.get("option_id")))
    shown = [*_entries(top.get("attributes_info")), *chosen, *_entries(top.get("additional_options"))]
    return tuple([_option(entry) for entry in shown])


def _entries(found: Any) -> Iterable[Mapping[str, Any]]:
    listed = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return [entry for entry in listed if isinstance(entry, Mapping)]


def _option(entry: Mapping[str, Any]) -> Option:
    value, shown = entry.get("value"), entry.get("print_value")
    if entry.get("option_type") in _DATES and text(entry.get("option_value"))[:4].isdigit():
        # The other two are written for people, in the language of the store view.
        read = text(entry["option_value"]).removesuffix(" 00:00:00")
    else:
        read = text(shown) if shown not in (None, "") else unescape(_plain(value))
    return Option(text(entry.get("label")), read, text(entry.get("option_id")))


def _plain(value: Any) -> str:
    return ", ".join([text(one) for one in value]) if isinstance(value, list) else text(value)
