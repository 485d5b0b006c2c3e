"""Names that come from a merchant's labels, made legal for Dotdigital (dotdigital-api §15.2, behaviour §6).

Member names hold ``[A-Za-z0-9_-]`` only; collection names letters, digits and underscores, at most 255.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_ILLEGAL = re.compile(r"[^A-Za-z0-9_-]+")
_SPACES = re.compile(r"\s+")
_NOT_IN_COLLECTION = re.compile(r"[^A-Za-z0-9_]")


@lru_cache(8192)
def member_name(label: str, label_id: str = "") -> str:
    """``Name tag`` → ``Name-tag``; where characters had to go, the id keeps two labels apart; "" if nothing is left."""
    spaced = _SPACES.sub("-", label.strip())
    clean = _ILLEGAL.sub("", spaced)
    if clean == spaced:
        return clean
    suffix = _ILLEGAL.sub("", label_id)
    if suffix:
        return f"{clean}-{suffix}"
    return clean if clean.strip("-_") else ""


def clashes(name: str, names: Iterable[str]) -> bool:
    """Whether Dotdigital would take the name for one of ``names``: dash and underscore are the same to it."""
    folded = name.replace("-", "_")
    return any([folded == other.replace("-", "_") for other in names])


def collection_name(*parts: str) -> str:
    """The parts joined by underscores, each made legal: ``Catalog_base_en_gb``."""
    return _NOT_IN_COLLECTION.sub("_", "_".join(parts))[:255]
