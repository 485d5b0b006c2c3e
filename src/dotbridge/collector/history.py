"""The whole history of a newly connected website: facts first, contacts once, then insight. It is silent.

Each phase is what the jobs do anyway, in an order that makes every contact complete when it is first sent: who there
is, what products are called, what was bought; then each contact is mapped once, with its final sales fields; when
Dotdigital holds them, orders, carts, reviews and wishlists follow. It resumes where its checkpoints stand. Long streams
are read by several workers (``collector.ranges``); the phases still come one after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import orjson

from dotbridge.collector.ranges import help_read, mark_of, read_side_by_side
from dotbridge.collector.scope import Scope
from dotbridge.ledger import clock, hot, ranges
from dotbridge.ledger.consent_feed import statuses_read_at
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Checkpoint, Website
from dotbridge.ledger.states import OPEN_BATCHES
from dotbridge.ledger.statistics import refresh_statistics
from dotbridge.ledger.transaction import writing

PHASES = (
    "customers",
    "subscribers",
    "products",
    "facts",
    "contacts",
    "arrival",
    "orders",
    "carts",
    "reviews",
    "wishlists",
)
#: Tables that a phase has filled and the next ones ask.
_FILLED = {
    "customers": ("contact_source", "email_contact"),
    "subscribers": ("contact_source", "email_contact"),
    "products": ("product_fact", "email_catalog"),
    "facts": ("order_fact", "contact_source", "email_contact"),
    "contacts": ("email_contact", "email_importer", "list_membership"),
    "orders": ("email_order", "email_importer"),
}
_MARK = "history"
_LOOK_AGAIN = 1.0


class HistoryProgress(msgspec.Struct):
    """One turn's counts, seconds until the next, and what the console shows: phase, read, total, seconds left.

    ``help``: other workers may read ranges of the phase at the same time.
    """

    counts: Counter[str]
    wait: float
    shown: dict[str, Any]
    help: bool = False


def read_history(
    scope: Scope, lease: Lease, map_contacts: Callable[[Scope, Lease | None], tuple[Counter[str], bool]]
) -> HistoryProgress:
    """Goes on with the website's history for one turn; the website is live when the last phase is through."""
    counts: Counter[str] = Counter()
    phase, begun = _phase(scope)
    while phase < len(PHASES):
        name = PHASES[phase]
        done, more = _go_on(scope, name, lease, map_contacts, begun)
        counts += done
        if more:
            wait = _LOOK_AGAIN if name == "arrival" or not done else 0.0
            shown = _shown(scope, phase, begun)
            return HistoryProgress(counts, wait, shown, help="ranges" in shown)
        phase, begun = phase + 1, clock.now()
        _save(scope, lease, phase, begun)
        refresh_statistics(_FILLED.get(name, ()))
        if lease.over():
            break
    return HistoryProgress(counts, 0.0, _shown(scope, phase, begun))


def _go_on(
    scope: Scope,
    name: str,
    lease: Lease,
    map_contacts: Callable[[Scope, Lease | None], tuple[Counter[str], bool]],
    begun: float,
) -> tuple[Counter[str], bool]:
    """(counts, whether the phase needs another turn)."""
    if name == "contacts":
        # A person may be known in two websites that are both being read: mapped before the second one's figures are
        # complete, they would be sent twice, the first time with sales that are not final.
        return (Counter(), True) if _facts_missing(scope) else map_contacts(scope, lease)
    if name == "arrival":
        return Counter(), _under_way(scope, begun)
    progress = read_side_by_side(scope, name, lease)
    return progress.counts, progress.more


def help_history(scope: Scope, lease: Lease) -> tuple[Counter[str], bool]:
    """Helps the history's own job where its phase is cut into ranges; (counts, whether it is)."""
    phase, _ = _phase(scope)
    if phase >= len(PHASES) or ranges.standing(scope.website.pk, mark_of(PHASES[phase])) is None:
        return Counter(), False
    return help_read(scope, PHASES[phase], lease), True


def forget_history(website: Website) -> None:
    """The website begins anew when it is next told to read its history; what was staged stays. Within a transaction."""
    Checkpoint.objects.filter(website=website).delete()
    ranges.forget(website.pk)


def _facts_missing(scope: Scope) -> bool:
    """Whether another website of the account is still collecting the figures of its history."""
    reading = Website.objects.filter(account=scope.account, state=Website.State.HISTORY, facts_complete=False)
    return reading.exclude(pk=scope.website.pk).exists()


def _under_way(scope: Scope, begun: float) -> bool:
    """Whether contacts that were staged before ``begun`` are still on the road. Parked ones wait for a person and hold
    nothing up; nor do those of other websites, which may go on sending for ever.

    Or were settled by a report since Dotdigital was last asked for statuses: whom it does not mail is known before
    anything of theirs is sent. Those of an import that was given up go once more, and are asked about after that.
    """
    states = [state for state in OPEN_BATCHES if state != "parked"]
    query = (
        "SELECT 1 FROM email_importer WHERE account_id = %s AND kind = 'contacts' AND (created_at <= %s OR parent IS NOT NULL)"
        f" AND (state IN ({hot.marks(states)}) OR (state = 'settled' AND import_id <> '' AND settled_at > %s)) LIMIT 1"
    )
    return bool(hot.rows(query, [scope.account.pk, begun, *states, statuses_read_at(scope.account.pk)]))


def _phase(scope: Scope) -> tuple[int, float]:
    row = Checkpoint.objects.filter(website=scope.website, stream=_MARK).first()
    if row is None:
        return 0, clock.now()
    mark = orjson.loads(row.cursor)
    return int(mark["phase"]), float(mark["begun"])


def _save(scope: Scope, lease: Lease, phase: int, begun: float) -> None:
    ended = phase == len(PHASES)
    with writing():
        lease.assert_held()
        hot.save_checkpoint(scope.website.pk, _MARK, orjson.dumps({"phase": phase, "begun": begun}).decode(), 0)
        if PHASES[phase - 1] == "facts":
            Website.objects.filter(pk=scope.website.pk).update(facts_complete=True)
            scope.website.facts_complete = True
        if ended:
            Website.objects.filter(pk=scope.website.pk, state=Website.State.HISTORY).update(state=Website.State.LIVE)


def _shown(scope: Scope, phase: int, begun: float) -> dict[str, Any]:
    """What people see: the phase, how far it is, and how long it may last at the speed so far."""
    if phase >= len(PHASES):
        return {"phase": "complete", "step": len(PHASES), "steps": len(PHASES)}
    name = PHASES[phase]
    shown: dict[str, Any] = {"phase": name, "step": phase + 1, "steps": len(PHASES)}
    stream = scope.streams.get("orders" if name == "facts" else name)
    if stream is None:
        return shown
    row = Checkpoint.objects.filter(website=scope.website, stream=mark_of(name)).first()
    parts = ranges.standing(scope.website.pk, mark_of(name))
    read, total = (row.read if row else 0) + (parts.read if parts else 0), stream.count(scope.site)
    shown.update(read=read, total=total)
    if parts is not None:
        shown.update(ranges=parts.ranges, ranges_done=parts.ranges - parts.open)
    if total and read:
        shown["seconds_left"] = round(max(0.0, (clock.now() - begun) * (total - read) / read))
    return shown
