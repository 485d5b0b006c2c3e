"""The account's programs, read for the survey of an account and for choosing one (§20)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dotbridge.dotdigital.api import Api
from dotbridge.dotdigital.words import Instant, Word
from dotbridge.http.operation import Operation

PAGE_OF_PROGRAMS = Operation("programs.page", "GET", tier="medium")


class Program(msgspec.Struct, frozen=True, rename="camel"):
    """``status``: draft, active, deactivated or read_only; only an active one takes contacts."""

    id: int
    name: str = ""
    status: Word = Word("")
    date_created: Instant | None = None


class ProgramsPart:
    """Reads programs."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def all(self) -> Iterator[Program]:
        """Every program once."""
        seen: set[int] = set()
        for page in self._api.pages(Program, PAGE_OF_PROGRAMS, "v2", "programs"):
            for program in page:
                if program.id not in seen:
                    seen.add(program.id)
                    yield program
