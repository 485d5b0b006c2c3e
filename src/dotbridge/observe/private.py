"""Values that never print themselves: passwords and tokens, and the e-mail addresses of people.

Both are holders and not strings on purpose: a string can be joined into a sentence by accident, a holder prints its
mask wherever it ends up, and ``reveal()`` can be searched for in the code.
"""

from __future__ import annotations

import hmac
import os
import threading
import weakref
from hashlib import blake2b
from typing import NoReturn

DOTS = "•••"
_SHORTEST_KNOWN = 6  # a shorter secret would blank out ordinary words of a log line

_alive: weakref.WeakValueDictionary[int, Secret] = weakref.WeakValueDictionary()
_lock = threading.Lock()


class Secret:
    """A password, token or key. Prints dots; ``reveal()`` gives the text; cannot be pickled or joined to a string."""

    __slots__ = ("__weakref__", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        if len(text) >= _SHORTEST_KNOWN:
            with _lock:
                _alive[id(self)] = self

    def reveal(self) -> str:
        """The text itself, for the one place that sends or compares it."""
        return self._text

    def __str__(self) -> str:
        return DOTS

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return DOTS

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not written anywhere")


def known_secrets() -> list[str]:
    """The texts of all secrets alive in this process, longest first, for the redaction of log lines."""
    with _lock:
        texts = {secret.reveal() for secret in _alive.values()}
    return sorted(texts, key=len, reverse=True)


_hash_key = os.urandom(16)


def set_hash_key(key: bytes) -> None:
    """Make the hashes of addresses comparable between processes of one installation (at most 64 bytes are used)."""
    global _hash_key  # noqa: PLW0603  one key per process, set once by the composition root
    _hash_key = key[:64]


def mask(address: str) -> str:
    """``ada@example.com`` → ``a•••@example.com``; text without an @ becomes dots alone."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}{DOTS}@{domain}" if at else DOTS


class Email:
    """A person's address. Prints masked; ``hash`` is short and keyed, so that log lines about one person meet."""

    __slots__ = ("_address",)

    def __init__(self, address: str) -> None:
        self._address = address

    def reveal(self) -> str:
        """The address as typed, for the one place that sends it."""
        return self._address

    @property
    def hash(self) -> str:
        """12 hexadecimal digits; equal for addresses that differ in case only."""
        return blake2b(self._address.strip().lower().encode(), key=_hash_key, digest_size=6).hexdigest()

    def __str__(self) -> str:
        return mask(self._address)

    def __repr__(self) -> str:
        return f"{mask(self._address)} ({self.hash})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Email) and self._address.strip().lower() == other._address.strip().lower()

    def __hash__(self) -> int:
        return hash((Email, self._address.strip().lower()))
