"""What commercetools tells of changes, in whatever envelope it comes (commercetools §9.3, 9.4).

There is no plain webhook: notifications come by Google Pub/Sub push, Azure Event Grid, AWS SNS or an API destination of
AWS EventBridge, as CloudEvents or in the platform's own format. All of them are hints: records are read again by id.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from dotbridge.commerce.clock import instant
from dotbridge.errors import RecordError
from dotbridge.http.client import HttpClient
from dotbridge.http.operation import Operation
from dotbridge.http.retry import Retries
from dotbridge.sources.base import EVENT_SECRET, Answer, EventForm, Happened, Posted
from dotbridge.sources.codes import EVENT_BROKEN, EVENT_FORGED

TOKEN = "token"  # noqa: S105 - the name of the parameter
TOKEN_HEADER = "dotbridge-token"  # noqa: S105 - the name of the header

_STREAMS = {
    "customer": "customers",
    "order": "orders",
    "cart": "carts",
    "product": "products",
    "review": "reviews",
    "shopping-list": "wishlists",
}
#: What moves records of a stream without being one: read again by what it belongs to.
_MOVERS = {
    "payment": "orders",
    "inventory-entry": "products",
    "standalone-price": "products",
    "product-tailoring": "products",
}
#: Their messages name the product that stores offer or show otherwise now.
_ABOUT_PRODUCTS = ("product-selection", "product-tailoring")
_DEEPEST = 5
_AWS = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?").fullmatch
_CONFIRM = Operation("confirm an SNS subscription", "GET")

Json = Mapping[str, Any]


class Notifications(EventForm):
    """Notifications whose sender knows the event secret: as ``token`` of the address or as a header.

    Queues keep what they could not deliver for days, so that an old notification is no forged one; one that comes twice
    has the same id.
    """

    def recognises(self, posted: Posted) -> bool:
        return TOKEN in posted.query or TOKEN_HEADER in posted.headers

    def handshake(self, posted: Posted) -> Answer | None:
        """Event Grid asks in two ways whether we want its events, SNS to be called back (§9.4)."""
        if posted.method == "OPTIONS" and "webhook-request-origin" in posted.headers:
            self.verify(posted)
            allowed = {"WebHook-Allowed-Origin": posted.headers["webhook-request-origin"], "WebHook-Allowed-Rate": "*"}
            return Answer(headers=allowed)
        if b"SubscriptionValidationEvent" not in posted.body and b"SubscriptionConfirmation" not in posted.body:
            return None
        self.verify(posted)
        body = _parsed(posted.body)
        for event in body if isinstance(body, list) else [body]:
            if isinstance(event, dict) and event.get("eventType") == "Microsoft.EventGrid.SubscriptionValidationEvent":
                data = event.get("data")
                code = str(data.get("validationCode") or "") if isinstance(data, dict) else ""
                return Answer(orjson.dumps({"validationResponse": code}), "application/json")
            if isinstance(event, dict) and event.get("Type") == "SubscriptionConfirmation":
                _confirm(str(event.get("SubscribeURL") or ""))
                return Answer()
        return None

    def verify(self, posted: Posted) -> None:
        secret = str(self.settings.get(EVENT_SECRET.name) or "")
        given = posted.headers.get(TOKEN_HEADER) or posted.query.get(TOKEN, "")
        if not secret or not hmac.compare_digest(secret.encode(), given.encode()):
            raise RecordError(EVENT_FORGED)

    def decode(self, headers: Mapping[str, str], body: bytes) -> list[Happened]:
        return decode(headers, body, str(self.settings.get("project_key") or ""))


def decode(headers: Mapping[str, str], body: bytes, project: str = "") -> list[Happened]:  # noqa: ARG001 - as forms do
    """What a notification or a batch of them says; nothing for other resources and other projects.

    Raises RecordError EVENT_BROKEN for what is no notification.
    """
    found = []
    for payload in _unwrapped(_parsed(body), 0):
        if project and payload.get("projectKey") not in (None, project):
            continue
        happened = _happened(payload)
        if happened:
            found.append(happened)
    return found


def _parsed(body: bytes | str) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RecordError(EVENT_BROKEN, f"{error}.") from None


def _unwrapped(body: Any, depth: int) -> Iterable[Json]:
    """The platform's own payloads inside all envelopes."""
    if depth > _DEEPEST:
        raise RecordError(EVENT_BROKEN, "There are envelopes within envelopes.")
    if isinstance(body, list):
        for one in body:
            yield from _unwrapped(one, depth + 1)
        return
    if not isinstance(body, dict):
        raise RecordError(EVENT_BROKEN, "It is no notification.")
    if "notificationType" in body:
        yield body
    elif body.get("Type") != "UnsubscribeConfirmation":
        yield from _unwrapped(_content(body), depth + 1)


