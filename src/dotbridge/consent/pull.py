"""Statuses out of Dotdigital, from a stored place on: suppressions, changed contacts, and who left a website's list.

A place is an instant of Dotdigital's own clock, as its answers tell it, so that no clock of ours can make it jump over
anything. Each reading begins a little before it; what comes twice changes nothing.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from dotbridge.commerce.clock import before
from dotbridge.commerce.email import email_key
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.contacts import Contact
from dotbridge.dotdigital.subscriptions import Suppression
from dotbridge.errors import RecordError
from dotbridge.ledger import consent
from dotbridge.ledger.consent import BEGINNING, Event, Told
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import ConsentFeed, Website
from dotbridge.ledger.transaction import writing

#: Seconds behind its place that a reading begins: entries become visible a little after their instant.
OVERLAP = 300.0
#: The most seconds that a place moves on without an entry to prove it, in one reading; less than the overlap.
_QUIET = 120.0
#: Rows of a v2 feed read twice at the edge of two pages: it is paged by offset, and rows may leave it meanwhile.
_EDGE = 50
_PAGE = 1000


def pull(account_id: int, client: Dotdigital, lease: Lease | None = None) -> tuple[Counter[str], bool]:
    """Reads all feeds of the account; (counts, whether some are left because the turn ended)."""
    counts: Counter[str] = Counter()
    feeds: list[tuple[str, Callable[[ConsentFeed], bool]]] = [
        ("suppressed", lambda row: _suppressions(row, client, counts, lease)),
        ("modified", lambda row: _changed(row, client, counts, lease)),
    ]
    websites = Website.objects.filter(account_id=account_id).exclude(subscriber_list=None)
    feeds += [
        (f"list:{website.subscriber_list}", lambda row, website=website: _leavers(row, website, client, counts, lease))
        for website in websites.exclude(state=Website.State.NEW)
    ]
    for name, read in feeds:
        if not read(consent.feed(account_id, name, BEGINNING)):
            return counts, True
    return counts, False


def _suppressions(row: ConsentFeed, client: Dotdigital, counts: Counter[str], lease: Lease | None) -> bool:
    def take(found: Sequence[Suppression]) -> None:
        told = [
            Told(key, one.suppressed_contact.status or one.reason, one.date_removed, one.suppressed_contact.id)
            for one in found
            if (key := _key(one.suppressed_contact.email))
        ]
        counts["statuses"] += _take(row, told)

    def read(since: str, skip: int) -> list[Suppression]:
        return client.subscriptions.suppressed_since(since, skip=skip, select=_PAGE)

    return _by_offset(row, read, take, lease)


def _leavers(row: ConsentFeed, website: Website, client: Dotdigital, counts: Counter[str], lease: Lease | None) -> bool:
    """Who left the website's list of subscribers, and nothing else, is to be unsubscribed in that website alone."""

    def take(found: Sequence[Suppression]) -> None:
        entries = {key: one for one in found if (key := _key(one.suppressed_contact.email))}
        held = consent.held(row.account_id, list(entries))
        now, events = time.time(), []
        for key, person in held.items():
            if consent.is_closed(person.status):
                continue
            left = consent.list_left(person.id, website.pk)
            at = str(entries[key].date_removed)
            if left is None or left[0] < at:
                proof = consent.evidence("subscribed", row.pulled_at - OVERLAP, level="list")
                events.append(Event(person.id, website.pk, "dotdigital", "unsubscribed", at, now, "list", proof))
        with writing():
            consent.keep(row.account_id, events)
        counts["left_list"] += len(events)

    def read(since: str, skip: int) -> list[Suppression]:
        return client.subscriptions.suppressed_since(since, skip=skip, select=_PAGE, list_id=website.subscriber_list)

    return _by_offset(row, read, take, lease)


def _by_offset(
    row: ConsentFeed,
    read: Callable[[str, int], list[Suppression]],
    take: Callable[[Sequence[Suppression]], None],
    lease: Lease | None,
) -> bool:
    """All pages of a v2 feed; False when the turn ended before the last."""
    began = time.time()
    while True:
        skip = int(row.position or 0)
        found = read(before(row.cursor, OVERLAP), skip)
        take(found)
        instants = [str(one.date_removed) for one in found]
        # In order of time, what comes meanwhile comes at the end; else the place waits for the next reading.
        if instants == sorted(instants) or not row.position:
            row.newest = max([row.newest, *instants])
        if len(found) < _PAGE:
            _finish(row, began)
            return True
        row.position = str(skip + _PAGE - _EDGE)
        row.save(update_fields=["position", "newest"])
        if lease is not None and lease.over():
            return False


def _changed(row: ConsentFeed, client: Dotdigital, counts: Counter[str], lease: Lease | None) -> bool:
    """Every contact that changed, with the status of its e-mail channel; False when the turn ended before the last."""
    began = time.time()
    while True:
        page = client.contacts.page(
            modified_since=before(row.cursor, OVERLAP), include=["channelProperties"], marker=row.position
        )
        counts["statuses"] += _take(row, _told(page.items))
        if not row.position:
            # Pages come by id: of what changes during the reading, only what the first page proves is surely seen.
            row.newest = max([row.newest, *[str(one.updated) for one in page.items if one.updated]])
        if not page.marker:
            _finish(row, began)
            return True
        row.position = page.marker
        row.save(update_fields=["position", "newest"])
        if lease is not None and lease.over():
            return False


def _told(found: Iterable[Contact]) -> list[Told]:
    return [
        Told(key, str(one.email_status), str(one.updated or ""), one.contact_id)
        for one in found
        if (key := _key(one.email))
    ]


def _take(row: ConsentFeed, told: Sequence[Told]) -> int:
    held = consent.held(row.account_id, [one.key for one in told])
    known = {one.key: (one, held[one.key]) for one in told if one.key in held}
    with writing():
        return consent.learn(row.account_id, list(known.values()), row.pulled_at - OVERLAP if row.pulled_at else 0.0)


def _finish(row: ConsentFeed, began: float) -> None:
    """Moves the place on: to the newest instant that was told, or by the time that has surely passed there too."""
    passed = min(max(began - row.pulled_at, 0.0), _QUIET) if row.pulled_at else 0.0
    row.cursor = max(row.newest, before(row.cursor, -passed))
    row.position, row.newest, row.pulled_at = "", "", began
    row.save(update_fields=["cursor", "position", "newest", "pulled_at"])


def _key(email: str) -> str:
    """The normalised address; "" for one that no contact of ours can have."""
    try:
        return email_key(email)
    except RecordError:
        return ""
