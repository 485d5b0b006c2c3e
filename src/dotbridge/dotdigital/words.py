"""Evens out what the API spells in several ways: instants, status words, and members that are ``null``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_INSTANT = re.compile(r'"?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|[+-]00:?00)?"?\s*')
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s-]+")
_SAME_WORD = {"domain_suppression": "domain_suppressed", "isp_complaints": "isp_complained", "complete": "finished"}
_KEPT_WHOLE = frozenset({"dataFields", "json", "defaultValue"})


class Instant(str):
    """UTC as ``YYYY-MM-DDTHH:MM:SSZ``, whatever decimals and zone mark were sent (§2.4); decimals are cut off."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Instant:
        """Raises ``ValueError`` for what is no instant in UTC."""
        if not (found := _INSTANT.fullmatch(text.strip())):
            raise ValueError("not an instant in UTC")
        return cls(f"{found[1]}T{found[2]}Z")


class Word(str):
    """A status, reason or type in our spelling: ``HardBounced`` and ``Hard bounced`` both become ``hard_bounced``."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Word:
        word = _HUMP.sub("_", text.strip()).lower()
        return cls(_SAME_WORD.get(word, word))


def convert(payload: Any, shape: type[T]) -> T:
    """``payload`` as ``shape``: unknown members ignored, ``null`` like absent, numbers in text taken as numbers.

    Raises ``msgspec.ValidationError``. Contents of data fields and documents are left as they are.
    """
    return msgspec.convert(_without_nulls(payload), shape, strict=False, dec_hook=_decode)


def folded(payload: Any) -> Any:
    """With the members of two answers that come in PascalCase (``Id``, ``Name``, ``Status``) in camelCase (§2.4)."""
    if isinstance(payload, list):
        return [folded(item) for item in payload]
    if isinstance(payload, Mapping):
        return {f"{name[:1].lower()}{name[1:]}": value for name, value in payload.items()}
    return payload


def _without_nulls(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            name: value if name in _KEPT_WHOLE else _without_nulls(value)
            for name, value in node.items()
            if value is not None
        }
    return [_without_nulls(item) for item in node] if isinstance(node, list) else node


def _decode(wanted: type[Any], value: Any) -> Any:
    if wanted in {Instant, Word} and isinstance(value, str):
        return wanted.parse(value)
    raise NotImplementedError(f"{wanted} is no type of this API")
