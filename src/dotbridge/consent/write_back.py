"""Changes that were seen in Dotdigital, to the newsletter of the shop where it says something else.

A shop without a right to write keeps them waiting, and the connection shows it as a finding.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from dotbridge.commerce.consent import Case, Decision, Said, decide, word_of
from dotbridge.consent.codes import NOT_WRITABLE
from dotbridge.consent.push import Push
from dotbridge.ledger import consent
from dotbridge.ledger.consent import Event, Held, Waiting
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Connection, Website
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.shops import open_source, site_of
from dotbridge.ledger.transaction import writing
from dotbridge.sources.base import Writes

_PAGE = 500
_FINDING = "write-back"


def write_back(push: Push, lease: Lease | None = None) -> Counter[str]:
    """Tells the shops of an account what waits for them; gives counts by action, ``unwritable`` for what must wait."""
    counts: Counter[str] = Counter()
    by_website: dict[int, list[Waiting]] = defaultdict(list)
    last = 0
    while found := consent.waiting(push.account.pk, "dotdigital", _PAGE, last):
        last = found[-1].id
        for event in found:
            by_website[event.website_id].append(event)
    for website_id, events in by_website.items():
        website = Website.objects.select_related("connection").get(pk=website_id)
        counts += _website(push, website, events)
        if lease is not None and lease.over():
            break
    return counts


def _website(push: Push, website: Website, events: Sequence[Waiting]) -> Counter[str]:
    counts: Counter[str] = Counter()
    people = consent.held_by_id([event.contact_id for event in events])
    words = consent.shop_words(list(people))
    todo: dict[Decision, list[Waiting]] = defaultdict(list)
    for event in events:
        person = people.get(event.contact_id)
        said = words.get(event.contact_id, {}).get(website.pk, "")
        todo[_decide(push, event, person, said) if person else Decision("none", "gone")].append(event)
    for decision, found in todo.items():
        if decision.action in ("unsubscribe_shop", "resubscribe_shop"):
            continue
        for event in found:
            if decision.action == "unsubscribe_dotdigital":
                push.unsubscribe(event, people[event.contact_id])
        with writing():
            consent.settle_event([event.id for event in found], f"{decision.action}:{decision.reason}")
        counts[decision.action] += len(found)
    writings = {one: found for one, found in todo.items() if one.action in ("unsubscribe_shop", "resubscribe_shop")}
    if writings:
        counts += _write(website, writings)
    return counts


def _decide(push: Push, event: Waiting, person: Held, said: str) -> Decision:
    status = "unsubscribed" if event.level == "list" and not consent.is_closed(person.status) else person.status
    at, learned = consent.shop_known(person.id, event.website_id)
    shop = Said(word_of(said), at, 0.0, learned)
    held = Said(word_of(status), event.at or person.status_at, event.after, event.seen_at)
    truth = push.settings[event.website_id]["consent.source_of_truth"]
    return decide(Case("dotdigital", shop, held, truth))


def _write(website: Website, todo: dict[Decision, list[Waiting]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    source = open_source(website.connection, resolve(website.pk))
    try:
        writes = source.newsletter_writes()
        _report(website.connection, missing=writes is None)
        if writes is None:
            counts["unwritable"] += sum(len(found) for found in todo.values())
            return counts
        for decision, events in todo.items():
            for start in range(0, len(events), _PAGE):
                counts[decision.action] += _write_page(website, writes, decision, events[start : start + _PAGE])
    finally:
        source.close()
    return counts


def _write_page(website: Website, writes: Writes, decision: Decision, events: Sequence[Waiting]) -> int:
    """The intention is kept first, so that what comes back after a crash is known to be our own writing."""
    word = "unsubscribed" if decision.action == "unsubscribe_shop" else "subscribed"
    ids = sorted({event.contact_id for event in events})
    emails = consent.addresses(ids, website.pk)
    now = time.time()
    made = [Event(one, website.pk, "to_shop", word, "", now, "write_back", "{}", now) for one in ids]
    with writing():
        consent.keep(website.account_id, made)
    change = writes.unsubscribe if word == "unsubscribed" else writes.subscribe
    done = {one.lower() for one in change(site_of(website), sorted(set().union(*emails.values())))}
    wrote = [one for one in ids if any(email.lower() in done for email in emails.get(one, ()))]
    with writing():
        since = {event.contact_id: event.seen_at for event in events if event.contact_id in set(wrote)}
        consent.wrote_to_shop(since, website.pk, word)
        outcome = f"{decision.action}:{decision.reason}"
        consent.settle_event([event.id for event in events if event.contact_id in set(wrote)], outcome)
        consent.settle_event([event.id for event in events if event.contact_id not in set(wrote)], "none:no_row")
    return len(wrote)


def _report(connection: Connection, *, missing: bool) -> None:
    """The finding stands among the connection's checks for as long as it holds."""
    others = [check for check in connection.checks if check.get("name") != _FINDING]
    finding = {"name": _FINDING, "state": "missing", "text": NOT_WRITABLE.what, "todo": NOT_WRITABLE.todo}
    wanted = [*others, finding] if missing else others
    if wanted != connection.checks:
        Connection.objects.filter(pk=connection.pk).update(checks=wanted)
