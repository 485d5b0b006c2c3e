"""Coupon codes that a shop makes at our request and takes back: what a platform that can do so gives."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Literal, NamedTuple

MOST = 500
"""Codes of one call; the shop draws each by itself and looks whether it is there already."""


class Spelling(NamedTuple):
    """How codes look: ``length`` random signs, a ``delimiter`` after each ``every`` of them (0: none)."""

    length: int = 12
    kind: Literal["alphanum", "alpha", "num"] = "alphanum"
    prefix: str = ""
    suffix: str = ""
    every: int = 0
    delimiter: str = "-"


class Coupons(abc.ABC):
    """Codes of one shop. How often one may be used, and by whom, is the matter of the rule it belongs to.

    Both raise ConfigError where the right is missing.
    """

    @abc.abstractmethod
    def generate(self, rule_id: str, quantity: int, spelling: Spelling = Spelling()) -> list[str]:  # noqa: B008 - immutable
        """So many new codes, at most ``MOST``. Never repeated by itself: OutcomeUnknown where the answer was lost, and
        the codes with it. Raises ConfigError for a rule that is not there or does not let codes be generated."""

    @abc.abstractmethod
    def withdraw(self, codes: Sequence[str]) -> None:
        """Takes codes back, so that no cart accepts them any more; those that are gone already are no trouble."""
