"""OAuth 2 client credentials as Oro gives them: a token for an hour, no refresh token, ask again (§7.1)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import orjson

from dotbridge.errors import ConfigError, DotbridgeError
from dotbridge.http.client import HttpClient
from dotbridge.http.operation import Operation
from dotbridge.http.response import Response
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from dotbridge.sources.orocommerce.codes import ACCESS_REFUSED, API_OFF

TOKEN = Operation("oauth2-token", "POST", repeatable=True)
EARLY_SECONDS = 60.0
_DEFAULT_SECONDS = 3600.0


class ClientCredentials:
    """Gives the ``Authorization`` header; threads share one token, asked for when there is none or it is about to end."""

    def __init__(
        self,
        origin: str,
        client_id: str,
        client_secret: Secret,
        *,
        allow_private: bool = False,
        retries: Retries | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = HttpClient(
            origin, timeout=60.0, retries=retries or Retries(), allow_private=allow_private, explain=_explain
        )
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Secret | None = None
        self._until = 0.0

    def header(self) -> str:
        """The header of a call."""
        with self._lock:
            token = self._token
            if token is None or self._clock() >= self._until:
                token = self._token = self._ask()
            return f"Bearer {token.reveal()}"

    def renew(self) -> bool:
        """After a 401: the token is thrown away; the next header asks for another."""
        with self._lock:
            self._token = None
        return True

    def close(self) -> None:
        """Closes the kept connections."""
        self._http.close()

    def _ask(self) -> Secret:
        body = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret.reveal(),
        }
        asked = self._clock()
        answer = self._http.request(TOKEN, "/oauth2-token", body=orjson.dumps(body)).json()
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise ConfigError(ACCESS_REFUSED, "The answer holds no token.")
        given = answer.get("expires_in")
        seconds = float(given) if isinstance(given, int | float) else _DEFAULT_SECONDS
        # A token of very short life is used for half of it rather than never.
        self._until = asked + max(seconds - EARLY_SECONDS, seconds / 2)
        return Secret(token)


def _explain(response: Response) -> DotbridgeError | None:
    match response.status:
        case 400 | 401 | 403:
            return ConfigError(ACCESS_REFUSED, f"The token call answered {response.status}.", field="client_secret")
        case 404:
            return ConfigError(API_OFF, "There is no /oauth2-token.", field="base_url")
    return None
