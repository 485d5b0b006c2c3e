"""Retention: bodies some days after they settled, batches and runs later; bodies that no batch names are swept."""

from __future__ import annotations

from collections import Counter

from dotbridge.ledger import bodies, clock, erasures
from dotbridge.ledger.models import EmailImporter, Event, Run
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.states import BatchState

DAY = 86_400.0
#: A body is written before its batch's row: only one that has had no row for this long was left behind.
ORPHAN_AGE = 3600.0
_ENDED = [BatchState.SETTLED, BatchState.SPLIT, BatchState.EXPIRED]


def clean(account_id: int) -> Counter[str]:
    """Drops what is past its time; gives counts."""
    settings, now, counts = resolve(), clock.now(), Counter[str]()
    old = EmailImporter.objects.filter(
        account_id=account_id, state__in=_ENDED, settled_at__lt=now - settings["retention.bodies_days"] * DAY
    )
    for batch in old.exclude(body="").only("pk", "body"):
        bodies.drop([batch.body])
        EmailImporter.objects.filter(pk=batch.pk).update(body="", body_sha256="")
        counts["bodies"] += 1
    limit = now - settings["retention.batches_days"] * DAY
    counts["batches"] = EmailImporter.objects.filter(
        account_id=account_id, state__in=_ENDED, settled_at__lt=limit, body=""
    ).delete()[0]
    counts["runs"] = Run.objects.filter(job__account_id=account_id, ended_at__lt=limit).delete()[0]
    told = now - settings["retention.events_days"] * DAY
    counts["events"] = Event.objects.filter(connection__account_id=account_id, received_at__lt=told).delete()[0]
    counts["erasures"] = erasures.forget(account_id, limit)
    counts["orphans"] = _sweep(now)
    return +counts


def _sweep(now: float) -> int:
    named = set(EmailImporter.objects.exclude(body="").values_list("body", flat=True))
    orphans = [name for name in bodies.stored_names() - named if now - bodies.stored_at(name) > ORPHAN_AGE]
    bodies.drop(orphans)
    return len(orphans)
