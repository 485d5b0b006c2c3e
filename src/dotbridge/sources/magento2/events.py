"""Adobe I/O Events of Adobe Commerce 2.4.4 and newer (contract magento2-data §6), as hints of what to read again.

Not Adobe's webhooks, which run inside the shopper's request. Delivery is at least once, unordered, up to a minute late;
the signature covers the body alone and names no instant, so that a repeated post is known by its event's id.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from dotbridge.errors import RecordError
from dotbridge.http.client import HttpClient
from dotbridge.http.operation import Operation
from dotbridge.sources.base import Answer, EventForm, Field, Happened, Posted
from dotbridge.sources.codes import EVENT_BROKEN, EVENT_FORGED

KEYS = "https://static.adobeioevents.com"
CLIENT_ID = Field(
    "adobe_client_id",
    "Adobe I/O client id",
    required=False,
    help="Of the project whose events come to /events/<connection>/; only with it Adobe's events are taken.",
)
_KEY = Operation("adobe.public_key", "GET")
# What may be asked for there: a path from a header must not lead elsewhere.
_KEY_PATH = re.compile(r"/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+){0,4}/[A-Za-z0-9_-]+\.pem")
_PREFIX = "com.adobe.commerce."


class _Names(NamedTuple):
    """Whose id the value of an event holds, under which of these names."""

    stream: str
    members: tuple[str, ...]


_ENTITY = ("entity_id", "id")
#: The events that concern us, without their suffix of the moment (``_commit_after``, ``_after``).
_EVENTS = {
    "customer_save": _Names("customers", _ENTITY),
    "customer_delete": _Names("customers", _ENTITY),
    "newsletter_subscriber_save": _Names("subscribers", ("subscriber_id",)),
    "newsletter_subscriber_delete": _Names("subscribers", ("subscriber_id",)),
    "sales_order_save": _Names("orders", _ENTITY),
    "checkout_submit_all": _Names("orders", _ENTITY),
    "sales_order_creditmemo_save": _Names("orders", ("order_id",)),
    "sales_order_shipment_save": _Names("orders", ("order_id",)),
    "sales_order_shipment_track_save": _Names("orders", ("order_id",)),
    "sales_quote_save": _Names("carts", _ENTITY),
    "catalog_product_save": _Names("products", _ENTITY),
    "catalog_product_delete": _Names("products", _ENTITY),
    "cataloginventory_stock_item_save": _Names("products", ("product_id",)),
    "review_save": _Names("reviews", ("review_id",)),
    "wishlist_save": _Names("wishlists", ("wishlist_id",)),
}


class _Data(msgspec.Struct):
    value: dict[str, Any] = {}


class _Event(msgspec.Struct):
    """A CloudEvent, as Adobe I/O delivers it."""

    type: str
    id: str = ""
    event_id: str = ""
    time: str = ""
    recipient_client_id: str = ""
    data: _Data = msgspec.field(default_factory=_Data)


class AdobeForm(EventForm):
    """CloudEvents signed by Adobe with one of two public keys; a GET with ``challenge`` wants it back."""

    def recognises(self, posted: Posted) -> bool:
        asked = posted.method == "GET" and "challenge" in posted.query
        # Adobe asks without a signature: only where its events are wanted is there an answer.
        return (asked and bool(self.settings.get(CLIENT_ID.name))) or (
            posted.method == "POST" and "x-adobe-digital-signature-1" in posted.headers
        )

    def handshake(self, posted: Posted) -> Answer | None:
        return Answer(posted.query["challenge"].encode()) if posted.method == "GET" else None

    def verify(self, posted: Posted) -> None:
        client = str(self.settings.get(CLIENT_ID.name) or "").encode()
        try:
            named = {one.recipient_client_id.encode() for one in _events(posted.body)}
        except RecordError:
            # Nobody who did not sign is told what is wrong with it.
            raise RecordError(EVENT_FORGED) from None
        if not client or not all(hmac.compare_digest(one, client) for one in named):
            raise RecordError(EVENT_FORGED)
        for number in (1, 2):
            path = posted.headers.get(f"x-adobe-public-key{number}-path", "")
            signature = posted.headers.get(f"x-adobe-digital-signature-{number}", "")
            if signature and _KEY_PATH.fullmatch(path) and _is_signed(self._key(path), signature, posted.body):
                return
        raise RecordError(EVENT_FORGED)

    def decode(self, headers: Mapping[str, str], body: bytes) -> list[Happened]:  # noqa: ARG002 - the form's signature
        found = []
        for event in _events(body):
            name = event.type.removeprefix(_PREFIX).removeprefix("observer.").removesuffix("_after")
            name = name.removesuffix("_commit")
            names = _EVENTS.get(name)
            if names is None:
                continue
            value: Any = event.data.value
            if name == "checkout_submit_all":
                value = value.get("order")
            found_ids = [value.get(member) for member in names.members] if isinstance(value, dict) else []
            ids = [str(one) for one in found_ids if one and isinstance(one, str | int)]
            if not ids:
                raise RecordError(
                    EVENT_BROKEN, f"{event.type} names no {names.members[0]}; subscribe to it with that field."
                )
            told = event.event_id or event.id
            found.append(Happened(names.stream, (ids[0],), name.endswith("_delete"), told, event.time))
        return found

    def _key(self, path: str) -> str:
        return _fetch(KEYS, path, bool(self.settings.get("allow_private")))


@lru_cache(16)
def _fetch(host: str, path: str, allow_private: bool) -> str:
    """A public key as text; raises what the client raises, and then nothing is remembered."""
    client = HttpClient(host, allow_private=allow_private, timeout=10.0, headers={"Accept": "*/*"})
    try:
        return client.request(_KEY, path).text
    finally:
        client.close()


def _is_signed(key: str, signature: str, body: bytes) -> bool:
    try:
        public = load_pem_public_key(key.encode())
        if not isinstance(public, RSAPublicKey):
            return False
        public.verify(base64.b64decode(signature, validate=True), body, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError, binascii.Error, UnsupportedAlgorithm):
        return False
    return True


def _events(body: bytes) -> list[_Event]:
    try:
        told = msgspec.json.decode(body, type=_Event | list[_Event])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(EVENT_BROKEN, f"{error}.") from None
    return told if isinstance(told, list) else [told]
