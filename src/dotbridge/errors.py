"""Errors grouped by what the program does next, never by where they came from.

    DotbridgeError
     ├── ConfigError      stop, and tell a person what to change
     ├── RetryableError   try the same thing later (``retry_after`` seconds, when the other side said so)
     ├── RecordError      this record alone is refused; the rest go on
     └── FatalError       stop this run; going on could lose or double something

Every error carries a ``Code``: a stable id, what happened and what to do. The codes of a room stand in its own
``codes.py``; the reference page of all codes is generated from them, so that a code without words cannot exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Code:
    """One thing that can go wrong: a stable id (``MAP-EMAIL-INVALID``), what it means, and what a person does."""

    id: str
    what: str
    todo: str

    known: ClassVar[dict[str, Code]] = {}

    def __post_init__(self) -> None:
        if self.id in Code.known:
            raise ValueError(f"error code {self.id} is declared twice")
        Code.known[self.id] = self


class DotbridgeError(Exception):
    """Base of all errors that dotbridge raises on purpose.

    ``why`` names field and value of this case; it is shown to people and must hold no secret and no personal data
    beyond the value that is at fault.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: Code, why: str = "", *, field: str = "") -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why
        self.field = field

    def __str__(self) -> str:
        middle = f" {self.why}" if self.why else ""
        return f"{self.code.id}: {self.code.what}{middle} {self.code.todo}"


class ConfigError(DotbridgeError):
    """A person must change something first: credentials, a setting, a missing right."""

    exit_code = 4


class RetryableError(DotbridgeError):
    """The same call may succeed later; nothing is wrong with the data."""

    def __init__(self, code: Code, why: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(code, why)
        self.retry_after = retry_after


class RecordError(DotbridgeError):
    """This record cannot be taken as it is; it is rejected with this reason and the others go on."""


class FatalError(DotbridgeError):
    """The run must stop: an invariant does not hold, or the other side answers what cannot be understood."""
