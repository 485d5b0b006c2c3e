"""What the first page shows of each website: its balance and freshness, from the figures and a few small queries."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from dotbridge.jobs.kinds import KINDS
from dotbridge.ledger.models import Checkpoint, Job, Website
from dotbridge.ledger.states import State
from dotbridge.web.figures import Figures
from dotbridge.web.shelves import SHELVES

#: What each state counts as in the balance.
COLUMN = {
    State.ACCEPTED.value: "accepted",
    State.PENDING.value: "in_flight",
    State.STAGED.value: "in_flight",
    State.REJECTED.value: "rejected",
    State.SUPPRESSED.value: "suppressed",
    State.EXCLUDED.value: "excluded",
    "merged": "merged",
    State.REMOVED.value: "removed",
    State.ERASED.value: "erased",
}
COLUMNS = ("accepted", "in_flight", "rejected", "suppressed", "excluded", "merged", "removed", "erased")

_ALWAYS = ("accepted", "in_flight", "rejected", "suppressed", "excluded")

#: A stream counts as late when nobody has looked at it for this many of its intervals.
LATE_AFTER = 3.0

PHASES = {
    "customers": "reading customers",
    "subscribers": "reading subscribers",
    "products": "reading products",
    "facts": "reading what was bought",
    "contacts": "mapping contacts",
    "arrival": "waiting until Dotdigital has taken the contacts",
    "orders": "reading orders",
    "carts": "reading carts",
    "reviews": "reading reviews",
    "wishlists": "reading wishlists",
    "complete": "complete",
}


class Part(NamedTuple):
    """One piece of a bar, in hundredths of its width."""

    column: str
    start: float
    width: float


class Balance(NamedTuple):
    """One collection of one website: how many records stand where."""

    label: str
    collection: str
    counts: Counter[str]

    @property
    def total(self) -> int:
        """All records known of the collection."""
        return self.counts.total()

    @property
    def cells(self) -> list[tuple[str, int]]:
        """(column, count) in the order of the table's columns."""
        return [(column, self.counts[column]) for column in COLUMNS]

    @property
    def parts(self) -> list[Part]:
        """The pieces of the bar; what is there at all is wide enough to be seen."""
        shares = [(column, max(1.0, 100.0 * number / self.total)) for column, number in self.cells if number]
        whole, start, found = sum([share for _, share in shares]), 0.0, []
        for column, share in shares:
            width = 100.0 * share / whole
            found.append(Part(column, round(start, 2), round(width, 2)))
            start += width
        return found


class Stream(NamedTuple):
    """How fresh one stream is: ``looked_at`` and ``moved_at`` in epoch seconds, 0 never."""

    label: str
    looked_at: float
    moved_at: float
    read: int
    late: bool


class Site(NamedTuple):
    """One website."""

    website: Website
    state: str
    progress: dict[str, Any]
    balances: list[Balance]
    streams: list[Stream]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of its table: those that every shop fills, and of the others those that hold anything."""
        return tuple([one for one in COLUMNS if one in _ALWAYS or any(row.counts[one] for row in self.balances)])

    @property
    def phase(self) -> str:
        """What is done of the history now, in words."""
        return PHASES.get(str(self.progress.get("phase", "")), "about to begin")

    @property
    def known(self) -> int:
        """All records known of the website."""
        return sum([balance.total for balance in self.balances])


def balances_of(figures: Figures, website_id: int) -> list[Balance]:
    """The website's collections, contacts first; one that holds nothing is left out."""
    counts: dict[str, Counter[str]] = {key: Counter() for key in SHELVES}
    for (website, state), number in figures.people.items():
        if website == website_id and number:
            counts["contacts"][COLUMN[state]] += number
    for tally in figures.tallies:
        if tally.website == website_id:
            counts[tally.shelf][COLUMN[tally.state]] += tally.number
    return [Balance(SHELVES[key].label, key, found) for key, found in counts.items() if found.total()]


def sites(figures: Figures, now: float) -> list[Site]:
    """All websites that are switched on, in the order of their names; four queries, however many there are."""
    websites = Website.objects.select_related("connection").defer("connection__secrets").order_by("name", "id")
    jobs: dict[int, dict[str, Job]] = {}
    for job in Job.objects.filter(website__isnull=False):
        jobs.setdefault(job.website_id or 0, {})[job.kind] = job
    checkpoints: dict[int, dict[str, Checkpoint]] = {}
    for checkpoint in Checkpoint.objects.defer("cursor"):
        checkpoints.setdefault(checkpoint.website_id, {})[checkpoint.stream] = checkpoint
    found = []
    for website in websites:
        mine = jobs.get(website.pk, {})
        history = mine.get("history")
        progress = history.progress if history is not None and website.state == Website.State.HISTORY else {}
        streams = _streams(website, mine, checkpoints.get(website.pk, {}), now)
        found.append(Site(website, website.state, progress, balances_of(figures, website.pk), streams))
    return found


def _streams(website: Website, jobs: dict[str, Job], checkpoints: dict[str, Checkpoint], now: float) -> list[Stream]:
    found = []
    for kind in KINDS.values():
        job = jobs.get(kind.name)
        for name in kind.streams:
            checkpoint = checkpoints.get(name)
            if checkpoint is None:
                continue
            ended = job.finished_at if job is not None and not job.code and job.finished_at else 0.0
            looked_at = max(checkpoint.moved_at, ended)
            due = job is not None and not job.paused and website.state == Website.State.LIVE
            late = due and job is not None and now - looked_at > LATE_AFTER * max(job.every, 60.0)
            found.append(Stream(name.capitalize(), looked_at, checkpoint.moved_at, checkpoint.read, late))
    return found
