"""Customers and subscribers into the ledger: who there is, and whose details moved.

A page only notes sources and marks their contacts as due; ``collector.contacts`` then maps each contact once, from all
sources behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from dotbridge.collector.scope import Scope
from dotbridge.collector.stage import Passed
from dotbridge.commerce.clock import instant_of
from dotbridge.commerce.contact import Contact
from dotbridge.commerce.digest import digest_of
from dotbridge.commerce.email import email_key
from dotbridge.errors import RecordError
from dotbridge.ledger import consent_moves, hot, newsletter, people, renames
from dotbridge.ledger.consent_record import Agreement, keep_records
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.people import Person, SourceRow
from dotbridge.ledger.transaction import writing
from dotbridge.sources.base import Stream

_encode = msgspec.json.Encoder(order="deterministic").encode


def note_page(
    scope: Scope,
    kind: Literal["customer", "subscriber"],
    stream: Stream[Contact],
    rows: Sequence[Any],
    read_started: float,
    lease: Lease | None = None,
    passed: Passed | None = None,
) -> Counter[str]:
    """Stages the sources of one page that are new or changed; gives counts by what happened."""
    found = [_source(scope, kind, stream, row, read_started) for row in rows]
    held = people.known_sources(scope.website.pk, kind, [row.source_id for row in found])
    words = newsletter.kept(scope.website.pk, kind, [row.source_id for row in found], scope.settings["overlap_seconds"])
    fresh = [
        row
        for row in found
        if held.get(row.source_id, (None, None))[0] != row.digest
        or (
            row.email_key
            and newsletter.is_news(row.subscription, row.subscription_at, read_started, words.get(row.source_id))
        )
    ]
    before = {contact for contact in (held.get(row.source_id, (None, None))[1] for row in fresh) if contact is not None}
    with writing():
        if lease is not None:
            lease.assert_held()
        addresses = {row.email_key: row.email for row in fresh if row.email_key}
        renamed = renames.rename(scope.account.pk, _readdressed(fresh, held))
        people.ensure(scope.account.pk, list(addresses.items()))
        owners = people.by_email(scope.account.pk, list(addresses))
        people.stage_sources(fresh, owners)
        # Who had the address before may now stand there without this source: both are mapped again.
        people.mark_dirty(before | {person.id for person in owners.values()})
        if kind == "customer":
            # Of a renamed contact too: its records name it by the address.
            people.look_again(scope.website.pk, [*renamed, *(old for old, _ in _moved(fresh, held, owners))])
        consent_moves.moved(scope.account.pk, scope.website.pk, _moved(fresh, held, owners))
        consents = _note_words(scope, kind, stream, fresh, words, owners)
        if passed is not None:
            hot.save_checkpoint(scope.website.pk, *passed[:4])
            newsletter.pass_over(scope.website.pk, stream.name, passed.began, ended=passed.ended)
    return Counter(
        changed=len(fresh),
        renamed=len(renamed),
        unchanged=len(found) - len(fresh),
        rejected=sum(bool(r.code) for r in fresh),
        consents=consents,
    )


def _note_words(
    scope: Scope,
    kind: Literal["customer", "subscriber"],
    stream: Stream[Contact],
    fresh: Sequence[SourceRow],
    words: Mapping[str, newsletter.Kept],
    owners: Mapping[str, Person],
) -> int:
    """Keeps what the newsletter says of these sources; gives how many changes of it were seen to happen."""
    settings, website = scope.settings, scope.website.pk
    looked = newsletter.looked_at(website, stream.name)
    bound = max(looked - settings["overlap_seconds"], 0.001) if looked else 0.0
    place = newsletter.Place(scope.account.pk, website, kind, bound, bool(settings["consent.double_opt_in"]))
    told = [
        newsletter.Word(
            row.source_id, owners[row.email_key].id, row.subscription, row.subscription_at, row.read_started
        )
        for row in fresh
        if row.email_key
    ]
    events = newsletter.note(place, told, words)
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


def _readdressed(fresh: Sequence[SourceRow], held: Mapping[str, tuple[bytes | None, int | None]]) -> list[renames.Move]:
    """The sources known before, each with the contact that it stood behind; whether the address moved is asked there."""
    known = [(held[row.source_id][1], row) for row in fresh if row.source_id in held and row.email_key]
    return [
        renames.Move(contact, row.website_id, row.kind, row.source_id, row.email_key, row.email)
        for contact, row in known
        if contact is not None
    ]


def _moved(
    fresh: Sequence[SourceRow], held: Mapping[str, tuple[bytes | None, int | None]], owners: Mapping[str, Person]
) -> list[tuple[int, int]]:
    """(contact before, contact after) of sources that went from one to another by a change of address."""
    before = [
        (held[row.source_id][1], owners[row.email_key].id) for row in fresh if row.source_id in held and row.email_key
    ]
    return [(old, new) for old, new in before if old is not None and old != new]


def _source(scope: Scope, kind: str, stream: Stream[Contact], row: Any, read_started: float) -> SourceRow:
    source_id, updated_at = stream.identify(row)
    try:
        contact = stream.to_commerce(row)
    except RecordError as error:
        return _refused(scope, kind, source_id, "", error, updated_at, read_started)
    try:
        key = email_key(contact.email)
    except RecordError as error:
        return _refused(scope, kind, source_id, contact.email, error, updated_at, read_started)
    digest = digest_of(_encode(contact))
    return SourceRow(
        scope.website.pk,
        kind,
        source_id,
        contact.email,
        key,
        digest,
        "",
        "",
        updated_at,
        read_started,
        contact.subscription,
        contact.subscription_changed_at,
    )


def _refused(
    scope: Scope, kind: str, source_id: str, email: str, error: RecordError, updated_at: str, read_started: float
) -> SourceRow:
    detail = f"{error.code.what} {error.why} {error.code.todo}"
    digest = digest_of(f"{email} {detail}".encode())
    return SourceRow(
        scope.website.pk, kind, source_id, email, "", digest, error.code.id, detail, updated_at, read_started
    )
