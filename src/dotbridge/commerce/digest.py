"""What two reads of the same thing are compared by."""

from __future__ import annotations

from hashlib import sha256

SIZE = 16


def digest_of(content: bytes, owner: int | None = None) -> bytes:
    """16 bytes that change when the content, or whose it is, does. Today's processors have SHA-256 built in."""
    if owner is None:
        return sha256(content).digest()[:SIZE]
    whole = sha256(b"%d " % owner)
    whole.update(content)
    return whole.digest()[:SIZE]
