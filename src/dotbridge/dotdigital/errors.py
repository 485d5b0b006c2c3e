"""Turns what Dotdigital refuses into our errors: by the word in the body first, by the status only then.

``explain`` is what the HTTP client asks; ``recovery`` is what the importer switches on.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.codes import RECOVERY, Recovery
from dotbridge.dotdigital.refusals import REFUSALS
from dotbridge.errors import Code, ConfigError, DotbridgeError, FatalError, RecordError, RetryableError
from dotbridge.http.errors import OutcomeUnknown, RateLimited
from dotbridge.http.rate_limit import retry_after
from dotbridge.http.response import Response

_WORD = re.compile(r"ERROR_[A-Z0-9_]+")
_LONGEST_TEXT = 300
_MOST_DETAILS = 5

_NOT_UNDERSTOOD = frozenset({codes.UNEXPECTED, codes.NOT_OURS, codes.FILE_INVALID, codes.ANSWER_SHAPE})
_WAITS: Mapping[Code, float] = {
    codes.TOO_MANY_IMPORTS: 30.0,  # the poll interval recommended for imports (§5.2)
    codes.TOO_MANY_JOBS: 30.0,
    codes.NOT_READY: 30.0,
    codes.UNAVAILABLE: 60.0,
    codes.API_USAGE: 600.0,  # a rolling hour: a sixth of it frees about a sixth of the calls
    codes.ENROLMENT_ALLOWANCE: 600.0,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the body of a refused answer says: a word (may be empty), a text, and details as ``item: description``."""

    word: str
    text: str
    details: tuple[str, ...] = ()

    @classmethod
    def read(cls, body: bytes) -> Refusal:
        """From a v2 or v3 body; text that is not JSON stays text, a web page says nothing (§4.1, §4.2)."""
        try:
            told = orjson.loads(body)
        except orjson.JSONDecodeError:
            text = body.decode("utf-8-sig", errors="replace").strip()
            return cls._of_text("" if text.startswith("<") else text)
        if isinstance(told, list) and told:
            told = told[0]
        if isinstance(told, str):
            return cls._of_text(told)
        if not isinstance(told, dict):
            return cls("", "")
        members = {str(name).lower(): value for name, value in told.items()}
        if isinstance(word := members.get("errorcode"), str):
            return cls(word.strip(), _short(members.get("description")), tuple(_details(members.get("details"))))
        return cls._of_text(str(members.get("message") or ""))

    @classmethod
    def _of_text(cls, text: str) -> Refusal:
        words = _WORD.findall(text)
        rest = text.replace(words[-1], "") if words else text
        return cls(words[-1] if words else "", _short(rest.strip().removeprefix("Error:")))

    @property
    def sentence(self) -> str:
        """Text and details, for the ``why`` of an error."""
        return " ".join(part for part in (self.text, "; ".join(self.details)) if part)


def explain(response: Response) -> DotbridgeError | None:
    """The error behind a refused answer; ``None`` if only its status speaks (rate of calls, 5xx of a gateway)."""
    refusal = Refusal.read(response.body)
    known = REFUSALS.get(refusal.word.lower())
    code = known[0] if known else _by_status(response.status, refusal)
    if code is None:
        return None
    fact = known[1] if known else ""
    why = " ".join(part for part in (f"{response.operation.name}:", fact, refusal.sentence) if part)
    return build(code, why, wait=retry_after(response.headers, time.time()))


def build(code: Code, why: str, *, wait: float | None = None) -> DotbridgeError:
    """The error of ``code`` in the class that its recovery asks for; ``wait`` overrules the usual wait in seconds."""
    wait = wait if wait is not None else _WAITS.get(code)
    if code in _NOT_UNDERSTOOD:
        return FatalError(code, why)
    if code is codes.API_USAGE:
        return RateLimited(code, why, retry_after=wait, whole=True)
    match RECOVERY[code]:
        case "retry":
            return RetryableError(code, why, retry_after=wait)
        case "unknown":
            return OutcomeUnknown(code, why)
        case "split" | "record":
            return RecordError(code, why)
        case _:
            return ConfigError(code, why)


def recovery(error: DotbridgeError) -> Recovery:
    """What to do after ``error``, whether Dotdigital said it or the way there."""
    if error.code in RECOVERY:
        return RECOVERY[error.code]
    match error:
        case OutcomeUnknown():
            return "unknown"
        case RetryableError():
            return "retry"
        case RecordError():
            return "record"
        case ConfigError():
            return "config"
        case _:
            return "park"


def _by_status(status: int, refusal: Refusal) -> Code | None:
    """For words that are not in the table, or none: what the status alone allows to say."""
    word = refusal.word.lower()
    if status == 429:
        # Limits of jobs come with a word, limits of calls without (§5.1).
        if "toomany" not in word:
            return None
        return codes.TOO_MANY_IMPORTS if "import" in word else codes.TOO_MANY_JOBS
    if status in {408, 425} or status >= 500:
        return None
    by_status = {
        401: codes.CREDENTIALS,
        403: codes.NOT_ALLOWED,
        404: codes.NOT_FOUND,
        409: codes.IDENTIFIER_TAKEN if word.startswith("contacts:") else codes.UNEXPECTED,
        412: codes.COLLECTION_LIMIT,
        413: codes.TOO_LARGE,
    }
    if code := by_status.get(status):
        return code
    if refusal.text.lower().startswith("file must be valid"):
        return codes.FILE_INVALID
    # Details name values: the content is at fault. Without them the refusal may concern anything.
    return codes.BAD_CONTENT if refusal.details else codes.UNEXPECTED


def _details(told: Any) -> list[str]:
    if not isinstance(told, list):
        return []
    items = [item for item in told if isinstance(item, dict)][:_MOST_DETAILS]
    return [f"{_short(item.get('item'))}: {_short(item.get('description') or item.get('error'))}" for item in items]


def _short(text: object) -> str:
    line = " ".join(str(text or "").split())
    return line if len(line) <= _LONGEST_TEXT else line[:_LONGEST_TEXT] + "…"
