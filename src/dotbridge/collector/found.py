"""Sources of people as a read found them, and what the ledger holds of them: which are new, changed or moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from dotbridge.collector.scope import Scope
from dotbridge.commerce.contact import Contact
from dotbridge.commerce.digest import digest_of
from dotbridge.commerce.email import email_key
from dotbridge.errors import RecordError
from dotbridge.ledger import newsletter, people, renames
from dotbridge.ledger.people import Person, SourceRow
from dotbridge.sources.base import Stream

Kind = Literal["customer", "subscriber"]

_encode = msgspec.json.Encoder(order="deterministic").encode


class Found(NamedTuple):
    """One read of one kind in one website. ``total`` is the number of sources, ``fresh`` those that are new or changed.

    ``held`` is digest and contact of those that the ledger knows, ``words`` what it holds of their newsletter.
    """

    scope: Scope
    kind: Kind
    stream: Stream[Contact]
    total: int
    fresh: list[SourceRow]
    held: Mapping[str, tuple[bytes | None, int | None]]
    words: Mapping[str, newsletter.Kept]

    @property
    def addresses(self) -> dict[str, str]:
        """Normalised address → as typed."""
        return {row.email_key: row.email for row in self.fresh if row.email_key}

    @property
    def before(self) -> set[int]:
        """The contacts that the changed sources stood behind."""
        known = [self.held.get(row.source_id, (None, None))[1] for row in self.fresh]
        return {contact for contact in known if contact is not None}

    def readdressed(self) -> list[renames.Move]:
        """The sources known before, each with its contact; whether the address moved is asked there."""
        known = [
            (self.held[row.source_id][1], row) for row in self.fresh if row.source_id in self.held and row.email_key
        ]
        return [
            renames.Move(contact, row.website_id, row.kind, row.source_id, row.email_key, row.email)
            for contact, row in known
            if contact is not None
        ]

    def moved(self, owners: Mapping[str, Person]) -> list[tuple[int, int]]:
        """(contact before, contact after) of sources that went from one to another by a change of address."""
        return [
            (move.contact, owners[move.email_key].id)
            for move in self.readdressed()
            if move.contact != owners[move.email_key].id
        ]


def found_in(scope: Scope, kind: Kind, stream: Stream[Contact], rows: Sequence[Any], read_started: float) -> Found:
    """What these rows say, beside what the ledger holds."""
    sources = [_source(scope, kind, stream, row, read_started) for row in rows]
    ids = [row.source_id for row in sources]
    held = people.known_sources(scope.website.pk, kind, ids)
    words = newsletter.kept(scope.website.pk, kind, ids, scope.settings["overlap_seconds"])
    fresh = [
        row
        for row in sources
        if held.get(row.source_id, (None, None))[0] != row.digest
        or (
            row.email_key
            and newsletter.is_news(row.subscription, row.subscription_at, read_started, words.get(row.source_id))
        )
    ]
    return Found(scope, kind, stream, len(sources), fresh, held, words)


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
