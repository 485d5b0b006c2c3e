"""The example documents of the contract, and the project that they belong to."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from dotbridge.mapping.base import Context
from dotbridge.mapping.settings import Settings
from dotbridge.sources.commercetools.profiles import Keys, Profile, profiles
from dotbridge.sources.commercetools.settings import DEFAULTS

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("DOTBRIDGE_SHARED") or ROOT.parent / "shared")
EXAMPLES = SHARED / "contracts" / "examples" / "commercetools"
ADDRESSES = {
    "product_url": "https://shop.example/{locale}/{slug}",
    "cart_url": "https://shop.example/{locale}/cart/{cart_id}",
}


def example(name: str) -> Any:
    """An example document."""
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def profile(**settings: Any) -> Profile:
    """The one profile of the examples' project, with further settings of the connection."""
    found = profiles(example("project"), [example("store")], Keys({}, {}), {**ADDRESSES, **settings})
    return next(iter(found.values()))


def context(one: Profile) -> Context:
    """What its records are mapped in, by the platform's own defaults."""
    settings = Settings(
        ids="text",
        catalog_level=DEFAULTS["catalog.level"],
        catalog_shape=DEFAULTS["catalog.shape"],
        catalog_unpublished=DEFAULTS["catalog.unpublished"],
        fields=DEFAULTS["contacts.fields"],
        attributes={"loyaltyTier": "LOYALTY_TIER", "points": "POINTS", "interests": "INTERESTS"},
    )
    return Context(settings, one.website)
