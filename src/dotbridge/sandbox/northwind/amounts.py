"""Money arithmetic of the shop: integer cents inside, JSON numbers as Magento prints them outside.

Magento rounds each figure of a line half away from zero to two places and computes every currency from the price in
that currency; nothing here is a float before it is printed.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
"""One record of the shop, in the words of Magento's REST answers."""


def amount(cents: int) -> int | float:
    """The JSON number of an amount; whole amounts print without a decimal point, as PHP does."""
    return cents / 100 if cents % 100 else cents // 100


def cents(value: float | None) -> int:
    """The cents of a printed amount; a missing amount counts as nothing."""
    return round((value or 0) * 100)


def convert(base_cents: int, rate: float) -> int:
    """Cents in another currency, rounded half up."""
    return base_cents if rate == 1 else int(base_cents * rate + 0.5)


def portion(base_cents: int, percent: int) -> int:
    """So many per cent of an amount of zero or more, rounded half up."""
    return (base_cents * percent + 50) // 100


def decimal_text(value: int) -> str:
    """A decimal attribute as EAV stores it: ``138.660000``."""
    return f"{value // 100}.{value % 100:02d}0000"
