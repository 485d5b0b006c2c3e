"""Who may call what: integration tokens as bearer or signed with OAuth 1.0a (1.4).

One integration may do everything; a second one, of which only the bearer token is told, may read stores alone. Wrong,
missing and insufficient rights look the same from outside.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import threading
import time
from collections import deque
from dataclasses import dataclass
from functools import cmp_to_key
from urllib.parse import quote, unquote

from dotbridge.sandbox.northwind.rest import natural_order
from dotbridge.sandbox.northwind.rest.errors import RestError, required, unauthorised

LIMITED_RESOURCES = frozenset({"Magento_Backend::store"})
_FUTURE = 600
_NEEDED = (
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_nonce",
    "oauth_timestamp",
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The four integration credentials; the access token is the bearer token too. The same seed gives the same ones."""

    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str
    limited: str

    @classmethod
    def of(cls, seed: str) -> Credentials:
        names = ("consumer key", "consumer secret", "token", "token secret", "limited")
        return cls(*(hashlib.sha256(f"northwind {seed} {name}".encode()).hexdigest()[:32] for name in names))

    def oauth(self) -> dict[str, str]:
        names = ("consumer_key", "consumer_secret", "token", "token_secret")
        return {name: getattr(self, name) for name in names}


class Doorkeeper:
    """Checks the Authorization header of each call; remembers the nonces it has seen."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._lock = threading.Lock()
        self._nonces: set[str] = set()
        self._order: deque[str] = deque()

    def check(self, header: str, resource: str, *, method: str, url: str, query: str) -> None:
        """Raise the 401 (or 400) that Magento would; ``url`` is without the query, ``query`` as it was sent."""
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "oauth":
            self._signed(_parameters(rest), method, url, query)
        elif scheme.lower() == "bearer" and hmac.compare_digest(rest.strip().encode(), self.credentials.token.encode()):
            return
        elif scheme.lower() == "bearer" and hmac.compare_digest(
            rest.strip().encode(), self.credentials.limited.encode()
        ):
            if resource not in LIMITED_RESOURCES:
                raise unauthorised(resource)
        else:
            raise unauthorised(resource)

    def _signed(self, given: dict[str, str], method: str, url: str, query: str) -> None:
        for name in _NEEDED:
            if not given.get(name):
                raise required(name)
        if given["oauth_signature_method"] != "HMAC-SHA256":
            raise RestError(400, "Signature method %1 is not supported", [given["oauth_signature_method"]])
        if given["oauth_consumer_key"] != self.credentials.consumer_key:
            raise RestError(401, "A consumer having the specified key does not exist")
        if given["oauth_token"] != self.credentials.token:
            raise RestError(401, "Specified token does not exist")
        self._nonce(given["oauth_nonce"], given["oauth_timestamp"])
        wanted = signature(self.credentials, method, url, query, given)
        if not hmac.compare_digest(wanted.encode(), given["oauth_signature"].encode()):
            raise RestError(401, "The signature is invalid. Verify and try again.")

    def _nonce(self, nonce: str, timestamp: str) -> None:
        """A time too far ahead and a nonce that was used are refused; old times are accepted."""
        if not timestamp.isdigit() or int(timestamp) > time.time() + _FUTURE:
            raise RestError(401, "The timestamp value in the oauth_timestamp parameter is invalid.")
        with self._lock:
            if nonce in self._nonces:
                raise RestError(401, "The nonce is already being used by the consumer with ID %1.", [1])
            self._nonces.add(nonce)
            self._order.append(nonce)
            if len(self._order) > 100_000:
                self._nonces.discard(self._order.popleft())


def _parameters(header: str) -> dict[str, str]:
    return {name: unquote(value) for name, value in re.findall(r'(\w+)\s*=\s*"([^"]*)"', header)}


def signature(credentials: Credentials, method: str, url: str, query: str, oauth: dict[str, str]) -> str:
    """The signature as the shop computes it, in base64.

    Query parameters are decoded raw (``+`` stays a plus) and left out if they have no ``=`` or a second one.
    """
    parameters = {name: value for name, value in oauth.items() if name not in {"oauth_signature", "realm"}}
    for pair in query.split("&"):
        name, *values = pair.split("=")
        if len(values) == 1:
            parameters[unquote(name)] = unquote(values[0])
    encoded = {_encode(name): _encode(value) for name, value in parameters.items()}
    ordered = sorted(encoded, key=cmp_to_key(natural_order.compare))
    line = "&".join(f"{name}={encoded[name]}" for name in ordered)
    base = "&".join((method.upper(), _encode(url), _encode(line)))
    key = f"{_encode(credentials.consumer_secret)}&{_encode(credentials.token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()


def _encode(text: str) -> str:
    return quote(text, safe="-._~")
