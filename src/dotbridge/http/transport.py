"""Connections to one host: pinned to a checked address, kept between calls, with every failure named by its effect.

The question that decides about a failed call is whether the request may have reached the other side. A call that must
not be repeated gets a connection of its own: one kept too long may be dropped just then, and nobody could tell.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import urllib3
from urllib3 import exceptions as failures
from urllib3.connection import HTTPSConnection

from dotbridge.errors import ConfigError
from dotbridge.http.codes import CERTIFICATE_REFUSED, INTERRUPTED, OUTCOME_UNKNOWN, TIMED_OUT, UNREACHABLE, URL_INVALID
from dotbridge.http.errors import OutcomeUnknown, Transient
from dotbridge.http.guard import resolve
from dotbridge.http.operation import Operation
from dotbridge.http.response import Response

CONNECT_SECONDS = 20.0
_KEPT_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a service, and the path before all of its paths."""

    scheme: str
    host: str
    port: int
    prefix: str

    @classmethod
    def parse(cls, url: str) -> Origin:
        """From ``https://host[:port][/prefix]``; anything else is a ``ConfigError``."""
        try:
            parts = urllib3.util.parse_url(url.strip())
        except failures.LocationParseError as error:
            raise ConfigError(URL_INVALID) from error
        if parts.scheme not in {"http", "https"} or not parts.host or parts.auth or parts.query or parts.fragment:
            raise ConfigError(URL_INVALID, f"Host {parts.host or '?'}.")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(parts.scheme, parts.host.strip("[]"), port, (parts.path or "").rstrip("/"))

    @property
    def authority(self) -> str:
        """The value of the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


class _SecureConnection(HTTPSConnection):
    """Tells a failed handshake, before which nothing was sent, from a failure after it."""

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLCertVerificationError:
            raise
        except OSError as error:
            raise failures.NewConnectionError(self, "the TLS handshake failed") from error


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class Transport:
    """Sends one request and reads its whole answer; threads may share it."""

    def __init__(self, origin: Origin, *, allow_private: bool) -> None:
        self.origin = origin
        self._allow_private = allow_private
        self._lock = threading.Lock()
        self._addresses: list[str] = []
        self._kept: urllib3.HTTPConnectionPool | None = None

    def send(
        self, operation: Operation, path: str, headers: Mapping[str, str], body: bytes | None, timeout: float
    ) -> Response:
        """The answer with its body decoded, whatever its status.

        ``path`` is the whole path with its query; ``timeout`` the longest silence in seconds.
        """
        pool = self._pool() if operation.may_repeat else self._open(self._address(), size=1)
        try:
            answer = pool.urlopen(
                operation.method,
                path,
                body=body,
                headers={**headers, "Host": self.origin.authority},
                timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, timeout), read=timeout),
                retries=False,
                redirect=False,
            )
            return Response(operation, answer.status, answer.headers, answer.data)
        except failures.HTTPError as error:
            self._name(error, operation, pool.host)
        finally:
            if not operation.may_repeat:
                pool.close()

    def close(self) -> None:
        """Close the kept connections; the next call opens new ones."""
        with self._lock:
            pool, self._kept = self._kept, None
        if pool:
            pool.close()

    def _pool(self) -> urllib3.HTTPConnectionPool:
        address = self._address()
        with self._lock:
            if self._kept is None:
                self._kept = self._open(address, size=_KEPT_CONNECTIONS)
            return self._kept

    def _address(self) -> str:
        with self._lock:
            if not self._addresses:
                self._addresses = resolve(self.origin.host, self.origin.port, allow_private=self._allow_private)
            return self._addresses[0]

    def _give_up(self, address: str) -> None:
        """After a failed dial: the name's next address, or a new look-up once all have failed."""
        with self._lock:
            if address not in self._addresses[:1]:
                return  # another thread has moved on already
            self._addresses = self._addresses[1:]
        self.close()

    def _open(self, address: str, *, size: int) -> urllib3.HTTPConnectionPool:
        if self.origin.scheme == "http":
            return urllib3.HTTPConnectionPool(address, self.origin.port, maxsize=size)
        return _SecurePool(
            address,
            self.origin.port,
            maxsize=size,
            server_hostname=self.origin.host,  # the certificate is checked against the name, not the address
        )

    def _name(self, error: failures.HTTPError, operation: Operation, address: str) -> NoReturn:
        why = f"{operation.name} at {self.origin.authority}."
        if isinstance(error, failures.SSLError) and isinstance(error.args[0], ssl.SSLCertVerificationError):
            raise ConfigError(CERTIFICATE_REFUSED, why) from error
        if isinstance(error, failures.NewConnectionError | failures.ConnectTimeoutError):
            self._give_up(address)
            raise Transient(UNREACHABLE, why) from error
        if not operation.may_repeat:
            raise OutcomeUnknown(OUTCOME_UNKNOWN, why) from error
        code = TIMED_OUT if isinstance(error, failures.TimeoutError) else INTERRUPTED
        raise Transient(code, why) from error
