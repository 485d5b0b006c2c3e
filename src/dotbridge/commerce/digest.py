"""What two reads of the same thing are compared by."""

from __future__ import annotations

from xxhash import xxh3_128_digest


def digest_of(content: bytes, owner: int = 0) -> bytes:
    """16 bytes that change when the content, or whose it is, does.

    Nobody is kept from making two contents of one digest on purpose: all that they could hide is a change of their own.
    """
    return xxh3_128_digest(content, owner)
