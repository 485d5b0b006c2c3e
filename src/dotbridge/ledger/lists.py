"""Each kind of people of each website has a list of its own: who leaves one, leaves nothing else with it."""

from __future__ import annotations

from collections.abc import Mapping

from dotbridge.dotdigital.lists import RESERVED_LISTS
from dotbridge.errors import ConfigError
from dotbridge.ledger.codes import LIST_RESERVED, LISTS_ALIKE
from dotbridge.ledger.models import DotdigitalAccount, Website

KINDS = ("customer", "subscriber", "guest")

_RESERVED = {name.casefold() for name in RESERVED_LISTS}


def check_lists(account: DotdigitalAccount, names: Mapping[str, int]) -> None:
    """Raises ConfigError where two kinds of people share a list, or one of Dotdigital's own is chosen.

    ``names`` are the account's lists with their ids, as far as they are known.
    """
    reserved = {number: name for name, number in names.items() if name.casefold() in _RESERVED}
    seen: dict[int, str] = {}
    for website in Website.objects.filter(account=account).select_related("connection").order_by("pk"):
        for kind in KINDS:
            number = getattr(website, f"{kind}_list")
            if number is None:
                continue
            place = f"the {kind}s of {website.connection.key}/{website.code}"
            if number in reserved:
                raise ConfigError(LIST_RESERVED, f"{place}: list {number} is {reserved[number]!r}.", field="lists")
            if number in seen:
                raise ConfigError(
                    LISTS_ALIKE, f"List {number} is that of {seen[number]} and of {place}.", field="lists"
                )
            seen[number] = place
