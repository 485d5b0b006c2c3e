"""Instants as documents show them. Ours are UTC text ``YYYY-MM-DDTHH:MM:SSZ``; an unknown one is "" and is left out."""

from __future__ import annotations


def iso(instant: str) -> str:
    """ISO 8601 with offset, the form that gives a member of type timestamp (dotdigital-api §15.3)."""
    return instant[:19] + "+00:00"


def moment(instant: str) -> str:
    """``YYYY-MM-DD hh:mm:ss`` in UTC: the form that Dotdigital expects of ``purchaseDate`` (dotdigital-api §19.1)."""
    return f"{instant[:10]} {instant[11:19]}"
