"""The platforms that dotbridge speaks. A new platform is one folder and one line here."""

from __future__ import annotations

from importlib import import_module

from dotbridge.errors import ConfigError
from dotbridge.sources.base import Source
from dotbridge.sources.codes import PLATFORM_UNKNOWN

PLATFORMS = {
    "magento1": "dotbridge.sources.magento1.source:Magento1",
    "magento2": "dotbridge.sources.magento2.source:Magento2",
    "commercetools": "dotbridge.sources.commercetools.source:Commercetools",
}


def platform(key: str) -> type[Source]:
    """The class that speaks the platform; raises ConfigError naming the known ones."""
    path = PLATFORMS.get(key)
    if path is None:
        raise ConfigError(PLATFORM_UNKNOWN, f"{key!r} is not one of {', '.join(PLATFORMS)}.")
    module, _, name = path.partition(":")
    found: type[Source] = getattr(import_module(module), name)
    return found
