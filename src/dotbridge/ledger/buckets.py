"""Batch bodies in an S3-compatible bucket, for workers on several hosts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from dotbridge.errors import RetryableError
from dotbridge.ledger.codes import BODIES_AWAY

#: A service that is gone holds nobody up for minutes: work waits and comes again.
_PATIENCE = Config(connect_timeout=3, read_timeout=30, retries={"total_max_attempts": 2})
_Call = TypeVar("_Call", bound=Callable[..., Any])


def _told(call: _Call) -> _Call:
    """The service's own errors as ours: what is not there is a missing file, all else may be there again later."""

    @wraps(call)
    def calling(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in {"404", "NoSuchKey"}:
                raise FileNotFoundError(code) from None
            raise RetryableError(BODIES_AWAY, f"The bucket says {code}.") from None
        except BotoCoreError as error:
            raise RetryableError(BODIES_AWAY, f"{type(error).__name__}.") from None

    return calling  # type: ignore[return-value]


class Bucket(S3Storage):  # type: ignore[misc]
    """A bucket whose objects are there from the moment that ``save`` returns. A body's name is never given twice."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_config: Config = self.client_config.merge(_PATIENCE)

    @_told
    def save(self, name: str, content: File[bytes], max_length: int | None = None) -> str:
        return str(super().save(name, content, max_length))

    @_told
    def reach(self) -> None:
        """Raises RetryableError(BODIES_AWAY) unless the bucket is there and may be used."""
        try:
            self.connection.meta.client.head_bucket(Bucket=self.bucket_name)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            raise RetryableError(BODIES_AWAY, f"The bucket says {code}.") from None

    @_told
    def open(self, name: str, mode: str = "rb") -> File[bytes]:
        found: File[bytes] = super().open(name, mode)
        return found

    @_told
    def delete(self, name: str) -> None:
        super().delete(name)

    @_told
    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        folders, files = super().listdir(name)
        return folders, files

    @_told
    def get_modified_time(self, name: str) -> datetime:
        at: datetime = super().get_modified_time(name)
        return at
