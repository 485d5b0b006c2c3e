"""What the client must know about a call beside its address: its name in messages, its tier, whether it may repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

Lane = Literal["consent", "carts", "live", "bulk"]
Query = Mapping[str, str | int | Sequence[str | int]]

UNLIMITED = "unlimited"
_SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One call that another side offers, e.g. ``Operation("contacts.delete", "DELETE", tier="medium")``.

    ``name`` stands in messages in place of the path, which may hold a person's address. ``repeatable`` says that doing
    it twice is the same as doing it once, so that it may be sent again although it may have been delivered.
    """

    name: str
    method: str
    tier: str = UNLIMITED
    repeatable: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether a second delivery does no harm."""
        return self.repeatable or self.method in _SAFE_TO_REPEAT


def join_path(*segments: str | int) -> str:
    """``("contacts", "v3", "email", "a+b@example.com")`` → ``/contacts/v3/email/a%2Bb@example.com``."""
    return "".join(f"/{_segment(str(segment))}" for segment in segments)


def target(path: str, query: Query | None) -> str:
    """Path and query as they stand in the request line."""
    return f"{path}?{urlencode(query, doseq=True, quote_via=quote)}" if query else path


def _segment(text: str) -> str:
    # A lone "." or ".." would be taken as a step in the path by proxies.
    return text.replace(".", "%2E") if text in {".", ".."} else quote(text, safe="@")
