"""Google Pub/Sub by its REST API: `pull` and `acknowledge` of one subscription, with the token of a service account.

Google's own library would bring gRPC, tens of megabytes, for two calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from dotbridge.errors import ConfigError, DotbridgeError, FatalError
from dotbridge.http.client import HttpClient
from dotbridge.http.operation import Operation
from dotbridge.http.response import Response
from dotbridge.http.retry import Retries
from dotbridge.sources.base import Check, EventForm
from dotbridge.sources.codes import QUEUE_ANSWER, QUEUE_REFUSED, QUEUE_UNKNOWN
from dotbridge.sources.event_queue import MOST, NAME, EventQueue, Pulled
from dotbridge.sources.google_account import ServiceAccount

SUBSCRIPTION = re.compile(r"projects/[A-Za-z0-9.:_-]+/subscriptions/[A-Za-z0-9.~_+%-]+").fullmatch
_API = "https://pubsub.googleapis.com"
_TIMEOUT = 20.0
_RIGHT = "pubsub.subscriptions.consume"
# Doing any of them twice harms nobody: what was pulled and not acknowledged comes again.
_PULL = Operation("Pub/Sub pull", "POST", repeatable=True)
_ACKNOWLEDGE = Operation("Pub/Sub acknowledge", "POST", repeatable=True)
_TEST = Operation("Pub/Sub test of rights", "POST", repeatable=True)


class PubSub(EventQueue):
    """A pull subscription; the service account needs the role Pub/Sub Subscriber on it."""

    def __init__(
        self, form: EventForm, subscription: str, key: str, service: str = "", *, allow_private: bool = False
    ) -> None:
        super().__init__(form)
        self._subscription = subscription
        self._account = ServiceAccount(key, allow_private=allow_private)
        self._http = HttpClient(
            service or _API,
            auth=self._account,
            timeout=_TIMEOUT,
            retries=Retries(attempts=2, total=5.0),
            allow_private=allow_private,
            explain=_explain,
        )

    def pull(self) -> Sequence[Pulled]:
        # A look that waits would keep the worker for as long as Google likes; the job looks again by itself.
        answer = self._call(_PULL, "pull", {"maxMessages": MOST, "returnImmediately": True})
        try:
            # In the envelope of a push, so that both are understood by the same code.
            return [
                Pulled(str(one["ackId"]), orjson.dumps({"message": one["message"]}))
                for one in answer.get("receivedMessages", ())
            ]
        except (KeyError, TypeError) as error:
            raise FatalError(QUEUE_ANSWER, f"pull: {type(error).__name__}.") from error

    def delete(self, messages: Sequence[Pulled]) -> None:
        if messages:
            self._call(_ACKNOWLEDGE, "acknowledge", {"ackIds": [one.receipt for one in messages]})

    def check(self) -> Check:
        held = self._call(_TEST, "testIamPermissions", {"permissions": [_RIGHT]})
        if _RIGHT not in held.get("permissions", ()):
            raise ConfigError(QUEUE_REFUSED, f"The account lacks {_RIGHT} on {self._subscription}.")
        return Check(NAME, "ok", f"Events are pulled from {self._subscription}.")

    def close(self) -> None:
        self._http.close()
        self._account.close()

    def _call(self, operation: Operation, verb: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
        response = self._http.request(operation, f"/v1/{self._subscription}:{verb}", body=orjson.dumps(document))
        answer = response.json() if response.body.strip() else {}
        if not isinstance(answer, dict):
            raise FatalError(QUEUE_ANSWER, f"{verb}: no object.")
        return answer


def _explain(response: Response) -> DotbridgeError | None:
    if response.is_html:
        return None
    match response.status:
        case 401 | 403:
            return ConfigError(QUEUE_REFUSED, f"{response.operation.name} answered {response.status}.")
        case 404:
            return ConfigError(QUEUE_UNKNOWN, f"{response.operation.name} answered 404.")
    return None
