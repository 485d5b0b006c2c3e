"""PHP's ``strnatcmp``: runs of digits compare as numbers.

Magento sorts the parameters of an OAuth signature this way and not by bytes, as RFC 5849 wants (1.4): the two orders
differ as soon as an index reaches 10.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"\d+|\D")


def compare(left: str, right: str) -> int:
    """Negative, zero or positive, as ``left`` sorts before, with or after ``right``."""
    ours, theirs = _RUNS.findall(left), _RUNS.findall(right)
    for one, other in zip(ours, theirs, strict=False):
        result = _run(one, other) if one.isdigit() and other.isdigit() else (one > other) - (one < other)
        if result:
            return result
    return len(ours) - len(theirs)


def _run(one: str, other: str) -> int:
    """Runs that start with 0 are fractions and compare from the left; all others by value."""
    if one.startswith("0") or other.startswith("0"):
        return (one > other) - (one < other)
    return int(one) - int(other)
