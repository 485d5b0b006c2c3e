"""The two spellings of insight documents: camelCase (Magento 2) and snake_case (Magento 1, the help pages).

An account's collections hold one of them for ever (dotdigital-api §19); documents are built in camelCase and respelled
by a table that comes from the declared members. Names below a member of type ``free`` are the merchant's own and stay.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

MemberType = Literal["text", "number", "instant", "moment", "id", "object", "array", "free", "free array"]
Table = dict[str, tuple[str, "Table"]]

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


class Member(NamedTuple):
    """One member of a document, by its dotted path in camelCase.

    ``instant`` is ISO 8601 with offset, ``moment`` the form of ``purchaseDate``, ``id`` a number or text as the account
    holds it, ``free`` an object whose names are the merchant's. ``snake`` is set where the rule does not give it.
    """

    path: str
    type: MemberType
    meaning: str
    snake: str = ""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    @property
    def snake_name(self) -> str:
        """How snake_case accounts spell it."""
        return self.snake or snake(self.name)


def snake(name: str) -> str:
    """``orderTotal`` → ``order_total``; names that begin with a capital (``Name``, ``Id``) are the same everywhere."""
    return name if name[:1].isupper() else _HUMP.sub(lambda hump: "_" + hump[1].lower(), name)


def under(path: str, members: tuple[Member, ...]) -> tuple[Member, ...]:
    """The same members as parts of ``path``."""
    return tuple([member._replace(path=f"{path}.{member.path}") for member in members])


def table(members: tuple[Member, ...]) -> Table:
    """The nested renaming table of the declared members."""
    root: Table = {}
    for member in members:
        level = root
        *parents, name = member.path.split(".")
        for parent in parents:
            level = level[parent][1]
        level[name] = (member.snake_name, {})
    return root


def changing(names: Table) -> Table:
    """The table without the objects in which both spellings agree; empty where they agree everywhere."""
    kept = {name: (new, changing(below)) for name, (new, below) in names.items()}
    return kept if any([new != name or below for name, (new, below) in kept.items()]) else {}


def respell(document: dict[str, Any], names: Table) -> dict[str, Any]:
    """The document with its declared members renamed, order kept."""
    result: dict[str, Any] = {}
    for name, value in document.items():
        new, below = names.get(name) or (name, None)
        if below and value.__class__ is dict:
            result[new] = respell(value, below)
        elif below and value.__class__ is list:
            result[new] = [respell(item, below) for item in value]
        else:
            result[new] = value
    return result
