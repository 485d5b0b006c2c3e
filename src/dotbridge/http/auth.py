"""How a call proves who makes it."""

from __future__ import annotations

from base64 import b64encode
from typing import Protocol

from dotbridge.observe.private import Secret


class Auth(Protocol):
    """Credentials of a connection."""

    def header(self) -> str:
        """The value of the ``Authorization`` header."""

    def renew(self) -> bool:
        """Called after a 401; true if there are new credentials, with which the call is made once more."""


class Basic:
    """User name and password on every call; there is nothing to renew."""

    def __init__(self, user: str, password: Secret) -> None:
        self._value = Secret("Basic " + b64encode(f"{user}:{password.reveal()}".encode()).decode())

    def header(self) -> str:
        return self._value.reveal()

    def renew(self) -> bool:
        return False
