"""Amazon SQS by Amazon's own library, an optional extra (commercetools §9.3: standard queues, 256 KB a message)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

from dotbridge.errors import ConfigError, DotbridgeError, RetryableError
from dotbridge.sources.base import Check, EventForm
from dotbridge.sources.codes import QUEUE_ABSENT, QUEUE_AWAY, QUEUE_REFUSED, QUEUE_UNFIT, QUEUE_UNKNOWN
from dotbridge.sources.event_queue import MOST, NAME, EventQueue, Pulled

T = TypeVar("T")

#: Seconds that a look waits for the first message: less would make more calls, more keep a worker from other jobs.
_WAIT = 1
_TIMEOUT = 20.0
_AMAZON = re.compile(r"(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?").fullmatch
_ANY_REGION = "us-east-1"  # calls are signed for one; a service that is not Amazon's mostly takes any
_UNKNOWN = ("NonExistentQueue", "QueueDoesNotExist")
_REFUSED = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "AuthFailure", "ExpiredToken", "ExpiredTokenException"),
        *("InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSecurity", "KMS.AccessDeniedException"),
        *("MissingAuthenticationToken", "OptInRequired", "SignatureDoesNotMatch", "UnrecognizedClientException"),
    }
)


class Sqs(EventQueue):
    """A standard queue by its address. Without an access key the machine's own role or environment is taken."""

    def __init__(
        self, form: EventForm, address: str, user: str, secret: str, service: str = "", *, allow_private: bool = False
    ) -> None:
        super().__init__(form)
        amazon, parts = _AMAZON(urlsplit(address).netloc), urlsplit(service or address)
        if not allow_private and (parts.scheme != "https" or not (amazon or service)):
            raise ConfigError(QUEUE_UNFIT, f"{parts.netloc} is no queue of Amazon's.", field="event_queue")
        self._address = address
        self._login: dict[str, Any] = {
            "region_name": (amazon[1] or amazon[2]) if amazon else _ANY_REGION,
            "endpoint_url": f"{parts.scheme}://{parts.netloc}",
            **({"aws_access_key_id": user, "aws_secret_access_key": secret} if user else {}),
        }
        self._client: Any = None

    def pull(self) -> Sequence[Pulled]:
        answer = self._call(
            lambda queue: queue.receive_message(QueueUrl=self._address, MaxNumberOfMessages=MOST, WaitTimeSeconds=_WAIT)
        )
        return [Pulled(one["ReceiptHandle"], one["Body"].encode()) for one in answer.get("Messages", ())]

    def delete(self, messages: Sequence[Pulled]) -> None:
        entries = [{"Id": str(number), "ReceiptHandle": one.receipt} for number, one in enumerate(messages)]
        if entries:
            # One that it could not delete comes again.
            self._call(lambda queue: queue.delete_message_batch(QueueUrl=self._address, Entries=entries))

    def check(self) -> Check:
        self._call(self._try_to_delete_nothing)
        return Check(NAME, "ok", f"Events are pulled from {self._address}.")

    def _try_to_delete_nothing(self, queue: Any) -> None:
        # To receive a message would count against it, and may put it aside. Credentials, queue and the right to delete
        # are seen by a receipt that is none.
        with suppress(queue.exceptions.ReceiptHandleIsInvalid):
            queue.delete_message(QueueUrl=self._address, ReceiptHandle="none")

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _call(self, do: Callable[[Any], T]) -> T:
        try:
            import boto3  # noqa: PLC0415 - an optional extra
            from botocore.config import Config  # noqa: PLC0415 - the same
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - the same
        except ImportError:
            raise ConfigError(QUEUE_ABSENT) from None
        try:
            if self._client is None:
                patience = Config(connect_timeout=_TIMEOUT, read_timeout=_TIMEOUT, retries={"total_max_attempts": 1})
                # A session of its own: the library's shared one must not be used by two threads.
                self._client = boto3.session.Session().client("sqs", config=patience, **self._login)
            return do(self._client)
        except ClientError as error:
            raise _explained(error.response) from error
        except BotoCoreError as error:
            name = type(error).__name__
            if "Credentials" in name:
                raise ConfigError(QUEUE_REFUSED, f"{name}.") from error
            raise RetryableError(QUEUE_AWAY, f"{name}.") from error


def _explained(answer: Any) -> DotbridgeError:
    code = str(answer.get("Error", {}).get("Code") or "")
    if code.endswith(_UNKNOWN):
        return ConfigError(QUEUE_UNKNOWN, f"{code}.")
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    # A queue that wants fewer calls says so with 403 as well.
    if code in _REFUSED or (status in (401, 403) and "Throttl" not in code):
        return ConfigError(QUEUE_REFUSED, f"{code}.")
    return RetryableError(QUEUE_AWAY, f"{code}.")
