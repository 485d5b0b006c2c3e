"""Websites by the names that people give them: a code, or connection/code where several shops use the same one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from dotbridge.errors import ConfigError
from dotbridge.jobs.codes import WEBSITE_UNCLEAR, WEBSITE_UNKNOWN
from dotbridge.ledger.models import Website


def websites_named(name: str) -> QuerySet[Website]:
    """The websites of this name, of all connections where it is a code alone; raises ConfigError for none."""
    connection, _, code = name.partition("/")
    found = Website.objects.filter(Q(code=name) | Q(connection__key=connection, code=code))
    if not found.exists():
        raise ConfigError(WEBSITE_UNKNOWN, f"It is {name!r}.")
    return found


def the_one_of(found: Iterable[Website]) -> Website:
    """The only one of them; raises ConfigError, naming them, where there are several."""
    first, *others = found
    if others:
        names = ", ".join(f"{one.connection.key}/{one.code}" for one in (first, *others))
        raise ConfigError(WEBSITE_UNCLEAR, f"It may be {names}.")
    return first
