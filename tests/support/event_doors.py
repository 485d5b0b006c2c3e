"""Every envelope in which a shop's platform tells of an order or a customer, as its sender makes it."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from dotbridge.sources.orocommerce.events import sign
from support.adobe_signature import signed_by_adobe
from support.commercetools_server import PROJECT
from support.event_sender import SECRET, signed

CLIENT = "client-of-northwind"
_names = itertools.count(1)


class Sent(NamedTuple):
    """A post: its body, its headers and what follows the address."""

    body: bytes
    headers: dict[str, str]
    query: str = ""


class Door(NamedTuple):
    """A way to tell: of which platform, and the post for a kind (``orders`` or ``customers``) and an id."""

    platform: str
    post: Callable[[str, str], Sent]


def plain(kind: str, record: str) -> Sent:
    body = json.dumps({"kind": kind, "ids": [record], "id": f"plain-{next(_names)}"}).encode()
    return Sent(body, signed(body))


def adobe(kind: str, record: str) -> Sent:
    """Adobe I/O Events (magento2-data §6)."""
    event = {
        "specversion": "1.0",
        "id": f"adobe-{next(_names)}",
        "source": "urn:uuid:1",
        "type": f"com.adobe.commerce.observer.{'sales_order' if kind == 'orders' else 'customer'}_save_commit_after",
        "recipient_client_id": CLIENT,
        "data": {"key": "k", "value": {"entity_id": record, "store_id": "1"}, "source": "northwind.prod"},
    }
    body = json.dumps(event).encode()
    return Sent(body, signed_by_adobe(body))


def _notification(kind: str, record: str) -> dict[str, Any]:
    """The platform's own payload (commercetools §9.4)."""
    about = {"projectKey": PROJECT, "resource": {"typeId": kind.removesuffix("s"), "id": record}}
    if kind == "customers":
        changed = {"notificationType": "ResourceUpdated", "version": next(_names), "oldVersion": 1}
        return {**changed, "modifiedAt": "2026-01-01T00:00:00.000Z", **about}
    message = {"id": f"message-{next(_names)}", "version": 1, "sequenceNumber": 1, "resourceVersion": 1}
    return {"notificationType": "Message", "type": "OrderCreated", **message, **about}


def _cloud_event(kind: str, record: str) -> dict[str, Any]:
    told = _notification(kind, record)
    words = {"Message": "message.OrderCreated", "ResourceUpdated": "change.ResourceUpdated"}
    return {
        "specversion": "1.0",
        "id": f"cloud-{next(_names)}",
        "type": f"com.commercetools.{kind.removesuffix('s')}.{words[told['notificationType']]}",
        "source": f"/{PROJECT}/{kind}",
        "subject": record,
        "data": told,
    }


def cloud_events(kind: str, record: str) -> Sent:
    kind_of_body = {"Content-Type": "application/cloudevents+json", "Dotbridge-Token": SECRET}
    return Sent(json.dumps(_cloud_event(kind, record)).encode(), kind_of_body)


def event_grid(kind: str, record: str) -> Sent:
    kind_of_body = {"Content-Type": "application/cloudevents-batch+json", "aeg-event-type": "Notification"}
    return Sent(json.dumps([_cloud_event(kind, record)]).encode(), kind_of_body, f"?token={SECRET}")


def pub_sub(kind: str, record: str) -> Sent:
    data = base64.b64encode(json.dumps(_notification(kind, record)).encode()).decode()
    body = {"message": {"data": data, "messageId": "1", "attributes": {}}, "subscription": "projects/n/subscriptions/s"}
    return Sent(json.dumps(body).encode(), {}, f"?token={SECRET}")


def sns(kind: str, record: str) -> Sent:
    body = {"Type": "Notification", "MessageId": "1", "Message": json.dumps(_notification(kind, record))}
    return Sent(json.dumps(body).encode(), {"Content-Type": "text/plain; charset=UTF-8"}, f"?token={SECRET}")


def event_bridge(kind: str, record: str) -> Sent:
    about = {"version": "0", "source": "aws.partner/commercetools.com/n", "detail-type": "Message"}
    return Sent(json.dumps({**about, "detail": _notification(kind, record)}).encode(), {"Dotbridge-Token": SECRET})


def _webhook(kind: str, record: str, **document: Any) -> Sent:
    """Oro's webhooks (oro-connector-behaviour §7.4)."""
    topic = "order.created" if kind == "orders" else "customeruser.updated"
    name = f"550e8400-e29b-41d4-a716-{next(_names):012}"
    resource = {"type": "orders" if kind == "orders" else "customerusers", "id": record, **document}
    told = {"topic": topic, "eventData": {"data": resource}, "timestamp": int(time.time()), "messageId": name}
    body = json.dumps(told).encode()
    headers = {"Webhook-Topic": topic, "Webhook-Id": name, "Webhook-Signature": sign(SECRET, body)}
    return Sent(body, {**headers, "Webhook-Signature-Algorithm": "HMAC-SHA256"})


def thin_webhook(kind: str, record: str) -> Sent:
    return _webhook(kind, record)


def full_webhook(kind: str, record: str) -> Sent:
    return _webhook(kind, record, attributes={"updatedAt": "2026-01-01T00:00:00Z"}, relationships={})


DOORS = {
    "Adobe I/O Events": Door("magento2", adobe),
    "plain form of Magento 2": Door("magento2", plain),
    "Google Pub/Sub push": Door("commercetools", pub_sub),
    "Azure Event Grid": Door("commercetools", event_grid),
    "AWS SNS": Door("commercetools", sns),
    "AWS EventBridge": Door("commercetools", event_bridge),
    "CloudEvents": Door("commercetools", cloud_events),
    "plain form of commercetools": Door("commercetools", plain),
    "Oro webhook, thin": Door("orocommerce", thin_webhook),
    "Oro webhook, default": Door("orocommerce", full_webhook),
    "plain form of Oro": Door("orocommerce", plain),
}

#: Doors whose envelopes come out of a queue as well.
QUEUED = ("AWS SNS", "CloudEvents", "AWS EventBridge")
