"""Statuses out of Dotdigital, from a stored place on: suppressions, who left a website's list, changed contacts.

A place is an instant of Dotdigital's own clock, which is asked for before each reading, so that no clock of ours can
make it jump over anything. Each reading begins a little before it; what comes twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from dotbridge.commerce.clock import before
from dotbridge.commerce.email import email_key
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.contacts import Contact
from dotbridge.dotdigital.subscriptions import Suppression
from dotbridge.dotdigital.words import Instant
from dotbridge.errors import RecordError
from dotbridge.ledger import clock, consent
from dotbridge.ledger.consent import Told
from dotbridge.ledger.consent_event import Event, evidence, keep, list_left
from dotbridge.ledger.consent_feed import feed, told_of
from dotbridge.ledger.models import ConsentFeed, DotdigitalAccount, Website
from dotbridge.ledger.transaction import writing

#: Seconds behind its place that a reading begins: entries become visible a little after their instant.
OVERLAP = 300.0
#: Rows of a v2 feed read twice at the edge of two pages: it is paged by offset, and rows may leave it meanwhile.
_EDGE = 50
_PAGE = 1000
_DATING = "LASTSUBSCRIBED"


class Pull:
    """The feeds of one account; each of its methods is a reading, page by page, that may be left and taken up again."""

    def __init__(self, account: DotdigitalAccount, client: Dotdigital, counts: Counter[str]) -> None:
        self.account_id = account.pk
        self.client = client
        self.counts = counts
        # In an account of another language the field has another name (§14.4): then nothing dates an opt-in there.
        self.dating = [_DATING] if _DATING in account.survey.get("fields", {}) else []

    def closed(self) -> Iterator[None]:
        """Suppressions of all reasons, then who left the list of subscribers of a website."""
        yield from self._by_offset(feed(self.account_id, "suppressed"), None, self._suppressed)
        for website in Website.objects.filter(account_id=self.account_id).exclude(state=Website.State.NEW):
            if website.subscriber_list:
                yield from self._list(website)

    def _list(self, website: Website) -> Iterator[None]:
        row = feed(self.account_id, f"list:{website.subscriber_list}")
        return self._by_offset(row, website.subscriber_list, lambda row, found: self._left(row, website, found))

    def changed(self) -> Iterator[None]:
        """Every contact that changed, with the status of its e-mail channel. Its pages come by contact id."""
        row = feed(self.account_id, "modified")
        self._begin(row)
        while True:
            page = self.client.contacts.page(
                modified_since=before(row.cursor, OVERLAP),
                data_fields=self.dating,
                include=["channelProperties"],
                marker=row.position,
                limit=_PAGE,
            )
            self._learn(row, _statuses(page.items))
            if not page.marker:
                break
            self._onward(row, page.marker)
            yield
        _finish(row)

    def _by_offset(
        self, row: ConsentFeed, list_id: int | None, take: Callable[[ConsentFeed, Sequence[Suppression]], None]
    ) -> Iterator[None]:
        self._begin(row)
        while True:
            skip = int(row.position or 0)
            found = self.client.subscriptions.suppressed_since(
                before(row.cursor, OVERLAP), skip=skip, select=_PAGE, list_id=list_id
            )
            take(row, found)
            if len(found) < _PAGE:
                break
            self._onward(row, str(skip + _PAGE - _EDGE))
            yield
        _finish(row)

    def _begin(self, row: ConsentFeed) -> None:
        """A reading that a turn has left goes on where it was; else it begins, by Dotdigital's clock of now."""
        if row.position:
            return
        row.began_at = clock.now()
        row.began = str(self.client.account.server_time())

    @staticmethod
    def _onward(row: ConsentFeed, position: str) -> None:
        row.position = position
        row.save(update_fields=["position", "began", "began_at"])

    def _suppressed(self, row: ConsentFeed, found: Sequence[Suppression]) -> None:
        self._learn(row, told_of(found), dated=True)

    def _left(self, row: ConsentFeed, website: Website, found: Sequence[Suppression]) -> None:
        """Who left a website's list, and nothing else, is to be unsubscribed in that website alone."""
        entries = {key: one for one in found if (key := _key(one.suppressed_contact.email))}
        now, events = clock.now(), []
        for key, person in consent.held(self.account_id, list(entries)).items():
            if consent.is_closed(person.status):
                continue
            left, at = list_left(person.id, website.pk), str(entries[key].date_removed)
            if left is None or left[0] < at:
                proof = evidence("subscribed", row.pulled_at and row.pulled_at - OVERLAP, level="list")
                event = Event(person.id, website.pk, "dotdigital", "unsubscribed", at, now, "list", proof, "shop")
                events.append(event)
        with writing():
            keep(self.account_id, events)
        self.counts["left_list"] += len(events)

    def _learn(self, row: ConsentFeed, told: Sequence[Told], *, dated: bool = False) -> None:
        held = consent.held(self.account_id, [one.key for one in told])
        # Of one person's several entries the newest counts; they come in order of time.
        known = {one.key: (one, held[one.key]) for one in told if one.key in held}
        bound = row.pulled_at - OVERLAP if row.pulled_at else 0.0
        with writing():
            self.counts["statuses"] += consent.learn(self.account_id, list(known.values()), bound, dated=dated)


def _finish(row: ConsentFeed) -> None:
    row.cursor, row.pulled_at = row.began, row.began_at
    row.position, row.began = "", ""
    row.save(update_fields=["cursor", "position", "began", "began_at", "pulled_at"])


def _statuses(found: Iterable[Contact]) -> list[Told]:
    return [Told(key, str(one.email_status), since(one), one.contact_id) for one in found if (key := _key(one.email))]


def since(contact: Contact) -> str:
    """Since when the status may stand, never in favour of an opt-in: any change of the contact moves ``updated``."""
    if consent.is_closed(str(contact.email_status)):
        return str(contact.updated or "")
    try:
        return str(Instant.parse(str((contact.data_fields or {}).get(_DATING) or "")))
    except ValueError:
        return ""


def _key(email: str) -> str:
    """The normalised address; "" for one that no contact of ours can have."""
    try:
        return email_key(email)
    except RecordError:
        return ""
