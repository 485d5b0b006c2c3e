"""Pages of v3: ``_links`` with opaque markers, ``_items``, and ``~`` filters (contract, section 6)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from .clock import iso, parse_instant
from .exchange import Answer, Call
from .refusals import refuse_v3

_SINCE = re.compile(r"gte::(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z)\Z")


def encode(mark: str) -> str:
    return base64.b64encode(mark.encode()).decode()


def read_marker(call: Call, service: str) -> str:
    """Where the page starts: after this mark, or at the beginning for an empty text."""
    given = call.query("marker")
    try:
        return base64.b64decode(given, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        refuse_v3(400, f"{service}:badRequest", f"The marker '{given}' is invalid")


def read_limit(call: Call, service: str) -> int:
    given = call.query("limit", "5000")
    if not given.isdigit() or not 1 <= int(given) <= 5000:
        refuse_v3(400, f"{service}:badRequest", f"The limit '{given}' is not between 1 and 5000")
    return int(given)


def read_since(call: Call, name: str, service: str) -> str:
    """The instant of a ``gte::`` filter as stored text, or nothing if the filter is absent."""
    given = call.query(name)
    if not given:
        return ""
    match = _SINCE.match(given)
    if match is None:
        refuse_v3(400, f"{service}:invalidFilter", f"The filter value '{given}' is invalid")
    return iso(parse_instant(match[1]))


def page(call: Call, path: str, rows: list[Any], limit: int, mark: Callable[[Any], str], items: list[Any]) -> Answer:
    """One page; ``rows`` holds one row more than ``limit`` when there is a next page."""
    kept = [(name, value) for name, values in call.incoming.query.items() if name != "marker" for value in values]

    def link(marker: str | None) -> dict[str, str]:
        query = urlencode([*kept, ("marker", marker)] if marker else kept, safe="~:=")
        return {"marker": marker or encode("0"), "link": f"{path}?{query}" if query else path}

    links = {"self": link(call.query("marker") or None), "first": link(None)}
    if len(rows) > limit:
        links["next"] = link(encode(mark(rows[limit - 1])))
    return Answer.of({"_links": links, "_items": items[:limit]})
