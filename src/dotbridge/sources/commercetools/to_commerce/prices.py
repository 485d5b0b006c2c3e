"""Which of a variant's prices holds in a store view (commercetools §8.4): the platform's own order, for embedded prices.

Currency and validity are hard; a price that names a country, a channel or a group holds there alone, one that names none
everywhere. The most specific wins, and of two alike the one with dates.
"""

from __future__ import annotations

from collections.abc import Sequence

from dotbridge.commerce.clock import instant
from dotbridge.commerce.money import UNIT
from dotbridge.commerce.product import TierPrice
from dotbridge.sources.commercetools.profiles import View
from dotbridge.sources.commercetools.to_commerce.values import Json, amount, text


def price_of(variant: Json, view: View, now: str) -> Json | None:
    """The price that the platform selected, else the one of the embedded prices that holds at ``now``."""
    selected: Json | None = variant.get("price")
    return selected or select(variant.get("prices") or (), view, now)


def select(prices: Sequence[Json], view: View, now: str) -> Json | None:
    """The price that holds in the view at ``now``; ``None`` without one."""
    fitting = [price for price in prices if _fits(price, view, now)]
    return max(fitting, key=_rank, default=None)


def regular_and_special(price: Json | None) -> tuple[int | None, int | None]:
    """The price and, where a product discount makes it lower, the reduced one; ``None`` where there is none."""
    if price is None:
        return None, None
    regular = amount(price["value"])
    reduced = (price.get("discounted") or {}).get("value")
    special = amount(reduced) if reduced else None
    return regular, special if special is not None and special < regular else None


def tier_prices(price: Json | None) -> tuple[TierPrice, ...]:
    """Prices from a quantity upwards; the platform tells them with or without tax, as the price itself."""
    tiers = sorted((price or {}).get("tiers") or (), key=lambda tier: int(tier["minimumQuantity"]))
    return tuple(
        [
            TierPrice("", int(tier["minimumQuantity"]) * UNIT, amount(tier["value"]), amount(tier["value"]))
            for tier in tiers
        ]
    )


def _fits(price: Json, view: View, now: str) -> bool:
    begins, ends = instant(price.get("validFrom")), instant(price.get("validUntil"))
    if (begins and begins > now) or (ends and ends <= now):
        return False
    wanted = (
        (_country(price), view.country),
        (_id(price, "channel"), view.channel),
        (_id(price, "customerGroup"), view.group),
    )
    return text(price["value"].get("currencyCode")) == view.currency and all(
        named in ("", here) for named, here in wanted
    )


def _rank(price: Json) -> tuple[bool, bool, bool, bool]:
    dated = bool(price.get("validFrom") or price.get("validUntil"))
    return bool(_id(price, "customerGroup")), bool(_id(price, "channel")), bool(_country(price)), dated


def _country(price: Json) -> str:
    return text(price.get("country"))


def _id(price: Json, name: str) -> str:
    return text((price.get(name) or {}).get("id"))
