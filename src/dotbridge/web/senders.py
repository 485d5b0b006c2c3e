"""What the console shows of a Dotdigital account: whether it may send, what is on the road, and the calls left."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from urllib.parse import urlsplit

from django.db.models import Count

from dotbridge.ledger.models import Budget, DotdigitalAccount, EmailImporter
from dotbridge.ledger.states import OPEN_BATCHES, BatchState
from dotbridge.web.reasons import Reason, reason_of

#: Parked batches that the card names; the page of batches has all of them.
NAMED = 3

_CANARY = {
    "wanted": "The first import will be a canary of at most 100 contacts.",
    "out": "The canary is on its way; all other contacts wait for it.",
    "passed": "The canary passed.",
}


class Tier(NamedTuple):
    """The calls of one tier: how many may go at this moment, how many fit, and the rate of refill per minute."""

    name: str
    left: int
    capacity: int
    per_minute: int
    closed_for: float


class Parked(NamedTuple):
    """A batch that waits for a person, and why."""

    batch: EmailImporter
    reason: Reason


class Sender(NamedTuple):
    """One account."""

    account: DotdigitalAccount
    host: str
    canary: str
    open: list[tuple[str, int]]
    parked: list[Parked]
    parked_count: int
    tiers: list[Tier]


def senders(now: float) -> list[Sender]:
    """All accounts with what is on the road for them; four queries, however many there are."""
    counts: dict[int, Counter[str]] = {}
    for account_id, state, number in (
        EmailImporter.objects.filter(state__in=OPEN_BATCHES)
        .values_list("account_id", "state")
        .annotate(number=Count("id"))
        .order_by()
    ):
        counts.setdefault(account_id, Counter())[state] = number
    parked: dict[int, list[Parked]] = {}
    for batch in EmailImporter.objects.filter(state=BatchState.PARKED).order_by("created_at")[:50]:
        parked.setdefault(batch.account_id, []).append(Parked(batch, reason_of(batch.code)))
    tiers: dict[int, list[Tier]] = {}
    for budget in Budget.objects.order_by("tier"):
        tiers.setdefault(budget.account_id, []).append(tier_of(budget, now))
    found = []
    for account in DotdigitalAccount.objects.defer("password").order_by("label", "key"):
        mine = counts.get(account.pk, Counter())
        on_road = [(state.value, mine[state]) for state in OPEN_BATCHES if mine[state]]
        host = urlsplit(account.endpoint).netloc
        held, canary = parked.get(account.pk, []), _CANARY[account.canary]
        number = mine[BatchState.PARKED]
        found.append(Sender(account, host, canary, on_road, held[:NAMED], number, tiers.get(account.pk, [])))
    return found


def tier_of(budget: Budget, now: float) -> Tier:
    """The bucket as it stands now; a time in the future means that it is closed until then."""
    left = min(budget.capacity, budget.tokens + max(0.0, now - budget.at) * budget.rate)
    name = "all calls" if budget.tier == "*" else budget.tier
    closed_for = max(0.0, budget.at - now)
    return Tier(name, max(0, int(left)), max(1, int(budget.capacity)), round(budget.rate * 60), closed_for)
