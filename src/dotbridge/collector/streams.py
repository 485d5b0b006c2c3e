"""Reads a stream of a website page by page into the ledger, from its checkpoint, for as long as the turn lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from dotbridge.collector.departures import PEOPLE, take_out
from dotbridge.collector.draft import Road
from dotbridge.collector.people import note_page
from dotbridge.collector.records import RecordPage
from dotbridge.collector.scope import Scope
from dotbridge.collector.stage import KeysTaken, Passed, stage
from dotbridge.errors import ConfigError, FatalError
from dotbridge.ledger import clock
from dotbridge.ledger.codes import KEY_TAKEN, STREAM_GONE
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.live import Wanted
from dotbridge.ledger.models import Checkpoint
from dotbridge.ledger.states import Lane
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.sources.base import Cursor, Page, Stream

_json = msgspec.json.Decoder(Cursor)


class Progress(msgspec.Struct):
    """How far one call came: counts by what happened to records, and whether the stream holds more right now."""

    counts: Counter[str]
    more: bool


def read_stream(scope: Scope, name: str, lease: Lease | None = None, *, full: bool = False) -> Progress:
    """Reads what the stream has behind its checkpoint. ``full`` begins a full compare even if none is due.

    Raises ConfigError where the shop does not give a stream any more that was read before.
    """
    stream = scope.streams.get(name)
    if stream is None:
        if Checkpoint.objects.filter(website=scope.website, stream=name).exists():
            raise ConfigError(STREAM_GONE, f"They are the {name} of {scope.website.code}.")
        return Progress(Counter(), more=False)
    counts: Counter[str] = Counter()
    cursor, compared_at = load_cursor(scope, name)
    cursor = _due_cursor(scope, stream, cursor, compared_at, full=full)
    if cursor.phase == "done":
        return Progress(counts, more=False)
    began = clock.now()
    while True:
        page = stream.read(scope.site, cursor, scope.settings["page_size"])
        ended = cursor.phase == "all" and page.next_cursor.phase != "all"
        passed = Passed(
            name,
            msgspec.json.encode(page.next_cursor).decode(),
            len(page.rows),
            clock.now() if ended else None,
            began,
            _told_all(stream, cursor, page),
        )
        if page.gone:
            counts["departed"] += take_out(scope, name, page.gone, lease)
        compares = cursor.phase == "all"
        counts += take_page(
            scope, name, stream, page.rows, page.read_started + clock.ahead(), lease, passed, compares=compares
        )
        cursor, more = page.next_cursor, page.more
        # Else its rows would stay until the next page is there.
        del page
        if not more or cursor.phase == "done":
            return Progress(counts, more=False)
        if lease is not None and lease.over():
            return Progress(counts, more=True)


def _told_all(stream: Stream[Any], cursor: Cursor, page: Page[Any]) -> bool:
    """Whether the page ended a pass after which every newsletter word is known anew."""
    if cursor.phase == "all":
        return page.next_cursor.phase != "all"
    return stream.change_tells_consent and not page.more


def take_page(
    scope: Scope,
    name: str,
    stream: Stream[Any],
    rows: Sequence[Any],
    read_started: float,
    lease: Lease | None = None,
    passed: Passed | None = None,
    *,
    compares: bool = False,
    wanted: Wanted | None = None,
) -> Counter[str]:
    """Stages rows of a stream, whoever asked for them: a page behind a cursor, or ids of an event or a retry.

    ``compares``: the page is one of a full compare. With ``wanted`` it goes in the live lane, and what is wanted of
    each document is noted there.
    """
    if kind := PEOPLE.get(name):
        return note_page(scope, kind, stream, rows, read_started, lease, passed)  # type: ignore[arg-type]
    collection = next(c for c in COLLECTIONS.values() if c.stream == name)
    road = Road(
        scope.account.pk,
        scope.website.pk,
        "insight",
        collection.table,
        collection.scope,
        collection.type,
        lane=Lane.BULK if wanted is None else Lane.LIVE,
        priority=20 + 10 * list(COLLECTIONS).index(collection.key),
    )
    page = RecordPage(scope, collection, stream, read_started)
    taken: frozenset[str] = frozenset()
    for _ in range(3):
        draft = page.draft(rows, taken)
        draft.found_by = "compare" if compares else "poll" if wanted is None else "live"
        try:
            stage(scope, draft, road, lease, passed)
        except KeysTaken as found:
            taken |= found.keys
            continue
        remember = scope.context.products
        if isinstance(remember, dict):
            remember.update({fact.product_id: fact for fact in draft.product_facts})
        if wanted is not None:
            wanted.update({(row.standing.collection, row.key): row.digest for row in draft.rows if row.standing.batch})
        return draft.counts
    raise FatalError(KEY_TAKEN, f"The page still holds {', '.join(sorted(taken))}.")


def load_cursor(scope: Scope, name: str) -> tuple[Cursor, float]:
    """The stream's checkpoint, or its beginning, and when its last full compare ended (0 never)."""
    row = Checkpoint.objects.filter(website=scope.website, stream=name).first()
    return (_json.decode(row.cursor), row.compared_at) if row else (Cursor(), 0.0)


def _due_cursor(scope: Scope, stream: Stream[Any], cursor: Cursor, compared_at: float, *, full: bool) -> Cursor:
    """The checkpoint, or the beginning of a full compare when one is due and none is under way."""
    if cursor.phase == "all":
        return cursor
    every = scope.settings[f"compare.{stream.name}.every"]
    if full or (every and clock.now() - compared_at >= every):
        return Cursor()
    return cursor
