"""Which queue a connection names: told apart by its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from dotbridge.errors import ConfigError
from dotbridge.sources.base import EventForm
from dotbridge.sources.codes import QUEUE_UNFIT
from dotbridge.sources.event_queue import EventQueue
from dotbridge.sources.pubsub import SUBSCRIPTION, PubSub
from dotbridge.sources.sqs import Sqs


def open_queue(settings: Mapping[str, Any], form: EventForm) -> EventQueue | None:
    """The queue of a connection, ``None`` where it names none; raises ConfigError for what is no queue's address.

    Nothing is called yet. ``form`` is how the platform's events are understood.
    """
    address = str(settings.get("event_queue") or "").strip()
    if not address:
        return None
    service = str(settings.get("event_queue_api") or "").strip()
    private = bool(settings.get("allow_private"))
    if service and urlsplit(service).scheme != "https" and not private:
        raise ConfigError(QUEUE_UNFIT, f"event_queue_api is {service}, without https.", field="event_queue_api")
    secret = str(settings.get("event_queue_secret") or "")
    if SUBSCRIPTION(address):
        return PubSub(form, address, secret, service, allow_private=private)
    if urlsplit(address).scheme in ("https", "http"):
        user = str(settings.get("event_queue_user") or "")
        return Sqs(form, address, user, secret, service, allow_private=private)
    raise ConfigError(QUEUE_UNFIT, f"It is {address!r}.", field="event_queue")
