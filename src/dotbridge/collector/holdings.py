"""What the shop of a website holds, for those who compare: ids, guests, and what came after the last read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dotbridge.collector.departures import id_pages
from dotbridge.collector.scope import Scope
from dotbridge.collector.streams import load_cursor
from dotbridge.commerce.email import email_key
from dotbridge.errors import RecordError
from dotbridge.ledger import compare


class ShopHoldings:
    """Counts in the shop; fills ``reconcile.audit.Holdings``."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def ids(self, stream: str) -> Callable[[str], Sequence[str]] | None:
        """Pages of source ids of a stream; ``None`` for a stream that this shop cannot give."""
        return id_pages(self.scope, stream) if stream in self.scope.streams else None

    def guests(self) -> tuple[dict[str, str], int]:
        """Normalised address → id of the first order of each guest, and how many addresses cannot be one."""
        found: dict[str, str] = {}
        impossible: set[str] = set()
        stream = self.scope.streams.get("orders")
        after = ""
        while stream is not None and (page := stream.guests(self.scope.site, after, compare.PAGE)):
            for order_id, email in page:
                try:
                    found.setdefault(email_key(email), order_id)
                except RecordError:
                    impossible.add(email.strip().lower())
            after = page[-1][0]
        return found, len(impossible)

    def unread(self, stream: str, ids: Sequence[str]) -> set[str]:
        """Those that changed behind the stream's checkpoint, so that its next read will bring them."""
        source, site = self.scope.streams[stream], self.scope.site
        cursor, _ = load_cursor(self.scope, stream)
        found = set()
        for row in source.fetch(site, ids):
            source_id, changed_at = source.identify(row)
            behind = cursor.phase == "all" and _place(source_id) > _place(cursor.after)
            if behind or (cursor.phase == "changed" and changed_at >= cursor.since and changed_at):
                found.add(source_id)
        return found


def _place(source_id: str) -> tuple[int, str]:
    """Ids in the order in which a platform lists them: by number, or as text."""
    return (int(source_id), "") if source_id.isdigit() else (0, source_id)
