"""Numbers for batches: random, so that a body can be stored before any transaction names it."""

from __future__ import annotations

import random

_random = random.SystemRandom()


def new_batch_id() -> int:
    """A number that no other batch has, below 2^53 so that JSON readers keep it exact."""
    return _random.getrandbits(52) + 1
