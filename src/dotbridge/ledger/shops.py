"""A connection's shop opened from the ledger, and its websites in commerce words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from dotbridge.commerce.site import Store, Website
from dotbridge.ledger import models
from dotbridge.sources.base import Source
from dotbridge.sources.registry import platform

#: Settings that a source reads by itself.
_FOR_SOURCE = (
    "overlap_seconds",
    "catalog.level",
    "catalog.image_role",
    "catalog.brand_attribute",
    "catalog.attributes",
    "contacts.attributes",
)


def open_source(connection: models.Connection, settings: Mapping[str, Any]) -> Source:
    """The connection's shop with its secrets in clear and the settings that it reads."""
    values = {**connection.settings, **orjson.loads(connection.secrets or "{}")}
    values.update({name: settings[name] for name in _FOR_SOURCE})
    return platform(connection.platform)(values)


def live_websites(connection: models.Connection) -> list[int]:
    """Its websites whose history is read, in their order: what is told of the shop concerns all of them."""
    live = models.Website.objects.filter(connection=connection, state=models.Website.State.LIVE).order_by("pk")
    return list(live.values_list("pk", flat=True))


def site_of(row: models.Website) -> Website:
    """The website in commerce words."""
    stores = tuple(
        Store(s.source_id, s.code, s.name, s.group, s.locale, s.currency, s.base_url, s.active)
        for s in row.stores.order_by("id")
    )
    return Website(row.source_id, row.code, row.name, row.base_currency, row.timezone, stores)
