"""Signs calls as Magento 2 checks them: OAuth 1.0a with HMAC-SHA256 (magento2-data §1.4). Pure.

Magento sorts parameters in PHP's natural order where RFC 5849 sorts by bytes. The two agree as long as no index in a
parameter name has two digits, which ``criteria`` sees to.
"""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote

from dotbridge.observe.private import Secret

Pairs = Sequence[tuple[str, str]]


def encode(text: str) -> str:
    """Percent-encoded for path, query and signature alike: a space is %20, brackets, commas and = are encoded."""
    return quote(text, safe="")


def encode_query(pairs: Pairs) -> str:
    """The query as it is sent; every pair has its ``=``, or the server would leave it out of the signature."""
    return "&".join([f"{encode(name)}={encode(value)}" for name, value in pairs])


class Access(Protocol):
    """How a call proves who makes it."""

    def authorization(self, method: str, url: str, query: Pairs) -> str:
        """The ``Authorization`` header for one sending of a call; ``url`` is without its query."""


class Bearer:
    """The integration's access token alone; the shop must allow it (§1.4)."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def authorization(self, method: str, url: str, query: Pairs) -> str:  # noqa: ARG002 - the protocol's signature
        return f"Bearer {self._token.reveal()}"


@dataclass(frozen=True, slots=True)
class OAuth:
    """The four credentials of an integration. Each header is good for one sending: a nonce seen twice is refused."""

    consumer_key: str
    consumer_secret: Secret
    token: str
    token_secret: Secret
    now: Callable[[], float] = time.time
    nonce: Callable[[], str] = lambda: secrets.token_hex(16)

    def authorization(self, method: str, url: str, query: Pairs) -> str:
        given = [
            ("oauth_consumer_key", self.consumer_key),
            ("oauth_nonce", self.nonce()),
            ("oauth_signature_method", "HMAC-SHA256"),
            ("oauth_timestamp", str(int(self.now()))),
            ("oauth_token", self.token),
            ("oauth_version", "1.0"),
        ]
        given.append(("oauth_signature", self._signature(base_string(method, url, [*query, *given]))))
        return "OAuth " + ", ".join([f'{name}="{encode(value)}"' for name, value in given])

    def _signature(self, text: str) -> str:
        key = f"{encode(self.consumer_secret.reveal())}&{encode(self.token_secret.reveal())}"
        return b64encode(hmac.new(key.encode(), text.encode(), sha256).digest()).decode()


def base_string(method: str, url: str, parameters: Pairs) -> str:
    """What is signed: method, URL without query, and all parameters sorted; each part encoded once more."""
    pairs = sorted([(encode(name), encode(value)) for name, value in parameters])
    joined = "&".join([f"{name}={value}" for name, value in pairs])
    return "&".join([method.upper(), encode(url), encode(joined)])
