"""Changes that were seen in Dotdigital, to the newsletter of the shop where it says something else.

A shop without a right to write keeps them waiting, and the connection shows it as a finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dotbridge.commerce.consent import Case, Decision, Said, decide, word_of
from dotbridge.consent.codes import NOT_REACHED, NOT_WRITABLE
from dotbridge.consent.push import SOON, Push
from dotbridge.consent.shops import Shops
from dotbridge.errors import ConfigError, DotbridgeError, RetryableError
from dotbridge.ledger import clock, consent, consent_delivery, newsletter
from dotbridge.ledger.consent import Held
from dotbridge.ledger.consent_delivery import Waiting
from dotbridge.ledger.consent_event import Event, keep, opted_in_after
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import Connection, Website
from dotbridge.ledger.shops import site_of
from dotbridge.ledger.transaction import writing
from dotbridge.sources.base import Writes

_PAGE = 500
_FINDING = "newsletter"
#: Seconds until a row that the shop's way of writing does not reach is tried again.
_AGAIN = 3600.0
Todo = dict[Decision, list[Waiting]]


def write_back(push: Push, lease: Lease | None = None) -> None:
    """Tells the shops of an account what waits for them, website by website."""
    by_website: dict[int, list[Waiting]] = defaultdict(list)
    last = 0
    while found := consent_delivery.waiting(push.account.pk, "shop", _PAGE, last):
        last = found[-1].id
        for event in found:
            by_website[event.website_id].append(event)
    for website_id, events in by_website.items():
        _website(push, Website.objects.select_related("connection").get(pk=website_id), events)
        if lease is not None and lease.over():
            break


def _website(push: Push, website: Website, events: Sequence[Waiting]) -> None:
    people = consent.held_by_id([event.contact_id for event in events])
    words = newsletter.words_of(list(people))
    todo: Todo = defaultdict(list)
    for event in events:
        person = people.get(event.contact_id)
        said = words.get(event.contact_id, {}).get(website.pk, "")
        todo[_decide(push, event, person, said) if person else Decision("none", "gone")].append(event)
    writings: Todo = {}
    for decision, found in todo.items():
        if decision.action in ("unsubscribe_shop", "resubscribe_shop"):
            writings[decision] = found
            continue
        for event in found:
            if decision.action == "unsubscribe_dotdigital":
                push.unsubscribe(event, people[event.contact_id])
        with writing():
            consent_delivery.settle([event.id for event in found], f"{decision.action}:{decision.reason}")
        push.counts[decision.action] += len(found)
    if writings:
        _write(push, website, writings)


def _decide(push: Push, event: Waiting, person: Held, said: str) -> Decision:
    status = "unsubscribed" if event.level == "list" and not consent.is_closed(person.status) else person.status
    known = newsletter.known(person.id, event.website_id)
    after = opted_in_after(person.id, event.website_id) if known.seen else 0.0
    shop = Said(word_of(said), known.at, after, known.learned)
    held = Said(word_of(status), event.at or person.status_at, event.after, event.seen_at)
    truth = push.settings[event.website_id]["consent.source_of_truth"]
    # An opt-in that was only found, on either side, is evidence of nothing.
    seen = not event.first if held.word == "subscribed" else bool(known.seen)
    return decide(Case("dotdigital", shop, held, truth, evidence=seen))


def _write(push: Push, website: Website, todo: Todo) -> None:
    try:
        writes = push.shops.source(website).newsletter_writes()
        for decision, waiting in todo.items():
            events = _unmoved(push.shops, website, waiting) if decision.action == "resubscribe_shop" else waiting
            for start in range(0, len(events), _PAGE):
                part = events[start : start + _PAGE]
                done = 0 if writes is None else _write_page(push.shops, website, writes, decision, part)
                push.counts[decision.action] += done
        error: DotbridgeError | None = ConfigError(NOT_WRITABLE) if writes is None else None
    except (ConfigError, RetryableError) as raised:
        error = raised  # this shop waits; the others, and Dotdigital's feeds, do not wait for it
    if error is not None:
        why = NOT_WRITABLE.id if isinstance(error, ConfigError) else ""
        held = [one.id for found in todo.values() for one in found]
        with writing():
            consent_delivery.hold(held, why, 0.0)
        push.counts["unwritten"] += len(held)
    _report(website.connection, error)


def _unmoved(shops: Shops, website: Website, events: Sequence[Waiting]) -> list[Waiting]:
    """Before somebody is subscribed: those of whom the shop still says what we know. The others wait for its next read."""
    moved = shops.moved_on(website, sorted({event.contact_id for event in events}))
    late = [event.id for event in events if event.contact_id in moved]
    with writing():
        consent_delivery.hold(late, "", SOON)
    return [event for event in events if event.contact_id not in moved]


def _write_page(shops: Shops, website: Website, writes: Writes, decision: Decision, events: Sequence[Waiting]) -> int:
    """The intention is kept first, so that what comes back after a crash is known to be our own writing.

    Rows are written by address, and the shop is asked for it: one that moved since it was read would be missed.
    """
    word = "unsubscribed" if decision.action == "unsubscribe_shop" else "subscribed"
    ids = sorted({event.contact_id for event in events})
    emails = shops.addresses(website, ids)
    now = clock.now()
    with writing():
        keep(website.account_id, [Event(one, website.pk, "to_shop", word, "", now, "write_back") for one in ids])
    change = writes.unsubscribe if word == "unsubscribed" else writes.subscribe
    done = {one.lower() for one in change(site_of(website), sorted(set().union(*emails.values())))}
    wrote = {one for one in ids if any(email.lower() in done for email in emails.get(one, ()))}
    # By the shop's own clock, so that whoever changes their mind and back again before the next read is noticed.
    stamps = shops.stamps(website, sorted(wrote), word)
    rest = [event.id for event in events if event.contact_id not in wrote]
    with writing():
        newsletter.wrote(
            {event.contact_id: event.seen_at for event in events if event.contact_id in wrote}, website.pk, word, stamps
        )
        outcome = f"{decision.action}:{decision.reason}"
        consent_delivery.settle([event.id for event in events if event.contact_id in wrote], outcome)
        if word == "unsubscribed":
            consent_delivery.hold(rest, NOT_REACHED.id, _AGAIN)
        else:
            consent_delivery.settle(rest, "none:no_row")
    return len(wrote)


def _report(connection: Connection, error: DotbridgeError | None) -> None:
    """The finding stands among the connection's checks for as long as it holds."""
    others = [check for check in connection.checks if check.get("name") != _FINDING]
    wanted = others
    if error is not None:
        text = f"{error.code.what} {error.why}".strip()
        wanted = [*others, {"name": _FINDING, "state": "missing", "text": text, "todo": error.code.todo}]
    if wanted != connection.checks:
        connection.checks = wanted
        Connection.objects.filter(pk=connection.pk).update(checks=wanted)