def _content(envelope: Json) -> Any:
    """What lies in one envelope."""
    message = envelope.get("message")
    if isinstance(message, dict) and isinstance(message.get("data"), str):  # Pub/Sub
        try:
            content = base64.b64decode(message["data"], validate=True)
        except ValueError:
            raise RecordError(EVENT_BROKEN, "Its data is no base64.", field="message.data") from None
        return _parsed(content)
    if isinstance(envelope.get("Message"), str):  # SNS
        return _parsed(envelope["Message"])
    for name in ("detail", "data"):  # EventBridge; CloudEvents and Event Grid
        if isinstance(envelope.get(name), dict | list):
            return envelope[name]
    raise RecordError(EVENT_BROKEN, "It is no envelope of a notification.")


def _happened(payload: Json) -> Happened | None:
    resource = payload.get("resource")
    if isinstance(resource, dict) and resource.get("typeId") in _ABOUT_PRODUCTS:
        named = payload.get("product")
        if named is None and resource["typeId"] not in _MOVERS:
            return None
        # A message tells the product itself; it is all that is left of a tailoring that was deleted.
        resource = named or resource
    if not isinstance(resource, dict):
        raise RecordError(EVENT_BROKEN, "It names no resource.", field="resource")
    kind, resource_id = str(resource.get("typeId") or ""), str(resource.get("id") or "")
    stream = _STREAMS.get(kind) or _MOVERS.get(kind)
    if stream is None:
        return None
    if not 0 < len(resource_id) <= 36 or not resource_id.isprintable() or "/" in resource_id:
        raise RecordError(EVENT_BROKEN, "Its resource has no id.", field="resource.id")
    own = kind in _STREAMS and resource is payload["resource"]
    told = str(payload.get("notificationType")), str(payload.get("type") or "")
    return Happened(
        stream=stream,
        ids=_ids(payload, resource_id) if kind in _STREAMS else (f"{kind}/{resource_id}",),
        deleted=own
        and (told[0] == "ResourceDeleted" or told[1] in {"OrderDeleted", "CustomerDeleted", "ProductDeleted"}),
        event_id=_event_id(payload, f"{kind}/{resource_id}"),
        at=instant(str(payload.get("createdAt") or payload.get("modifiedAt") or "")),
        erased=kind == "customer" and told[0] == "ResourceDeleted" and payload.get("dataErasure") is True,
    )


def _ids(payload: Json, resource_id: str) -> tuple[str, ...]:
    """The record and, where a product is told to be deleted, its variants, which are records of their own."""
    shown = payload.get("currentProjection")
    if not isinstance(shown, dict):
        return (resource_id,)
    variants = shown.get("variants")
    both = [shown.get("masterVariant"), *(variants if isinstance(variants, list) else ())]
    return (resource_id, *[f"{resource_id}-{one['id']}" for one in both if isinstance(one, dict) and "id" in one])


def _event_id(payload: Json, about: str) -> str:
    """A message has an id; a change is known by the version that it led to."""
    message = payload.get("id")
    return (
        str(message)[:128] if message else f"{about}/{payload.get('version')}/{payload.get('notificationType')}"[:128]
    )


def _confirm(address: str) -> None:
    """Calls back the address that SNS gave; none but Amazon's is called."""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not _AWS(parts.netloc):
        raise RecordError(EVENT_BROKEN, "Its SubscribeURL is none of Amazon's.", field="SubscribeURL")
    client = HttpClient(f"https://{parts.netloc}", timeout=10.0, retries=Retries(attempts=1, total=0.0))
    try:
        client.request(_CONFIRM, f"{parts.path or '/'}?{parts.query}")
    finally:
        client.close()
