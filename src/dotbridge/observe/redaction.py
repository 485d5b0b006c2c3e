"""The last net under the log: whatever an event carries, no address, credential or payload leaves through it.

Events are meant to carry scalars. A mapping, a list or bytes is printed as its shape only, because a document of a
person cannot be told from a harmless one by looking at it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, MutableMapping
from typing import Any

from dotbridge.observe.private import DOTS, Email, Secret, known_secrets, mask

LONGEST_TEXT = 2_000
LONGEST_TRACE = 20_000

_EMAIL = re.compile(r"[\w.!#$&'*+?^`{|}~-]+(?:@|%40)(?:[\w-]+\.)+[\w-]{2,}", re.IGNORECASE)
_CREDENTIAL = re.compile(
    r"(?i)\b((?:proxy-)?authorization|password|passwd|secret|api[-_]?key|access[-_]?token|refresh[-_]?token|token)"
    r"(['\"]?\s*[:=]\s*['\"]?)(?:(basic|bearer|digest)\s+)?[^\s'\",;&]+"
)
_SCHEME = re.compile(r"\b(Basic|Bearer)\s+[A-Za-z0-9+/=._~-]{8,}")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@:]+:[^/\s@]+@")
_SENSITIVE_NAME = re.compile(
    r"(?i)authorization|password|passwd|secret|api_?key|token|cookie|passcode|"
    r"first_?name|last_?name|full_?name|phone|mobile|post_?code|ip_?address|birth"
)
_KEPT_WHOLE = frozenset({"level", "timestamp", "logger"})


def redact(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor; stands directly before the renderer, after exceptions have become text."""
    secrets = known_secrets()
    for name, value in event.items():
        if name in _KEPT_WHOLE:
            continue
        if _SENSITIVE_NAME.search(name) and not isinstance(value, int | Email):
            event[name] = DOTS
        else:
            event[name] = _shown(value, secrets, LONGEST_TRACE if name == "exception" else LONGEST_TEXT)
    return event


def clean(text: str, secrets: Collection[str] = ()) -> str:
    """``text`` without known secrets, credentials and whole e-mail addresses."""
    for secret in secrets:
        text = text.replace(secret, DOTS)
    text = _USERINFO.sub(rf"\1{DOTS}@", text)
    text = _CREDENTIAL.sub(rf"\1\2{DOTS}", text)
    text = _SCHEME.sub(rf"\1 {DOTS}", text)
    return _EMAIL.sub(lambda found: mask(re.sub("%40", "@", found.group(), flags=re.IGNORECASE)), text)


def _shown(value: object, secrets: Collection[str], longest: int) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case Email():
            return repr(value)
        case Secret():
            return DOTS
        case str():
            return _text(value, secrets, longest)
        case bytes() | bytearray() | memoryview():
            return f"<{len(value):,} bytes>"
        case Mapping():
            return f"<{len(value)} members>"
        case Collection():
            return f"<{len(value)} items>"
        case _:
            return _text(str(value), secrets, longest)


def _text(text: str, secrets: Collection[str], longest: int) -> str:
    if text[:1] in ("{", "[", "<") and len(text) > 2:
        return f"<text of {len(text):,} characters>"
    return clean(text if len(text) <= longest else text[:longest] + "…", secrets)
