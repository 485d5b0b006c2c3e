"""Who changes their address changes it in several places of a shop at once, and these are read one after the other.

A customer's newsletter row follows the customer (contract magento-connector-behaviour §3.1, §3.3). Read apart, the first
of the two would leave the other behind at the old address, and one person would be two. So whoever is found to have
moved, has their other sources of the same shop looked at in the same breath: the shop says whether they moved along.
"""

from __future__ import annotations

from collections import defaultdict

from dotbridge.collector.found import Found, Kind, found_in
from dotbridge.collector.scope import Scope
from dotbridge.ledger import clock, renames
from dotbridge.ledger.models import Website

_STREAMS: dict[Kind, str] = {"customer": "customers", "subscriber": "subscribers"}


def moved_along(found: Found) -> list[Found]:
    """The other sources, in websites of the same shop, of people who have another address now: those that share it.

    Costs nothing where nobody moved, else one look-up per website and kind.
    """
    wanted: dict[tuple[int, Kind], dict[str, str]] = defaultdict(dict)
    for one in renames.others(found.scope.connection.pk, found.readdressed()):
        wanted[one.website_id, one.kind][one.source_id] = one.email_key
    seen = []
    for (website, kind), addresses in sorted(wanted.items()):
        scope = found.scope if website == found.scope.website.pk else _beside(found.scope, website)
        stream = scope.streams.get(_STREAMS[kind])
        if stream is None:
            continue
        started = clock.now()
        there = found_in(scope, kind, stream, stream.fetch(scope.site, list(addresses)), started)
        # Who stayed, or went elsewhere, is left to their own read.
        fresh = [row for row in there.fresh if row.email_key == addresses[row.source_id]]
        if fresh:
            seen.append(there._replace(total=len(fresh), fresh=fresh))
    return seen


def _beside(scope: Scope, website: int) -> Scope:
    """Another website of the shop, read through the same open shop."""
    return scope.beside(Website.objects.select_related("connection__account", "account").get(pk=website))
