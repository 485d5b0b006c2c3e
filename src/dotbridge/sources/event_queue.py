"""A queue that a platform writes its events into and that we pull from, where nothing may reach the event door.

What is pulled comes again until it is deleted, so that it is deleted only after it was kept.
"""

from __future__ import annotations

import abc
from collections.abc import Sequence

import msgspec

from dotbridge.sources.base import Check, EventForm, Field, Happened

#: Messages that are pulled at once, which is what SQS gives at most.
MOST = 10


class Pulled(msgspec.Struct, frozen=True):
    """One message: what it says, and the queue's receipt for having given it to us."""

    receipt: str
    body: bytes


class EventQueue(abc.ABC):
    """A queue, kept open from turn to turn and used by one thread at a time.

    Every call raises ConfigError where a person must help (credentials, rights, no such queue) and RetryableError while
    the service is away.
    """

    def __init__(self, form: EventForm) -> None:
        self._form = form

    def decode(self, message: Pulled) -> list[Happened]:
        """What a message says, as the platform's form of events understands it; raises RecordError EVENT_BROKEN."""
        return self._form.decode({}, message.body)

    @abc.abstractmethod
    def pull(self) -> Sequence[Pulled]:
        """The next messages, at most ``MOST``; may wait a second or two for the first."""

    @abc.abstractmethod
    def delete(self, messages: Sequence[Pulled]) -> None:
        """These are kept and need not come again. One that comes all the same does no harm."""

    @abc.abstractmethod
    def check(self) -> Check:
        """The finding ``event queue``; nothing is taken out."""

    @abc.abstractmethod
    def close(self) -> None:
        """Gives back connections. Safe to call twice."""


NAME = "event queue"
FIELDS = (
    Field(
        "event_queue",
        "Event queue",
        required=False,
        help="Pulled where the event door cannot be reached: address of an SQS queue (extra dotbridge[sqs]), or"
        " projects/<project>/subscriptions/<subscription> of Google Pub/Sub.",
    ),
    Field(
        "event_queue_user", "Access key of the queue", required=False, help="Of SQS; without it the machine's own role."
    ),
    Field(
        "event_queue_secret",
        "Secret of the queue",
        required=False,
        secret=True,
        help="The access key's secret, or the JSON key of a Google service account.",
    ),
    Field(
        "event_queue_api",
        "Address of the queue's service",
        required=False,
        help="Where it is not Amazon's or Google's own, such as an endpoint of a private network.",
    ),
)
"""Settings of a connection whose platform writes into queues."""
