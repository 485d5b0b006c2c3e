"""Access tokens by client credentials (commercetools §2.2): asked once, shared by all threads, renewed before they end.

The flow has no refresh token: a new one is simply asked for.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from dotbridge.errors import ConfigError, DotbridgeError, FatalError
from dotbridge.http.auth import Basic
from dotbridge.http.client import HttpClient
from dotbridge.http.operation import Operation
from dotbridge.http.response import Response
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from dotbridge.sources.commercetools.codes import ANSWER_STRANGE, CREDENTIALS_REFUSED, SCOPE_MISSING

MARGIN_SECONDS = 300.0
_TIMEOUT = 20.0
_ASK = Operation("commercetools token", "POST", repeatable=True)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class _Token(NamedTuple):
    value: Secret
    until: float


class ClientCredentials:
    """Credentials of an API client, as the HTTP client asks for them; threads and connections share its token."""

    _tokens: dict[bytes, _Token] = {}
    _lock = threading.Lock()

    def __init__(
        self,
        auth_url: str,
        client_id: str,
        secret: Secret,
        scopes: str = "",
        *,
        allow_private: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = HttpClient(
            auth_url,
            auth=Basic(client_id, secret),
            timeout=_TIMEOUT,
            retries=Retries(attempts=1, total=0.0),
            allow_private=allow_private,
            explain=_explain,
        )
        self._form = {"grant_type": "client_credentials", **({"scope": scopes} if scopes else {})}
        place = f"{auth_url}\n{client_id}\n{secret.reveal()}\n{scopes}"
        self._place = hashlib.blake2b(place.encode()).digest()
        self._clock = clock
        self._used = ""

    def header(self) -> str:
        """The ``Authorization`` header; asks for a token where there is none that still holds."""
        with self._lock:
            token = self._tokens.get(self._place)
            if token is None or token.until <= self._clock():
                token = self._tokens[self._place] = self._ask()
        self._used = token.value.reveal()
        return f"Bearer {self._used}"

    def renew(self) -> bool:
        """After a 401: drops the token that was refused, unless another thread has already brought a new one."""
        with self._lock:
            token = self._tokens.get(self._place)
            if token is not None and token.value.reveal() == self._used:
                del self._tokens[self._place]
        return True

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _ask(self) -> _Token:
        answer = self._http.request(_ASK, "/oauth/token", headers=_FORM, body=urlencode(self._form).encode()).json()
        try:
            value, seconds = str(answer["access_token"]), float(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise FatalError(ANSWER_STRANGE, "The token has no access_token or no expires_in.") from None
        return _Token(Secret(value), self._clock() + seconds - min(MARGIN_SECONDS, seconds / 10))


def _explain(response: Response) -> DotbridgeError | None:
    if response.is_html:
        return None
    match response.status:
        case 400:
            return ConfigError(SCOPE_MISSING, "The scopes of the connection are not those of its API client.")
        case 401 | 403:
            return ConfigError(CREDENTIALS_REFUSED)
    return None
