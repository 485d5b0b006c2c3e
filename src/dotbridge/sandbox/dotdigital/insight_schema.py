"""The schema of an insight collection: inferred from what is written, fixed from then on (contract 15.2, 15.3).

Pure. A ``Schema`` is a tree of members; writing a document checks it and adds the members it has not seen. Members may
be missing, null says nothing, and a refused document leaves the schema as it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

STRING, NUMBER, BOOLEAN, INSTANT, RECORD, UNKNOWN = "STRING", "FLOAT", "BOOLEAN", "TIMESTAMP", "RECORD", ""

LONGEST_NAME = 255
LONGEST_TEXT = 32_767
LARGEST_NUMBER = 10**18
MOST_MEMBERS = 1000

_WORDS = {STRING: "String", NUMBER: "Number", BOOLEAN: "Boolean", INSTANT: "DateTime", RECORD: "Object"}
_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\Z")


class MisfitError(ValueError):
    """A document that the collection does not take; ``reason`` is a fault reason of 15.6."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Member:
    """Type and shape of one member; an array that was only ever empty has no type yet."""

    type: str
    repeated: bool = False
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def word(self) -> str:
        return "List" if self.repeated else _WORDS[self.type]


@dataclass(slots=True)
class Schema:
    """The members of a collection, with what one document added so far (to take it back if it is refused)."""

    members: dict[str, Member] = field(default_factory=dict)
    count: int = 0
    changed: bool = False
    _added: list[tuple[dict[str, Member], str]] = field(default_factory=list)
    _typed: list[Member] = field(default_factory=list)

    def take(self, document: Any) -> None:
        """Check a document and learn its new members; MisfitError leaves the schema as it was."""
        if type(document) is not dict:
            raise MisfitError("InvalidJson", "the document is not a JSON object")
        try:
            self._record(document, self.members)
        except MisfitError:
            self._take_back()
            raise
        if self._added or self._typed:
            self.changed = True
            self._added.clear()
            self._typed.clear()

    def _take_back(self) -> None:
        for members, name in self._added:
            members.pop(name, None)
        for member in self._typed:
            member.type = UNKNOWN
        self.count -= len(self._added)
        self._added.clear()
        self._typed.clear()

    def _record(self, document: dict[str, Any], members: dict[str, Member]) -> None:
        for name, value in document.items():
            if value is None:
                continue
            member = members.get(name)
            if member is None:
                member = self._learn(name, value, members)
            kind = type(value)
            if kind is list:
                if not member.repeated:
                    raise _conflict(name, member)
                self._list(name, value, member)
            elif member.repeated:
                raise _conflict(name, member)
            elif kind is dict:
                if member.type != RECORD:
                    raise _conflict(name, member)
                self._record(value, member.members)
            elif not _fits(value, member.type):
                raise _conflict(name, member)

    def _list(self, name: str, values: list[Any], member: Member) -> None:
        present = [value for value in values if value is not None]
        kinds = {_kind(value) for value in present}
        if "LIST" in kinds:
            raise MisfitError("JsonContainsNestedArray", f"'{name}' is an array inside an array")
        if len(kinds) > 1 and kinds != {STRING, INSTANT}:
            raise MisfitError("InconsistentTypes", f"the values of '{name}' are of different types")
        if not kinds:
            return
        if member.type == UNKNOWN:
            member.type = kinds.pop() if len(kinds) == 1 else STRING
            self._typed.append(member)
        for value in present:
            if type(value) is dict and member.type == RECORD:
                self._record(value, member.members)
            elif type(value) is dict or not _fits(value, member.type):
                raise _conflict(name, member)

    def _learn(self, name: str, value: Any, members: dict[str, Member]) -> Member:
        if len(name) > LONGEST_NAME:
            raise MisfitError("JsonKeyTooLong", f"'{name[:40]}…' is longer than {LONGEST_NAME} characters")
        if not _NAME.match(name):
            raise MisfitError("JsonKeyInvalidCharacters", f"'{name}' holds other characters than A-Z a-z 0-9 _ -")
        if "-" in name or "_" in name:
            plain = name.replace("-", "_")
            for other in members:
                if other.replace("-", "_") == plain:
                    raise MisfitError("JsonContainsDashUnderscoreClash", f"'{name}' and '{other}' differ by dash only")
        if self.count >= MOST_MEMBERS:
            raise MisfitError("TooManyDistinctKeyValuePairs", f"a collection has at most {MOST_MEMBERS} members")
        repeated = type(value) is list
        member = members[name] = Member(UNKNOWN if repeated else _kind(value), repeated)
        self._added.append((members, name))
        self.count += 1
        return member


def _conflict(name: str, member: Member) -> MisfitError:
    detail = f"A value named '{name}' of type {member.word} already exists in this collection"
    return MisfitError("JsonValueIncompatibleWithSchema", f"{detail} and new values must be of this type.")


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return INSTANT if _INSTANT.match(value) else STRING
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, dict):
        return RECORD
    return "LIST" if isinstance(value, list) else NUMBER


def _fits(value: Any, kind: str) -> bool:
    """Whether a scalar may stand where ``kind`` is fixed; any text fits a text, dates included."""
    given = type(value)
    if given is str:
        if len(value) > LONGEST_TEXT:
            raise MisfitError("JsonValueTooLong", f"a text is longer than {LONGEST_TEXT} characters")
        return kind == STRING or (kind == INSTANT and _INSTANT.match(value) is not None)
    if given is bool:
        return kind == BOOLEAN
    if abs(value) >= LARGEST_NUMBER:
        raise MisfitError("JsonNumberValueTooLarge", f"{value} has more than 18 digits")
    return kind == NUMBER


def load(stored: dict[str, Any]) -> Schema:
    """A schema from what ``dump`` gave."""
    schema = Schema()
    schema.members = {name: _load_member(item) for name, item in stored.items()}
    schema.count = sum(map(_count, schema.members.values()))
    return schema


def _load_member(item: list[Any]) -> Member:
    return Member(item[0], bool(item[1]), {name: _load_member(inner) for name, inner in item[2].items()})


def _count(member: Member) -> int:
    return 1 + sum(map(_count, member.members.values()))


def dump(members: dict[str, Member]) -> dict[str, Any]:
    """The schema as plain JSON: name → [type, repeated, members]."""
    return {name: [item.type, int(item.repeated), dump(item.members)] for name, item in members.items()}


def describe(members: dict[str, Member]) -> list[dict[str, Any]]:
    """The members as the v3 schema call lists them."""
    return [
        {
            "name": name,
            "mode": "REPEATED" if member.repeated else "NULLABLE",
            "type": member.type or STRING,
            "fields": describe(member.members),
        }
        for name, member in members.items()
    ]
