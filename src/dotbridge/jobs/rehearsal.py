"""A dry run: the same reading and mapping, and then nothing is stored, staged or sent."""

from __future__ import annotations

from collections import Counter

from dotbridge.collector.departures import PEOPLE
from dotbridge.collector.records import RecordPage
from dotbridge.collector.scope import Scope, scope_of
from dotbridge.jobs.kinds import KINDS, kind_of
from dotbridge.jobs.named import websites_named
from dotbridge.ledger.models import Website
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.sources.base import Cursor


def rehearse(job: str, website: str = "") -> Counter[str]:
    """What the job would do from the beginning: counts by fate; people are counted as read."""
    kinds = list(KINDS.values()) if job == "all" else [kind_of(job)]
    streams = list(dict.fromkeys(name for kind in kinds for name in kind.streams))
    counts: Counter[str] = Counter()
    websites = websites_named(website) if website else Website.objects.all()
    for pk in websites.exclude(state=Website.State.NEW).values_list("pk", flat=True):
        with scope_of(pk) as scope:
            for name in streams:
                counts += _stream(scope, name)
    return counts


def _stream(scope: Scope, name: str) -> Counter[str]:
    stream = scope.streams.get(name)
    counts: Counter[str] = Counter()
    cursor = Cursor()
    while stream is not None and cursor.phase == "all":
        page = stream.read(scope.site, cursor, scope.settings["page_size"])
        if name in PEOPLE:
            counts[f"{name} read"] += len(page.rows)
        else:
            collection = next(c for c in COLLECTIONS.values() if c.stream == name)
            counts += RecordPage(scope, collection, stream, page.read_started).draft(page.rows).counts
        cursor = page.next_cursor
    return counts
