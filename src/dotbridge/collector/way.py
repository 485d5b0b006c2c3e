"""Which way a contact's document travels: in which kind of import, and with whom it may share one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dotbridge.dotdigital import csv_file
from dotbridge.ledger.states import Transport


class Way(NamedTuple):
    """Documents of one way share batches: a file takes the same ``legs`` for everybody in it, and clears the same fields."""

    transport: Transport = Transport.V3
    legs: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()


BY_JSON = Way()
#: What Dotdigital has told of whoever goes by file: nothing yet, or that they are subscribed. v2 refuses the data of the
#: others.
_PLAIN = ("", "subscribed")


def way_of(document: Mapping[str, Any], channel: str) -> Way:
    """The way of an account that sends files; ``channel`` is Dotdigital's word for the person's e-mail channel."""
    if channel not in _PLAIN or not csv_file.takes(document):
        return BY_JSON
    cleared = csv_file.cleared(document)
    first, *others = map(str, document.get("lists") or ["all"])
    return Way(Transport.V2, (first, *(["clear"] if cleared else []), *others), cleared)
