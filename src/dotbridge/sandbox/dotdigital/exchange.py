"""What comes in and what goes out: one call with its account, one answer, one refusal.

Handlers see a ``Call`` and give an ``Answer``; they know no sockets. A ``Refusal`` is an answer that undoes whatever
the handler wrote before it.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from .accounts import Account

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers as they go over the wire."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any, status: int = 200) -> Answer:
        return cls(status, orjson.dumps(document), JSON)

    @classmethod
    def text(cls, text: str, content_type: str = "text/plain; charset=utf-8", status: int = 200) -> Answer:
        return cls(status, text.encode(), content_type)

    @classmethod
    def nothing(cls, status: int = 204) -> Answer:
        return cls(status)


class Refusal(Exception):  # noqa: N818 - an answer of the platform, not a failure of the sandbox
    """The platform says no: the answer goes out and nothing the handler wrote stays."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request as read from the socket; ``segments`` are decoded one by one, so that a key may hold ``%2F``."""

    method: str
    target: str
    segments: tuple[str, ...]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Call:
    """One request on its way through a handler, inside the one write transaction of the sandbox."""

    incoming: Incoming
    db: sqlite3.Connection
    account: Account
    now: dt.datetime
    params: Mapping[str, str]
    body_id: int

    @property
    def body(self) -> bytes:
        return self.incoming.body

    def query(self, name: str, default: str = "") -> str:
        """The last value of a query parameter; names compare exactly."""
        values = self.incoming.query.get(name)
        return values[-1] if values else default

    def flag(self, name: str) -> bool:
        return self.query(name).lower() in ("true", "1")
