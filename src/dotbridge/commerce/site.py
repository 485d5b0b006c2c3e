"""Websites and store views: the scopes a shop sells in."""

from __future__ import annotations

import msgspec


class Store(msgspec.Struct, frozen=True):
    """One store view (usually one language). ``base_url`` ends in a slash."""

    source_id: str
    code: str
    name: str
    group: str
    locale: str = ""
    currency: str = ""
    base_url: str = ""
    active: bool = True


class Website(msgspec.Struct, frozen=True):
    """One website with its store views; ``timezone`` is an IANA name, ``base_currency`` the accounting currency."""

    source_id: str
    code: str
    name: str
    base_currency: str
    timezone: str = "UTC"
    stores: tuple[Store, ...] = ()
