"""The living shop: every few seconds something happens, as seeded as the past.

What happens depends on the seed and on how many changes there have been, not on the clock; only its time is now.
"""

from __future__ import annotations

import logging
import threading

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.changes import CHANGES
from dotbridge.sandbox.northwind.changes.chosen import NothingToChangeError
from dotbridge.sandbox.northwind.shop import Shop

log = logging.getLogger(__name__)

_SHARES = {
    "place_order": 30,
    "advance": 20,
    "new_cart": 10,
    "change_cart": 5,
    "new_customer": 7,
    "subscribe": 4,
    "unsubscribe": 3,
    "change_profile": 4,
    "change_email": 1,
    "refund": 5,
    "cancel": 2,
    "price": 4,
    "stock": 5,
}


def step(shop: Shop) -> tuple[str, Document]:
    """Let one thing happen; the answer is its name and what it changed."""
    with shop.change() as session:
        kind = session.chance.choices(list(_SHARES), list(_SHARES.values()))[0]
        try:
            return kind, CHANGES[kind](session)
        except NothingToChangeError:
            return "place_order", CHANGES["place_order"](session)


class Life:
    """A thread that lets something happen every ``seconds``, until it is stopped."""

    def __init__(self, shop: Shop, seconds: float) -> None:
        self._shop = shop
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="northwind-living", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(timeout=10)

    def _live(self) -> None:
        while not self._over.wait(self._seconds):
            try:
                step(self._shop)
            except Exception:
                log.exception("a living change failed and was undone")
        self._shop.close()
