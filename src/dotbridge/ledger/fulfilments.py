"""Which orders came to a status that their merchant calls fulfilled, and when: the facts that post-purchase work needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dotbridge.ledger import clock, hot


def note(
    website_id: int,
    reached: Sequence[tuple[str, str, str]],
    statuses: Sequence[str],
    found_by: Literal["live", "poll", "compare"],
) -> None:
    """Notes those of (source id, status, changed at) that have come to one of ``statuses`` now.

    Called before the figures of these orders are written: an order that had such a status already did not come to it
    now, whatever other one it has. One that a full compare finds first is history, and history is silent.
    """
    held = "EXISTS (SELECT 1 FROM order_fact WHERE website_id = %s AND source_id = %s"
    known, again = (f" AND {held})", 1) if found_by == "compare" else ("", 0)
    origin = "live" if found_by == "live" else "poll"
    hot.many(
        "INSERT INTO fulfilment (website_id, source_id, status, reached_at, noticed_at, origin)"
        f" SELECT %s, %s, %s, %s, %s, %s WHERE NOT {held} AND status IN ({hot.marks(statuses)})){known}"
        " ON CONFLICT (website_id, source_id) DO NOTHING",
        [
            (website_id, one, status, at, clock.now(), origin, website_id, one, *statuses, *[website_id, one] * again)
            for one, status, at in reached
        ],
    )
