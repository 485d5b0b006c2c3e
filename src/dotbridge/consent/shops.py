"""The account's shops as consent asks them: opened when first needed in a turn, and closed with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from dotbridge.commerce.contact import Contact
from dotbridge.errors import RecordError
from dotbridge.ledger import newsletter
from dotbridge.ledger.models import Website
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.shops import open_source, site_of
from dotbridge.sources.base import Source

_STREAMS = (("customer", "customers"), ("subscriber", "subscribers"))
_PAGE = 500


class Shops:
    """Looks at people in the shops as they are at this moment; a shop's trouble is the caller's."""

    def __init__(self) -> None:
        self._open: dict[int, Source] = {}

    def source(self, website: Website) -> Source:
        """The website's shop."""
        if website.connection_id not in self._open:
            self._open[website.connection_id] = open_source(website.connection, resolve(website.pk))
        return self._open[website.connection_id]

    def close(self) -> None:
        """Gives the connections back."""
        for source in self._open.values():
            source.close()
        self._open.clear()

    def moved_on(self, website: Website, contact_ids: Sequence[int]) -> set[int]:
        """Those of whom the shop says something else, or says it anew, than the ledger holds."""
        moved: set[int] = set()
        for kind, found in self._look(website, contact_ids):
            told = {one.source_id: (one.subscription, one.subscription_changed_at) for _, one in found}
            moved |= newsletter.moved_on(website.pk, kind, told)
        return moved

    def words(self, website: Website, contact_id: int) -> set[str]:
        """What the person's newsletter rows say; empty where none is left."""
        return {one.subscription for _, found in self._look(website, [contact_id]) for _, one in found}

    def stamps(self, website: Website, contact_ids: Sequence[int], word: str) -> list[tuple[str, str, str]]:
        """(kind, source id, since when by the shop's own clock) of the rows that say this word."""
        return [
            (kind, one.source_id, one.subscription_changed_at)
            for kind, found in self._look(website, contact_ids)
            for _, one in found
            if one.subscription == word
        ]

    def addresses(self, website: Website, contact_ids: Sequence[int]) -> Mapping[int, set[str]]:
        """contact → its addresses as the shop spells them: those that the ledger holds, and any that are newer."""
        known = defaultdict(set, newsletter.addresses(contact_ids, website.pk))
        for _, found in self._look(website, contact_ids):
            for contact, one in found:
                known[contact].add(one.email)
        return known

    def _look(self, website: Website, contact_ids: Sequence[int]) -> Iterator[tuple[str, list[tuple[int, Contact]]]]:
        streams, site = self.source(website).streams(), site_of(website)
        for kind, name in _STREAMS:
            wanted = newsletter.sources(contact_ids, website.pk, kind) if name in streams else {}
            ids = list(wanted)
            for start in range(0, len(ids), _PAGE):
                found = []
                for row in streams[name].fetch(site, ids[start : start + _PAGE]):
                    try:
                        contact = streams[name].to_commerce(row)
                    except RecordError:
                        continue  # the sync says what is wrong with it
                    found.append((wanted[contact.source_id], contact))
                yield kind, found
