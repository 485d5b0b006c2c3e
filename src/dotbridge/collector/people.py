"""Customers and subscribers into the ledger: who there is, and whose details moved.

A page only notes sources and marks their contacts as due; ``collector.contacts`` then maps each contact once, from all
sources behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dotbridge.collector.beside import moved_along
from dotbridge.collector.found import Found, Kind, found_in
from dotbridge.collector.scope import Scope
from dotbridge.collector.stage import Passed
from dotbridge.commerce.clock import instant_of
from dotbridge.commerce.contact import Contact
from dotbridge.ledger import consent_moves, hot, newsletter, people, renames
from dotbridge.ledger.consent_record import Agreement, keep_records
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.people import Person
from dotbridge.ledger.transaction import writing
from dotbridge.observe.boundary import reach
from dotbridge.sources.base import Stream


def note_page(
    scope: Scope,
    kind: Kind,
    stream: Stream[Contact],
    rows: Sequence[Any],
    read_started: float,
    lease: Lease | None = None,
    passed: Passed | None = None,
) -> Counter[str]:
    """Stages the sources of one page that are new or changed; gives counts by what happened.

    People who have another address now are renamed with all their sources that share it, or with none.
    """
    found = found_in(scope, kind, stream, rows, read_started)
    parts = [found, *moved_along(found)]
    account = scope.account.pk
    reach("people-read")
    with writing():
        if lease is not None:
            lease.assert_held()
        addresses = {key: email for one in reversed(parts) for key, email in one.addresses.items()}
        renamed = renames.rename(account, [move for one in parts for move in one.readdressed()])
        people.ensure(account, list(addresses.items()))
        owners = people.by_email(account, list(addresses))
        people.stage_sources([row for one in parts for row in one.fresh], owners)
        # Who had the address before may now stand there without this source: both are mapped again.
        people.mark_dirty({contact for one in parts for contact in one.before} | {one.id for one in owners.values()})
        consents = sum(_settle(one, renamed, owners) for one in parts)
        if passed is not None:
            hot.save_checkpoint(scope.website.pk, *passed[:4])
            newsletter.pass_over(scope.website.pk, stream.name, passed.began, ended=passed.ended)
    reach("people-staged")
    return Counter(
        changed=sum(len(one.fresh) for one in parts),
        renamed=len(renamed),
        unchanged=found.total - len(found.fresh),
        rejected=sum(bool(row.code) for row in found.fresh),
        consents=consents,
    )


def _settle(one: Found, renamed: set[int], owners: Mapping[str, Person]) -> int:
    """What follows for records and consent from one read; gives how many changes of the newsletter were seen."""
    account, website, moves = one.scope.account.pk, one.scope.website.pk, one.moved(owners)
    if one.kind == "customer":
        # Of a renamed contact too: its records name it by the address.
        people.look_again(website, [*sorted(renamed & one.before), *(old for old, _ in moves)])
    consent_moves.moved(account, website, moves)
    return _note_words(one, owners)


def _note_words(one: Found, owners: Mapping[str, Person]) -> int:
    """Keeps what the newsletter says of these sources; gives how many changes of it were seen to happen."""
    scope, settings, website = one.scope, one.scope.settings, one.scope.website.pk
    looked = newsletter.looked_at(website, one.stream.name)
    bound = max(looked - settings["overlap_seconds"], 0.001) if looked else 0.0
    place = newsletter.Place(scope.account.pk, website, one.kind, bound, bool(settings["consent.double_opt_in"]))
    told = [
        newsletter.Word(
            row.source_id, owners[row.email_key].id, row.subscription, row.subscription_at, row.read_started
        )
        for row in one.fresh
        if row.email_key
    ]
    events = newsletter.note(place, told, one.words)
    if settings["consent.text"]:
        url = next((store.base_url for store in scope.site.stores if store.base_url), "")
        keep_records(
            scope.account.pk,
            [
                Agreement(
                    event.contact_id, website, settings["consent.text"], event.at or instant_of(event.seen_at), url
                )
                for event in events
                if event.word == "subscribed"
            ],
        )
    return len(events)
