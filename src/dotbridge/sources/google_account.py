"""Access tokens of a Google service account: a signed assertion is exchanged for one (RFC 7523), renewed before it ends."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from dotbridge.errors import ConfigError, DotbridgeError, FatalError
from dotbridge.http.client import HttpClient
from dotbridge.http.operation import Operation
from dotbridge.http.response import Response
from dotbridge.http.retry import Retries
from dotbridge.observe.private import Secret
from dotbridge.sources.codes import QUEUE_ANSWER, QUEUE_REFUSED, QUEUE_UNFIT

SCOPE = "https://www.googleapis.com/auth/pubsub"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_ASK = Operation("Google token", "POST", repeatable=True)
_LIFE, _MARGIN = 3600, 300.0


class ServiceAccount:
    """Credentials by the JSON key that Google gives for a service account; raises ConfigError for what is none."""

    def __init__(self, key: str, *, allow_private: bool = False) -> None:
        try:
            held = orjson.loads(key or "{}")
            self._email, self._address = str(held["client_email"]), str(held["token_uri"])
            self._key_id = str(held.get("private_key_id") or "")
            found = load_pem_private_key(str(held["private_key"]).encode(), password=None)
        except (KeyError, TypeError, ValueError, UnsupportedAlgorithm):
            # Neither the text nor the parser's words: they may hold the key.
            raise ConfigError(
                QUEUE_UNFIT, "It is no JSON key of a service account.", field="event_queue_secret"
            ) from None
        parts = urlsplit(self._address)
        if not isinstance(found, RSAPrivateKey) or (parts.scheme != "https" and not allow_private):
            raise ConfigError(QUEUE_UNFIT, "Its token_uri has no https, or its key is none of RSA.", field="token_uri")
        self._key = found
        self._path = parts.path or "/"
        self._http = HttpClient(
            f"{parts.scheme}://{parts.netloc}",
            timeout=20.0,
            retries=Retries(attempts=1, total=0.0),
            allow_private=allow_private,
            explain=_explain,
        )
        self._token, self._until = Secret(""), 0.0

    def header(self) -> str:
        """The ``Authorization`` header; asks for a token where there is none that still holds."""
        if self._until <= time.monotonic():
            self._ask()
        return f"Bearer {self._token.reveal()}"

    def renew(self) -> bool:
        """After a 401: the next call asks for a new token."""
        self._until = 0.0
        return True

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def _ask(self) -> None:
        body = urlencode({"grant_type": _GRANT, "assertion": self._assertion(int(time.time()))}).encode()
        answer = self._http.request(_ASK, self._path, headers=_FORM, body=body).json()
        try:
            self._token, seconds = Secret(str(answer["access_token"])), float(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise FatalError(QUEUE_ANSWER, "The token has no access_token or no expires_in.") from None
        self._until = time.monotonic() + seconds - min(_MARGIN, seconds / 10)

    def _assertion(self, now: int) -> str:
        head = {"alg": "RS256", "typ": "JWT", **({"kid": self._key_id} if self._key_id else {})}
        claims = {"iss": self._email, "scope": SCOPE, "aud": self._address, "iat": now, "exp": now + _LIFE}
        signed = f"{_part(head)}.{_part(claims)}"
        signature = self._key.sign(signed.encode(), PKCS1v15(), SHA256())
        return f"{signed}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _part(document: dict[str, Any]) -> str:
    return urlsafe_b64encode(orjson.dumps(document)).rstrip(b"=").decode()


def _explain(response: Response) -> DotbridgeError | None:
    if response.status in (400, 401, 403) and not response.is_html:
        return ConfigError(QUEUE_REFUSED, f"Google gives the service account no token ({response.status}).")
    return None
