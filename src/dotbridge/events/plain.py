"""The plain signed form that any shop plugin or script can post, for every platform.

    POST /events/<connection>/
    Dotbridge-Timestamp: 1767225600
    Dotbridge-Signature: sha256=<hex HMAC-SHA256, keyed with the event secret, of "<timestamp>." and the body>

    {"kind": "orders", "ids": ["1001", "1002"]}

``id`` may name the event, so that a sender may repeat it; ``deleted`` and ``at`` may be told and change nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

import msgspec

from dotbridge.errors import RecordError
from dotbridge.sources.base import EVENT_SECRET, EventForm, Happened, Posted, assert_fresh
from dotbridge.sources.codes import EVENT_BROKEN, EVENT_FORGED, EVENT_STALE

TIMESTAMP, SIGNATURE = "dotbridge-timestamp", "dotbridge-signature"
MOST_IDS = 1000
_SECONDS = re.compile(r"[0-9]{1,11}").fullmatch


class _Body(msgspec.Struct):
    kind: str
    ids: list[str | int]
    id: str = ""
    at: str = ""
    deleted: bool = False


class PlainForm(EventForm):
    """``{kind, ids}`` with a signature over timestamp and body."""

    def recognises(self, posted: Posted) -> bool:
        return posted.method == "POST" and SIGNATURE in posted.headers

    def verify(self, posted: Posted) -> None:
        stamp = posted.headers.get(TIMESTAMP, "")
        signature = posted.headers[SIGNATURE]
        secret = str(self.settings.get(EVENT_SECRET.name) or "")
        # Computed without a secret as well, so that the time of the answer does not tell whether there is one.
        right = hmac.compare_digest(sign(secret, stamp, posted.body).encode(), signature.encode())
        if not secret or not right:
            raise RecordError(EVENT_FORGED)
        if not _SECONDS(stamp):
            raise RecordError(EVENT_STALE, f"Its {TIMESTAMP} is {stamp[:32]!r}; it counts the seconds since 1970.")
        assert_fresh(posted, int(stamp))

    def decode(self, headers: Mapping[str, str], body: bytes) -> list[Happened]:
        try:
            told = msgspec.json.decode(body, type=_Body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RecordError(EVENT_BROKEN, f"{error}.") from None
        ids = tuple(dict.fromkeys(str(one).strip() for one in told.ids))
        if not 0 < len(ids) <= MOST_IDS:
            raise RecordError(EVENT_BROKEN, f"It has {len(ids)} ids; 1 to {MOST_IDS} are taken.", field="ids")
        return [Happened(told.kind, ids, told.deleted, told.id or headers[SIGNATURE], told.at)]


def sign(secret: str, stamp: str, body: bytes) -> str:
    """The value of the signature header."""
    return "sha256=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
