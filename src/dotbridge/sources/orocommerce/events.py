"""Oro's outgoing webhooks (§7.4, 7.0.2 and newer): JSON ``{topic, eventData, timestamp, messageId}``, signed.

    Webhook-Topic: order.updated
    Webhook-Id: 550e8400-e29b-41d4-a716-446655440000
    Webhook-Signature: <hex HMAC-SHA256 of the raw body>
    Webhook-Signature-Algorithm: HMAC-SHA256

The signature covers no time: what is old is known by the ``timestamp`` inside of the signed body. A topic that
concerns us not is taken and gives nothing: Oro drops what is refused, and takes a 410 for the end of the subscription.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from dotbridge.commerce.clock import FORM
from dotbridge.errors import RecordError
from dotbridge.sources.base import EVENT_SECRET, EventForm, Happened, Posted, assert_fresh
from dotbridge.sources.codes import EVENT_BROKEN, EVENT_FORGED

TOPIC, MESSAGE, SIGNATURE = "webhook-topic", "webhook-id", "webhook-signature"
ALGORITHM = "webhook-signature-algorithm"

#: Streams by the alias in a topic. An order tells of its lines, a shopping list of its items.
STREAMS: Mapping[str, tuple[str, ...]] = {
    "customeruser": ("customers",),
    "contact": ("customers",),
    "order": ("orders",),
    "product": ("products",),
    "shoppinglist": ("carts", "wishlists"),
}


class _Body(msgspec.Struct):
    topic: str
    eventData: Any = None  # noqa: N815 - as Oro writes it
    timestamp: int | float = 0
    messageId: str = ""  # noqa: N815 - as Oro writes it


class Webhook(EventForm):
    """A delivery in the ``default`` or the ``thin`` format, or with a class for a type where the API has no resource."""

    def recognises(self, posted: Posted) -> bool:
        return posted.method == "POST" and TOPIC in posted.headers

    def verify(self, posted: Posted) -> None:
        secret = str(self.settings.get(EVENT_SECRET.name) or "")
        given = posted.headers.get(SIGNATURE, "").strip().lower()
        algorithm = posted.headers.get(ALGORITHM, "HMAC-SHA256").strip().upper()
        right = hmac.compare_digest(sign(secret, posted.body).encode(), given.encode())
        if not secret or not right or algorithm != "HMAC-SHA256":
            raise RecordError(EVENT_FORGED)
        assert_fresh(posted, _body(posted.body).timestamp)

    def decode(self, headers: Mapping[str, str], body: bytes) -> list[Happened]:
        told = _body(body)
        # One record's own topic ends in its id: order.updated.42.
        alias, action, *_ = [*told.topic.lower().split("."), "", ""]
        streams = STREAMS.get(alias, ())
        if not streams or action not in ("created", "updated", "deleted"):
            return []
        ids = _ids(told.eventData)
        event_id = told.messageId or headers.get(MESSAGE, "")
        at = datetime.fromtimestamp(told.timestamp, UTC).strftime(FORM)
        return [
            Happened(stream, ids, action == "deleted", f"{event_id}:{stream}" if event_id and place else event_id, at)
            for place, stream in enumerate(streams)
        ]


def sign(secret: str, body: bytes) -> str:
    """The value of the signature header."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _body(body: bytes) -> _Body:
    try:
        told = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(EVENT_BROKEN, f"{error}.") from None
    if not 0 <= told.timestamp < 1 << 33:
        raise RecordError(EVENT_BROKEN, "Its timestamp is no instant.", field="timestamp")
    return told


def _ids(data: Any) -> tuple[str, ...]:
    inner = data.get("data") if isinstance(data, dict) else None
    items = inner if isinstance(inner, list) else [inner]
    ids = tuple([str(item.get("id")) for item in items if isinstance(item, dict)])
    if not ids or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in ids):
        raise RecordError(EVENT_BROKEN, "It names no record.", field="eventData")
    return ids
