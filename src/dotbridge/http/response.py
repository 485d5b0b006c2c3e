"""An answer of the other side: read to its end, its JSON parsed only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from dotbridge.errors import RetryableError
from dotbridge.http.codes import ANSWER_UNREADABLE, OUTCOME_UNKNOWN
from dotbridge.http.errors import OutcomeUnknown, Transient
from dotbridge.http.operation import Operation


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers (case-insensitive) and the decoded body of the answer to ``operation``."""

    operation: Operation
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Any 2xx: Dotdigital's published success statuses disagree with each other (dotdigital-api §7)."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; a byte-order mark is dropped, broken characters are replaced."""
        return self.body.decode("utf-8-sig", errors="replace")

    @property
    def is_html(self) -> bool:
        """Whether a web page came: a gateway answered, not the service."""
        media = self.headers.get("content-type", "").lower()
        return "html" in media or self.body[:64].lstrip().lower().startswith((b"<!doctype html", b"<html"))

    def json(self) -> Any:
        """The parsed body. Empty, cut off or not JSON: ``RetryableError``, or ``OutcomeUnknown`` after an effect."""
        try:
            return orjson.loads(self.body.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            raise self.unreadable("not JSON" if self.body else "empty") from error

    def unreadable(self, why: str) -> RetryableError:
        """The error that says this answer cannot be understood, by what the call may have done."""
        what = f"{self.operation.name} answered {self.status}: {why}."
        if self.ok and not self.operation.may_repeat:
            return OutcomeUnknown(OUTCOME_UNKNOWN, what)
        return Transient(ANSWER_UNREADABLE, what)
