"""Changes that were seen in Dotdigital, to the newsletter of the shop where it says something else.

A shop without a right to write keeps them waiting, and the connection shows it as a finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

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
from dotbridge.ledger.newsletter import NOTHING_KNOWN
from dotbridge.ledger.shops import site_of
from dotbridge.ledger.transaction import writing
from dotbridge.sources.base import Writes

_PAGE = 500
_FINDING = "newsletter"
#: Seconds until a row that the shop's way of writing does not reach is tried again.
_AGAIN = 3600.0


class _Newsletter:
    """A website's newsletter for one turn: opened when there is something to write, and left alone once it failed."""

    def __init__(self, website: Website) -> None:
        self.website = website
        self.asked = False
        self.error: DotbridgeError | None = None
        self._writes: Writes | None = None

    def writes(self, shops: Shops) -> Writes:
        """The shop's way of writing; raises what keeps us from it, the second time without asking the shop again."""
        if self.error is not None:
            raise self.error
        if not self.asked:
            self.asked = True
            self._writes = shops.source(self.website).newsletter_writes()
        if self._writes is None:
            raise ConfigError(NOT_WRITABLE)
        return self._writes


def write_back(push: Push, lease: Lease | None = None) -> None:
    """Tells the shops of an account what waits for them, page by page. A shop that is away costs one try a turn."""
    newsletters: dict[int, _Newsletter] = {}
    last = 0
    while found := consent_delivery.waiting(push.account.pk, "shop", _PAGE, last):
        last = found[-1].id
        by_website: dict[int, list[Waiting]] = defaultdict(list)
        for event in found:
            by_website[event.website_id].append(event)
        for website_id, events in by_website.items():
            if website_id not in newsletters:
                newsletters[website_id] = _Newsletter(Website.objects.select_related("connection").get(pk=website_id))
            _page(push, newsletters[website_id], events)
        if lease is not None and lease.over():
            break
    for one in newsletters.values():
        if one.asked:
            _report(one.website.connection, one.error)


def _page(push: Push, shop: _Newsletter, events: Sequence[Waiting]) -> None:
    people = consent.held_by_id([event.contact_id for event in events])
    todo: dict[Decision, list[Waiting]] = defaultdict(list)
    for event, decision in _decided(push, shop.website, events, people):
        todo[decision].append(event)
    for decision, found in todo.items():
        if decision.action in ("unsubscribe_shop", "resubscribe_shop"):
            _write(push, shop, decision, found)
            continue
        for event in found:
            if decision.action == "unsubscribe_dotdigital":
                push.unsubscribe(event, people[event.contact_id])
        with writing():
            consent_delivery.settle([event.id for event in found], f"{decision.action}:{decision.reason}")
        push.counts[decision.action] += len(found)


def _decided(
    push: Push, website: Website, events: Sequence[Waiting], people: Mapping[int, Held]
) -> Iterator[tuple[Waiting, Decision]]:
    words = newsletter.words_of(list(people))
    known = newsletter.known(list(people), website.pk)
    after = opted_in_after([one for one, what in known.items() if what.seen], website.pk)
    truth = push.settings[website.pk]["consent.source_of_truth"]
    for event in events:
        person = people.get(event.contact_id)
        if person is None:
            yield event, Decision("none", "gone")
            continue
        said, what = words.get(person.id, {}).get(website.pk, ""), known.get(person.id, NOTHING_KNOWN)
        status = "unsubscribed" if event.level == "list" and not consent.is_closed(person.status) else person.status
        shop = Said(word_of(said), what.at, after.get(person.id, 0.0), what.learned)
        held = Said(word_of(status), event.at or person.status_at, event.after, event.seen_at)
        # An opt-in that was only found, on either side, is evidence of nothing.
        seen = not event.first if held.word == "subscribed" else bool(what.seen)
        yield event, decide(Case("dotdigital", shop, held, truth, evidence=seen))


def _write(push: Push, shop: _Newsletter, decision: Decision, events: Sequence[Waiting]) -> None:
    try:
        writes = shop.writes(push.shops)
        if decision.action == "resubscribe_shop":
            events = _unmoved(push.shops, shop.website, events)
        if events:
            push.counts[decision.action] += _write_page(push.shops, shop.website, writes, decision, events)
    except (ConfigError, RetryableError) as raised:
        shop.error = raised  # this shop waits; the others, and Dotdigital's feeds, do not wait for it
        why = NOT_WRITABLE.id if isinstance(raised, ConfigError) else ""
        with writing():
            consent_delivery.hold([event.id for event in events], why, 0.0)
        push.counts["unwritten"] += len(events)


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
