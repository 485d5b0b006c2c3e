"""Wakes whoever works, after something became due. It may be lost: the job table is looked at all the same."""

from __future__ import annotations

from collections.abc import Callable

_ringers: list[Callable[[], None]] = []


def answer(ringer: Callable[[], None]) -> None:
    """From now on ``ringer`` is called at each ring; it must return at once."""
    _ringers.append(ringer)


def ignore(ringer: Callable[[], None]) -> None:
    """``ringer`` is called no more."""
    if ringer in _ringers:
        _ringers.remove(ringer)


def ring() -> None:
    """Something may be due now."""
    for ringer in tuple(_ringers):
        ringer()
