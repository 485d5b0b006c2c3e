"""Amounts: ``int`` in 1/10,000 of the currency unit, exact until a document needs a number."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, is_currency

UNIT = 10_000


def units(value: str | Decimal | float | None) -> int:
    """1/10,000 units of a decimal number or its text, rounded half away from zero; ``None`` and "" are 0."""
    if value is None or value == "":
        return 0
    return int((Decimal(str(value)) * UNIT).to_integral_value(ROUND_HALF_UP))


def number(amount: int, step: int = 100) -> float:
    """The amount as a document shows it: ``step`` units are one unit of the last place (100 = two decimals).

    Rounded half away from zero on integers, so that 0.125 never becomes 0.12 by binary accident.
    """
    if not amount % step:
        return amount / UNIT
    places = UNIT // step
    half = step >> 1
    return ((amount + half) // step if amount >= 0 else -((half - amount) // step)) / places


def numbers(amounts: Iterable[int], step: int) -> list[float]:
    """``number`` of each; a whole number of steps, as nearly all are, is not worth a call."""
    return [number(amount, step) if amount % step else amount / UNIT for amount in amounts]


def multiple(price: int, amount: int, step: int = 100) -> int:
    """Price times quantity in units of the last place (``step``), rounded once, half away from zero."""
    exact, unit = price * amount, UNIT * step
    half = unit >> 1
    return (exact + half) // unit if exact >= 0 else -((half - exact) // unit)


def quantity(amount: int) -> int | float:
    """A quantity as people write it: 1500 stays 1500, 2.5 stays 2.5 (the classic connectors sent 1 and 2)."""
    return amount / UNIT if amount % UNIT else amount // UNIT


@lru_cache(256)
def known_currency(code: str) -> bool:
    """Whether ISO 4217 (as CLDR has it) knows the code."""
    return bool(code) and is_currency(code)


@lru_cache(256)
def document_step(code: str) -> int:
    """Units of the last place that documents in this currency show: two decimals, or three where it has three."""
    digits = get_currency_precision(code) if known_currency(code) else 2
    return int(UNIT // 10 ** max(2, min(digits, 4)))
