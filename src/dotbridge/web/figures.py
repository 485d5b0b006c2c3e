"""How many records stand where: one grouped pass over each table, kept for a moment and shared by all pages.

Counting costs about two microseconds a row (measured: 0.6 to 0.8 s at 430,000 rows on SQLite), which no page should
wait for. So the figures are counted again when they are two seconds old, by a thread of their own and never for more
than a tenth of the time; a page waits a blink for them and otherwise shows those from before, with their age.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from django.db import connection

from dotbridge.ledger import hot
from dotbridge.ledger.states import State
from dotbridge.observe.logging import get_logger
from dotbridge.web.shelves import SHELVES, Shelf

_log = get_logger(__name__)

FRESH_SECONDS = 2.0
#: After a count that took t seconds the next one begins t times this later at the earliest.
REST = 9.0
#: The longest that a page waits for a count under way when older figures are at hand.
BLINK = 0.08

#: The first warning's code stands in the first characters of the JSON: ``[["MAP-IMAGE-MISSING","image","…"]]``.
_FIRST_WARNING = "SUBSTR(warnings, 4, 44)"


class Tally(NamedTuple):
    """Records of one shelf that stand alike. ``website`` is ``None`` for contacts, who belong to the account."""

    shelf: str
    website: int | None
    state: str
    waits_for: str
    code: str
    warning: str
    number: int
    newest: float


class Figures(NamedTuple):
    """``tallies`` of all shelves, and ``people``: sources of contacts by (website, state), ``merged`` among them.

    ``at`` is when they were counted (epoch seconds) and ``took`` how long that lasted (seconds).
    """

    tallies: list[Tally]
    people: Counter[tuple[int, str]]
    unreadable: list[Tally]
    at: float
    took: float


def count() -> Figures:
    """Counts everything now."""
    at, began = time.time(), time.monotonic()
    tallies = [tally for shelf in SHELVES.values() for tally in _shelf(shelf)]
    people, unreadable = _people()
    return Figures(tallies, people, unreadable, at, time.monotonic() - began)


def _shelf(shelf: Shelf) -> list[Tally]:
    # +0 keeps SQLite from walking an index and fetching each row for itself: the whole table is read anyway.
    website = "NULL" if shelf.key == "contacts" else "website_id + 0"
    found = hot.rows(
        f"SELECT {website}, state, waits_for, code, {_FIRST_WARNING}, COUNT(*), MAX(read_started)"  # noqa: S608 - our own names
        f" FROM {shelf.table} GROUP BY 1, 2, 3, 4, 5"
    )
    return [
        Tally(shelf.key, website, state, waits_for, code, (warning or "").partition('"')[0], number, newest or 0.0)
        for website, state, waits_for, code, warning, number, newest in found
    ]


def _people() -> tuple[Counter[tuple[int, str]], list[Tally]]:
    """Sources by website and state of their contact; of each person the oldest source counts, the others are merged."""
    people: Counter[tuple[int, str]] = Counter()
    for website, state, number in hot.rows(
        "SELECT s.website_id, c.state, COUNT(*) FROM (SELECT contact_id, MIN(id) AS id FROM contact_source"
        " WHERE contact_id IS NOT NULL GROUP BY contact_id) f JOIN contact_source s ON s.id = f.id"
        " JOIN email_contact c ON c.id = f.contact_id GROUP BY 1, 2"
    ):
        people[website, state] += number
        people[website, "merged"] -= number
    for website, known in hot.rows("SELECT website_id + 0, COUNT(contact_id) FROM contact_source GROUP BY 1"):
        people[website, "merged"] += known
    unreadable = [
        Tally("sources", website, State.REJECTED.value, "", code, "", number, newest)
        for website, code, number, newest in hot.rows(
            "SELECT website_id + 0, code, COUNT(*), MAX(read_started) FROM contact_source"
            " WHERE contact_id IS NULL GROUP BY 1, 2"
        )
    ]
    for tally in unreadable:
        people[tally.website or 0, State.REJECTED.value] += tally.number
    return people, unreadable


class Counted:
    """The figures as last counted. ``background=False`` counts in the caller's thread."""

    def __init__(self, counting: Callable[[], Figures], *, background: bool = True) -> None:
        self._counting = counting
        self.background = background
        self._held: Figures | None = None
        self._outdated = False
        self._busy = threading.Lock()

    def get(self) -> Figures:
        """The figures, at most a moment old where the ledger is small; only the first caller of a process waits."""
        held = self._held
        if held is None:
            with self._busy:
                return self._held or self._count()
        rest = FRESH_SECONDS if self._outdated else max(FRESH_SECONDS, held.took * REST)
        if (self._outdated or time.time() - held.at > rest) and self._busy.acquire(blocking=False):
            self._again()
        return self._held or held

    def warm(self) -> None:
        """Begins to count in a thread, at the start of a process, so that its first visitor finds figures."""
        if self._busy.acquire(blocking=False):
            threading.Thread(target=self._in_thread, name="figures", daemon=True).start()

    def outdate(self) -> None:
        """Something was changed by hand: the next page asks for a new count at once."""
        self._outdated = True

    def clear(self) -> None:
        """Forgets what was counted, so that the next caller counts anew."""
        self._held = None

    def _count(self) -> Figures:
        self._outdated = False
        self._held = self._counting()
        return self._held

    def _again(self) -> None:
        """Counts, with the lock held, in a thread if that is wanted; an error keeps the older figures."""
        if not self.background:
            try:
                self._count()
            finally:
                self._busy.release()
            return
        thread = threading.Thread(target=self._in_thread, name="figures", daemon=True)
        thread.start()
        thread.join(BLINK)

    def _in_thread(self) -> None:
        try:
            self._count()
        except Exception:  # noqa: BLE001 - the pages live on with the older figures, which show their age
            _log.exception("figures.failed")
        finally:
            connection.close()
            self._busy.release()


counted = Counted(count)
